"""Gates: no page is published that shows a number without what must be said of it."""

import re

from ..chapters import movement
from . import templates
from .model import Chart, Page


def check_caveats(page: Page) -> None:
    """The gate: every recorded number's obliged caveats stand on the page, every chart's in its own section
    and files. The page notes each that does not, with its cell and its figure."""
    box = templates.macro(page.language, "caveats.html", "care")(page)
    shown = _caveats_in("".join([box, *page.blocks]))
    for index, number in page.obliged:
        for caveat in number.caveats:
            if caveat.caveat not in shown:
                allowed = f"a chart or table of it, or show_caveats({caveat.caveat!r})"
                page.refuse(f"found {number.name} without its caveat {caveat.caveat}; allowed: {allowed}", index)
    for part, html in zip(page.parts, page.blocks, strict=True):
        if isinstance(part, Chart):
            there, table = _caveats_in(box + html), part.csv.decode()
            for caveat in part.caveats:
                if caveat.caveat not in there or page.t(caveat.text).replace('"', '""') not in table:
                    page.refuse(f"found chart {part.id} without its caveat {caveat.caveat}; allowed: a chart with it")
        # a rising or falling series of reported crime has its sentence beside it, with the link to what it can mean
        for caveat in (caveat for caveat in part.caveats if caveat.caveat in movement.TEXTS):
            if templates.macro(page.language, "caveats.html", "sentence")(page, caveat) not in html:
                allowed = "the sentence beside it, with its link"
                page.refuse(f"found a chart or table without its sentence {caveat.caveat}; allowed: {allowed}")


def _caveats_in(html: str) -> set[str]:
    return set(re.findall(r'data-caveat="([^"]+)"', html))
