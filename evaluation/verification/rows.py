"""Rows of ``numbers.json`` and of a page's own block in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..language import format_period
from ..numbers.notation import Shown, show
from ..numbers.wording import FORMS, said
from ..pages.numbers_file import number_of
from ..problems import Refused

Row = dict[str, Any]


def words_of(row: Row, language: str) -> str:
    """A row's number as a page shows it."""
    return show(number_of(row), language).words


def every_wording(row: Row, language: str) -> Iterator[Shown]:
    """All the ways in which a page may say a row's number: with its own decimals or fewer, in the forms of prose."""
    number = number_of(row)
    for decimals in range(number.decimals, -1, -1):
        shown = replace(number, decimals=decimals)
        yield show(shown, language)
        for form in FORMS:
            try:
                yield said(shown, form, language)
            except (Refused, KeyError):  # a form that would not be true of it
                continue


def period_of(row: Row, language: str) -> str:
    return format_period(row["start"], row["end"], language)
