"""Sensitivity of a built review's claims: decided again from the records of its executed notebook with other
numbers, in words (the modules of claims: see `numbers.claims`).
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..language import translate
from ..numbers.notation import show
from ..numbers.sensitivity import Range, falsifying_ranges, with_value
from ..problems.foreign import read_text
from ..problems.imports import FORMATS, without_modules
from ..records.claims import Claims
from ..records.prose import Values

with without_modules(*FORMATS):
    import nbformat

RANGE_WORDS = {
    "en": {
        "lower": "no longer true if {what} were {near} or lower (it is {now})",
        "higher": "no longer true if {what} were {near} or higher (it is {now})",
        "within": "no longer true if {what} were {near} to {far} (it is {now})",
        "single": "no longer true if {what} were {near} (it is {now})",
        "nothing": "no published number alone makes it untrue, from nothing to ten times as much",
    },
    "fr": {
        "lower": "ne serait plus vrai si ce nombre ({now}) valait {near} ou moins : {what}",
        "higher": "ne serait plus vrai si ce nombre ({now}) valait {near} ou plus : {what}",
        "within": "ne serait plus vrai si ce nombre ({now}) valait de {near} à {far} : {what}",
        "single": "ne serait plus vrai si ce nombre ({now}) valait {near} : {what}",
        "nothing": "aucun chiffre publié à lui seul, de zéro à dix fois plus, ne le rend faux",
    },
}


@lru_cache
def claims_of(path: Path) -> Claims:
    """The claims of an executed notebook over its English values; cached. Raises InputError for an unreadable file."""
    notebook = nbformat.v4.reads(read_text(path, "an executed notebook"))
    return Claims.of(notebook, Values.of(notebook, "en"))


def ranges_of(folder: Path, claim: dict[str, Any]) -> list[Range]:
    """The ranges of published numbers for which a claim of numbers.json (its row) is no longer true, the nearest on
    either side of each number varied alone, from the executed notebook of its run in the review's ``folder``; empty for
    a claim that is not true. Raises InputError as `claims_of` does."""
    notebook = folder / "notebooks" / f"{claim['run']}.ipynb"
    return list(_ranges(notebook, claim["claim"])) if claim["truth"] == "true" else []


@lru_cache(None)
def _ranges(path: Path, claim: str) -> tuple[Range, ...]:
    """The ranges for a claim, as text, over an executed notebook; a name stands for its claim. Cached."""
    claims = claims_of(path)
    named = claims.names.claims.get(claim)
    return _ranges(path, named) if named else tuple(falsifying_ranges(claim, claims.names))


def ranges_in_words(ranges: list[Range], language: str) -> Iterator[str]:
    """The ranges in words (`RANGE_WORDS`), one clause each, without a full stop; without ranges one that says so."""
    words = RANGE_WORDS[language]
    for span in ranges:
        ends = sorted((span.nearest, span.farthest))
        key = span.way if span.open_ended else "single" if ends[0] == ends[1] else "within"
        near, far = (
            _words_of_value(span, value, language) for value in ([span.nearest] * 2 if span.open_ended else ends)
        )
        now = show(span.figure, language).words
        yield words[key].format(what=_name_of_figure(span, language), near=near, far=far, now=now)
    if not ranges:
        yield words["nothing"]


def _words_of_value(span: Range, value: Fraction, language: str) -> str:
    """The range's number in words, with its unit, as if its value were ``value``."""
    return show(with_value(span.figure, value), language).words


def _name_of_figure(span: Range, language: str) -> str:
    """The label of the range's number, with its place if the label does not name it, and its period, separated by
    commas."""
    figure = span.figure
    label = translate(figure.label or figure.definition_label, language)
    place = translate(figure.place_label, language) if figure.place_label else ""
    period = figure.period[language] if figure.start else ""
    return ", ".join(filter(None, [label, "" if place in label.split(", ") else place, period]))


def ranges_as_json(ranges: list[Range]) -> list[dict[str, Any]]:
    """The ranges as JSON: values as exact fractions, ``to`` null if open-ended."""
    return [
        {
            "input": span.figure.name,
            "way": span.way,
            "from": str(span.nearest),
            "to": None if span.open_ended else str(span.farthest),
        }
        for span in ranges
    ]
