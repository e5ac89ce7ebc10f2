"""The interactive part of a page: a reader supposes detection in two years, and sees the consequences for incidents.

Made from a record of `reports_explored.explorer`; one script in the templates' folder (``explorer.js``) updates
sentences, numbers and the mark. Without scripts the part stays hidden and the page is complete.
Without this module a reader has the suppositions of the text alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..language import Text
from ..numbers.publication import Caveat

Translated = Callable[[Text], str]


@dataclass(frozen=True)
class Explorer:
    """The interactive part in the page's language: initial values for its script, and all series."""

    id: str
    brief: bool
    level: int  # of its heading
    first: dict[str, Any]
    series: list[dict[str, Any]]
    caveats: list[Caveat]
    kind = "explorer"

    @classmethod
    def of(cls, record: dict[str, Any], t: Translated, level: int) -> Explorer:
        """The part from its record, in the language of ``t``, with a heading of this ``level``. A ``brief`` one has two
        sliders and one sentence; otherwise five fields, a drawing and all consequences."""
        return cls(
            record["explorer"],
            record["brief"],
            level,
            record["first"],
            [translate_series(t, series, record["brief"]) for series in record["series"]],
            [Caveat(**caveat) for caveat in record["caveats"]],
        )


def translate_series(t: Translated, series: dict[str, Any], brief: bool) -> dict[str, Any]:
    """A series of the record for its script: labels in the page's language, and the comparisons of each pair of years
    as lists (see `script_values`)."""
    pairs = {years: [script_values(t, basis, brief) for basis in bases] for years, bases in series["pairs"].items()}
    return series | {key: t(series[key]) for key in ("label", "place")} | {"pairs": pairs}


def script_values(t: Translated, basis: dict[str, Any], brief: bool) -> list[Any]:
    """One comparison of two years as the script reads it: basis, releases in words, the five numbers of ``ends``, and
    of a ``brief`` part, which draws dots, both reports."""
    return [basis["basis"], t(basis["releases"]), *basis["ends"], *(basis["reports"] if brief else [])]
