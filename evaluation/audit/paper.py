"""Rule 24 on paper: what Chromium prints shows each chart whole, with its name and its heading."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from .findings import Observation, Observations
from .visit import Visit


def pdf(visit: Visit) -> Observations:
    """Rule 24: printed, each chart is there with its name, whole on one page, and its heading on the same."""
    names = {name for chart in visit.facts["charts"] for name in chart["names"]}
    printed, heading = set(), set[tuple[int, int]]()
    with pikepdf.open(io.BytesIO(visit.pdf)) as document:
        for element in _elements(document):
            if re.fullmatch(r"/H[1-6]?", str(element.get("/S"))):
                heading = _pages(element)
            if element.get("/S") == "/Figure" and (name := str(element.get("/Alt", ""))) in names:
                printed.add(name)
                pages = _pages(element)
                if len(pages) > 1:
                    yield Observation(24, f"chart {name[:60]!r}", f"on {len(pages)} pages of the PDF", "whole on one")
                elif heading and not pages & heading:
                    yield Observation(
                        24, f"chart {name[:60]!r}", "its heading on another page of the PDF", "both on one"
                    )
    for name in names - printed:
        yield Observation(24, f"chart {name[:60]!r}", "no picture of this name in the PDF", "each chart, with its name")


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


CHECKS = (pdf,)
