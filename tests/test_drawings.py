"""What each kind of chart draws: its words, each in its place, and a few letters of a hash of all its marks; and every
refusal of a chart in its words."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from golden import compare
from lxml import etree
from small import Make
from test_altair import KINDS, LABELS, REFUSED, Tables, drawn

from evaluation.charts import NARROW, WIDE, ChartRefused, record

SHOWN = ("heat", "row", "interval", "dumbbell", "bounds", "bound_points", "months", "money", "changes", "lines",
         "reference", "near_zero")  # fmt: skip
TEXT = "{http://www.w3.org/2000/svg}text"


def in_words(svg: str) -> Iterator[str]:
    """A drawing's texts, each with its place and its looks; then its marks."""
    rounded = re.sub(r"\d+\.\d+", lambda number: f"{float(number[0]):.1f}", svg)
    tree = etree.fromstring(rounded.encode())
    for text in tree.iter(TEXT):
        looks = " ".join(text.get(name, "") for name in ("transform", "text-anchor", "fill", "font-weight"))
        words = " / ".join(part.strip() for part in text.itertext() if part.strip())
        yield f"{words} | {looks}"
        text.getparent().remove(text)
    yield f"marks {hashlib.sha256(etree.tostring(tree)).hexdigest()[:12]}"


def test_what_each_kind_of_chart_draws(number: Make, tmp_path: Path) -> None:
    lines = []
    for place, kind in enumerate(SHOWN):
        recorded = record.record_chart("a", KINDS[kind](Tables(number)), LABELS)
        language, width = ("fr", NARROW) if place % 2 else ("en", WIDE)
        lines += [f"== {kind}, {language}, {width} px", *in_words(drawn(recorded, language, width))]
    compare("\n".join(lines) + "\n", "drawings.txt", tmp_path)


def test_every_refusal_of_a_chart(number: Make, tmp_path: Path) -> None:
    lines = []
    for what, (make, _) in REFUSED.items():
        try:
            record.record_chart("a", make(Tables(number)), LABELS)
            lines.append(f"{what}: accepted")
        except ChartRefused as error:
            lines.append(f"{what}: {error}")
    compare("\n".join(lines) + "\n", "charts_refused.txt", tmp_path)
