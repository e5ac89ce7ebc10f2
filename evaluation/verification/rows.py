"""Rows of ``numbers.json`` and of a page's own block as numbers again, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..language import format_period
from ..numbers.formula import leaf_of
from ..numbers.notation import Shown, show
from ..numbers.number import Figure, Measure, Number
from ..numbers.publication import Source
from ..numbers.wording import FORMS, said
from ..problems import Refused

Row = Mapping[str, Any]
NOWHERE = Source("", {}, "", "en", "", "", True, "", {}, "")


def number_of(row: Row) -> Number:
    """A row's number, as far as its words need it."""
    common: dict[str, Any] = {
        "name": row["id"], "label": "", "quantity": leaf_of(row).quantity, "unit": row["unit"],
        "decimals": row["decimals"], "definition": row["definition"], "definition_label": "", "place": row["place"],
        "place_label": "", "start": row["start"], "end": row["end"], "caveats": (),
    }  # fmt: skip
    if row["kind"] == "published":
        return Figure(**common, source=NOWHERE, place_in_source="", vintage="")
    return Measure(**common, formula="", inputs=(), estimate=row["kind"] == "estimate")


def words_of(row: Row, language: str) -> str:
    """A row's number as a page shows it."""
    return show(number_of(row), language).words


def every_wording(row: Row, language: str) -> list[Shown]:
    """All the ways in which a page may say a row's number: with its own decimals or fewer, in the forms of prose."""
    found, number = [], number_of(row)
    for decimals in range(number.decimals, -1, -1):
        shown = replace(number, decimals=decimals)
        found.append(show(shown, language))
        for form in FORMS:
            try:
                found.append(said(shown, form, language))
            except (Refused, KeyError):  # a form that would not be true of it
                continue
    return found


def period_of(row: Row, language: str) -> str:
    return format_period(row["start"], row["end"], language)
