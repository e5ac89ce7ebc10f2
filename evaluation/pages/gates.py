"""Gates: no page is published that shows a number without what must be said of it."""

from __future__ import annotations

import re
from typing import Any

from ..numbers.publication import Caveat
from . import care, movement
from .model import Page, PageError


def check_caveats(page: Page) -> None:
    """The gate: every recorded number's obliged caveats stand on the page, every chart's in its own section
    and files. Raises PageError with the chapter, the cell, the figure and the caveat."""
    html = care.box(page) + "".join(page.blocks)
    shown = set(re.findall(r'data-caveat="([^"]+)"', html))
    for index, number in page.obliged:
        for caveat in number.caveats:
            if caveat.caveat not in shown:
                raise PageError(
                    f"{page.slug}:cell {index}:{page.language}: found {number.name} without its caveat "
                    f"{caveat.caveat}; allowed: a chart or table of it, or show_caveats({caveat.caveat!r})"
                )
    for chart in page.drawn.values():
        check_chart_caveats(page, chart, html)
    for section, caveats in page.moving.items():
        check_movements(page, section, caveats, html)


def check_movements(page: Page, section: str, caveats: list[Caveat], html: str) -> None:
    """A rising or falling series of reported crime has its sentence beside it, with the link to what it can mean."""
    found = re.search(rf"<section [^>]*{re.escape(section)}.*?</section>", html, re.DOTALL)
    for caveat in caveats:
        words = f'data-caveat="{caveat.caveat}">{page.t(caveat.text)}{movement.link(page)}'
        if found is None or words not in found[0]:
            raise PageError(
                f"{page.slug}:-:{page.language}: found {section} without its sentence {caveat.caveat}; "
                f"allowed: the sentence beside it, with its link"
            )


def check_chart_caveats(page: Page, chart: dict[str, Any], html: str) -> None:
    section = html.split(f'<section data-chart="{chart["id"]}"', 1)[1].split("</section>", 1)[0]
    section, table = care.box(page) + section, chart["csv"].decode()
    for caveat in chart["caveats"]:
        if f'data-caveat="{caveat.caveat}"' not in section or page.t(caveat.text).replace('"', '""') not in table:
            raise PageError(
                f"{page.slug}:-:{page.language}: found chart {chart['id']} without its caveat {caveat.caveat}"
            )
