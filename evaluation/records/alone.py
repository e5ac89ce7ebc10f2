"""A chart of figures in a notebook without a project, drawn as on a page."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from .. import charts
from ..charts import record as chart_record
from ..language import LANGUAGES, Text, requiring_languages, translate
from ..numbers.notation import show

ALONE = "chart"  # its id


@dataclass(frozen=True)
class ChartAlone:
    """A drawn chart: its SVG and its texts; ``words`` are its description."""

    svg: str
    title: str
    subtitle: str
    words: str

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """The chart as HTML (a PNG with title, subtitle, description), SVG, and text (title, description)."""
        import vl_convert
        from markupsafe import Markup

        picture = b64encode(vl_convert.svg_to_png(self.svg, scale=2)).decode()
        html = Markup('<figure><figcaption><strong>{}</strong><br>{}</figcaption><img width="{}" alt="{}" src="{}">'
                      "</figure>")  # fmt: skip
        address = f"data:image/png;base64,{picture}"
        figure = html.format(self.title, self.subtitle, charts.WIDE, self.words, address)
        return {
            "text/html": str(figure),
            "image/svg+xml": self.svg,
            "text/plain": f"{self.title}\n{self.words}".strip(),
        }


def draw_alone(drawing: Any, *, title: Text = "", subtitle: Text = "", description: Text = "") -> ChartAlone:
    """Draw an Altair chart over frames of figures, in English, at the wide width, with the signs and words of bounds,
    open ends as arrows. Without a description its words are its numbers. Raises ChartRefused, with the way out, for a
    chart that would be misread."""
    english = LANGUAGES[:1]
    with requiring_languages(english):
        recorded = chart_record.record_chart(ALONE, drawing, lambda *_: {})
        svg = charts.draw(ALONE, recorded.arguments(), recorded.points, "en", charts.WIDE, ALONE)
        numbers = [f"{translate(point.category, 'en') or point.year}: {show(point.number, 'en').words}"
                   for point in recorded.points]  # fmt: skip
        texts = [translate(text, "en") if text else "" for text in (title, subtitle, description)]
    return ChartAlone(svg, texts[0], texts[1], texts[2] or "; ".join(numbers))
