"""A chart request becomes SVG that is ready for a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from pathlib import Path

import altair as alt

from .makers import MAKERS
from .points import Point, rows
from .theme import NUMBERS, WIDE, Canvas, theme


def draw(chart: str, maker: str, points: Sequence[Point], language: str, width: int, name: str) -> str:
    """A chart as SVG, ready for a page: named, its ids its own, nothing English left inside, no style attribute.

    ``name`` becomes the accessible name; width is 704 or 288 px.
    """
    import vl_convert

    register_font()
    specification = MAKERS[maker](rows(points, language), Canvas(width, language)).to_dict(validate=False)
    specification["config"] = theme()
    specification["autosize"] = {"type": "fit-x", "contains": "padding"}
    svg = vl_convert.vegalite_to_svg(specification, vl_version=vega_lite_version(), format_locale=NUMBERS[language])
    return clean(svg, f"{chart}-{language}-{'wide' if width == WIDE else 'narrow'}", name)


@lru_cache
def vega_lite_version() -> str:
    return ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])


@lru_cache
def register_font() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(Path(__file__).parent.parent / "fonts"))


def clean(svg: str, prefix: str, name: str) -> str:
    """Own ids, no inner roles, one accessible name."""
    svg = re.sub(r'\s(?:aria-[a-z]+|role|class|style|xmlns:xlink)="[^"]*"', "", clean_ids(svg, prefix))
    svg = svg.replace("<svg", f'<svg role="img" aria-label="{escape(name, quote=True)}"', 1)
    opening = svg.index(">") + 1
    return f"{svg[:opening]}<title>{escape(name)}</title>{svg[opening:]}"


def clean_ids(svg: str, prefix: str) -> str:
    """Every id as ``<prefix>-<n>``: vl-convert counts ids through a whole process, so that two drawings of one
    page would share them, and the same drawing would differ from build to build."""
    ids = list(dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg)))
    for number, old in enumerate(ids, start=1):
        svg = re.sub(rf'(\bid="|url\(#|href="#){re.escape(old)}(?=["\)])', rf"\g<1>{prefix}-{number}", svg)
    return svg
