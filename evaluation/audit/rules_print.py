"""Rules for paper: what Chromium prints is tagged, named, whole and in the page's language."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from .findings import Found, Observation
from .visit import LETTER_HEIGHT, Visit


def tables_open(visit: Visit) -> Found:
    """Rule 24: on paper the tables under the charts are open."""
    for seen, table in visit.shown("tables"):
        if seen.state.printed and not table["shown"]:
            yield Observation(24, table["element"], "a closed table", "tables open on paper", seen.state.name)


def charts_fit_on_paper(visit: Visit) -> Found:
    """Rule 24: no chart is taller than a Letter page."""
    for seen, chart in visit.shown("charts"):
        for drawing in chart["drawings"] if seen.state.printed else []:
            if drawing["height"] > LETTER_HEIGHT - 96:
                found = f"a chart {drawing['height']:.0f} px tall"
                yield Observation(
                    24, chart["element"], found, f"{LETTER_HEIGHT - 96} px, a Letter page", seen.state.name
                )


def pdf(visit: Visit) -> Found:
    """Rule 24: the PDF opens, is tagged, has a language and a title, and no chart is cut between pages."""
    try:
        document = pikepdf.open(io.BytesIO(visit.pdf))
    except pikepdf.PdfError as error:
        yield Observation(24, "PDF", f"a file that does not open ({error})", "a PDF")
        return
    with document:
        yield from _properties(document, visit)
        yield from _figures(document, visit)


def _properties(document: pikepdf.Pdf, visit: Visit) -> Found:
    root = document.Root
    if "/StructTreeRoot" not in root or not root.get("/MarkInfo", pikepdf.Dictionary()).get("/Marked", False):
        yield Observation(24, "PDF", "a PDF without tags", "a tagged PDF")
    if not str(root.get("/Lang", "")).lower().startswith(visit.language):
        yield Observation(24, "PDF", f"language {str(root.get('/Lang', ''))!r}", visit.language)
    if not str(document.docinfo.get("/Title", "")).strip():
        yield Observation(24, "PDF", "no title", "the page's title")


def _figures(document: pikepdf.Pdf, visit: Visit) -> Found:
    names = {image["name"] for image in visit.seen[0].images if image["chart"] is not None}
    printed = set()
    heading: set[tuple[int, int]] = set()
    for element in _elements(document):
        if re.fullmatch(r"/H[1-6]?", str(element.get("/S"))):
            heading = _pages(element)
        if element.get("/S") == "/Figure" and (name := str(element.get("/Alt", ""))) in names:
            printed.add(name)
            yield from _poor_figure(name, _pages(element), heading)
    for name in names - printed:
        yield Observation(24, f"chart {name[:60]!r}", "no picture of this name in the PDF", "each chart, with its name")


def _poor_figure(name: str, pages: set[tuple[int, int]], heading: set[tuple[int, int]]) -> Found:
    if len(pages) > 1:
        yield Observation(24, f"chart {name[:60]!r}", f"on {len(pages)} pages of the PDF", "whole on one page")
    elif heading and not pages & heading:
        yield Observation(24, f"chart {name[:60]!r}", "its heading on another page of the PDF", "both on one page")


def _elements(document: pikepdf.Pdf) -> Iterator[Any]:
    """Every structure element of the PDF, in reading order."""
    waiting = [document.Root.StructTreeRoot] if "/StructTreeRoot" in document.Root else []
    while waiting:
        element = waiting.pop()
        yield element
        waiting.extend(kid for kid in reversed(_kids(element)) if isinstance(kid, pikepdf.Dictionary))


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _pages(element: Any, own: Any = None) -> set[tuple[int, int]]:
    """The pages that an element's content stands on, its parts included."""
    page = element.get("/Pg", own)
    pages = set()
    for kid in _kids(element):
        if isinstance(kid, pikepdf.Dictionary):
            pages |= _pages(kid, page)
        elif page is not None:
            pages.add(page.objgen)
    return pages | ({page.objgen} if element.get("/Type") == "/MCR" and page is not None else set())


CHECKS = (tables_open, charts_fit_on_paper, pdf)
