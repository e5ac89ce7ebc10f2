"""Charts as standalone SVG files, with the texts that surround them on their page."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from .. import charts
from ..charts import INK, QUIET
from ..charts.geometry import letter_advances, wrap_text
from ..charts.theme import PAPER, SIZE
from ..language import translate
from . import templates
from .chart import Chart
from .notebook import PageRun
from .publications import source_line, sources_of, text_without_source

MARGIN = 24  # px around the chart
INDENT = 16  # px of lines behind a list mark
RINGED = f'<text paint-order="stroke" stroke="{PAPER}" stroke-width="3" x'  # a halo around numbers, as on pages


@dataclass(frozen=True)
class Paragraph:
    """A text above or below a standalone chart. ``size`` and ``gap`` (the space above it) are in px; ``mark`` hangs
    before its first line."""

    text: str
    size: int
    colour: str = QUIET
    bold: bool = False
    gap: int = 0
    mark: str = ""

    def lines(self) -> list[str]:
        """The text wrapped to a chart's width, behind a mark less its indent; letters that the font lacks are replaced
        by compatible ones: 1er for 1ᵉʳ."""
        room = (charts.WIDE - INDENT * bool(self.mark)) * SIZE / self.size
        advances = letter_advances("regular")
        text = "".join(letter if letter in advances else unicodedata.normalize("NFKC", letter) for letter in self.text)
        return wrap_text(text, room, self.bold)


class TextLine(NamedTuple):
    """A line of text at a position in px; ``y`` is its baseline."""

    x: int
    y: int
    paragraph: Paragraph
    text: str


def standalone_svg(run: PageRun, chart: Chart) -> bytes:
    """A chart's wide drawing as a standalone SVG file: number, title and subtitle above; key, sources, caveats and
    imprint below."""
    height = int(float(re.search(r'height="([\d.]+)"', chart.drawings["wide"])[1]))  # type: ignore[index]
    above = [Paragraph(chart.number, 14, gap=4), Paragraph(chart.name, 20, INK, bold=True)]
    heading, top = lay_out_paragraphs([*above, Paragraph(chart.subtitle, 14, gap=2)], MARGIN // 2)
    foot, end = lay_out_paragraphs(_paragraphs_below(run, chart), top + height + 22)
    svg = templates.template(run.language, "standalone.svg").render(
        title=chart.name,
        drawing=chart.drawings["wide"].replace("<svg", f'<svg x="{MARGIN}" y="{top}"', 1).replace("<text x", RINGED),
        heading=heading,
        foot=foot,
        width=charts.WIDE + 2 * MARGIN,
        height=end + 12,
        rule=top + height + 14,
        margin=MARGIN,
        font=charts.FONT,
        quiet=QUIET,
    )
    return svg.encode()


def _paragraphs_below(run: PageRun, chart: Chart) -> list[Paragraph]:
    """The paragraphs below a standalone chart: key, if any, sources, caveats in full, and in one paragraph, which may
    be empty, the imprint's notice and that of a confidential page or a draft."""
    t, language = partial(translate, language=run.language), run.language
    sources = "; ".join(dict.fromkeys(source_line(each, language) for each in sources_of(chart.numbers).values()))
    source = f"{t('Source:')} {sources or t(text_without_source(chart.numbers))}."
    notes = [Paragraph(t(caveat.text), 12, gap=4, mark="–") for caveat in chart.caveats]
    last = Paragraph(" ".join(filter(None, [run.imprint.get("notice"), *run.notice[:1]])), 12, gap=8)
    return [*([Paragraph(chart.key, 13, INK)] if chart.key else []), Paragraph(source, 13, INK, gap=8), *notes, last]


def lay_out_paragraphs(paragraphs: Sequence[Paragraph], top: int) -> tuple[list[TextLine], int]:
    """Lay out paragraphs from ``top`` (px) down. Returns their lines, a list mark being a line of its own at the height
    of its text, and the bottom (px)."""
    lines, y = [], top
    for paragraph in paragraphs:
        y += paragraph.gap
        for position, text in enumerate(paragraph.lines()):
            y += round(paragraph.size * 1.35)
            lines += [TextLine(MARGIN, y, paragraph, paragraph.mark)] if paragraph.mark and not position else []
            lines.append(TextLine(MARGIN + INDENT * bool(paragraph.mark), y, paragraph, text))
    return lines, y + 8
