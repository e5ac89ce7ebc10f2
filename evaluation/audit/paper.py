"""Rule 24 on paper: what Chromium prints shows each chart whole, with its name and its heading."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from .findings import Broken
from .visit import Visit


def pdf(visit: Visit) -> Iterator[Broken]:
    """Rule 24: printed, each chart is there with its name, whole on one page, and its heading on the same."""
    names = {name for chart in visit.facts["charts"] for name in chart["names"]}
    printed, heading = set(), set[tuple[int, int]]()
    with pikepdf.open(io.BytesIO(visit.pdf)) as document:
        for part in _parts(document.Root.StructTreeRoot):
            name, pages = str(part.get("/Alt", "")), {at.Pg.objgen for at in _parts(part) if "/Pg" in at}
            if re.fullmatch(r"/H[1-6]?", str(part.get("/S"))):
                heading = pages
            if part.get("/S") != "/Figure" or name not in names:
                continue
            printed.add(name)
            if len(pages) > 1 or (heading and not pages & heading):
                yield Broken(24, f"chart {name[:60]!r}", "on two pages, or not on its heading's", "one page")
    for name in names - printed:
        yield Broken(24, f"chart {name[:60]!r}", "no picture of this name in the PDF", "each chart, with its name")


def _parts(element: Any) -> Iterator[Any]:
    """A structure element of the PDF and all that is in it, in reading order."""
    yield element
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            yield from _parts(kid)
