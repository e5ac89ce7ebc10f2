"""The places of a built review's numbers on its pages, and their inputs down to publications and cells of data/: read
from ``numbers.json`` alone, so that the answer is immediate.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ..language.spelling import without_accents
from ..problems import InputError, Problem, nearest, quoted, refuse
from ..problems.foreign import read_json, read_rows
from ..problems.paths import OutsideFolder, path_in
from . import falsified

NumbersRow = dict[str, Any]  # a number, a claim or a sentence of numbers.json, with additions
NUMBERS, BUILT = "numbers.json", "a built one: evaluation build"
DEEPEST, MOST_TREES = 50, 50_000  # nodes of a tree; the review's trees are six deep with some thousands in all
WRITTEN = re.compile(r"([-−]?\d(?:[\d\s.,]*\d)?)(\s*(?:millions?\b|M\s?\$))?", re.IGNORECASE)  # a number


UNFIT = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, StopIteration, RecursionError)


@contextmanager
def refuse_inconsistent(file: object) -> Iterator[None]:
    """Within the block, errors of inconsistent numbers (`UNFIT`), which no build writes, become an InputError for
    ``file``; an InputError passes through."""
    try:
        yield
    except InputError:
        raise
    except UNFIT as error:
        actual = f"no numbers as a build writes them ({type(error).__name__})"
        raise refuse(file, actual=actual, allowed=BUILT) from None


class BuiltReview:
    """A built review, read for questions."""

    def __init__(self, folder: Path, data: Path):
        """The review built in ``folder``, and the ``data`` folder of its cells; nothing is read yet."""
        self.folder, self.data = folder, data
        self.trees = 0  # that were made

    @cached_property
    def contents(self) -> dict[str, Any]:
        """The content of ``numbers.json``. Raises InputError if it is missing or unreadable."""
        contents: dict[str, Any] = read_json(self.folder / NUMBERS, BUILT)
        return contents

    @cached_property
    def runs(self) -> dict[str, dict[str, NumbersRow]]:
        """The numbers by run and id."""
        return rows_by_run(self.contents["numbers"], "id")

    def page(self, run: str, language: str) -> str:
        """The path of a run's page in the review; the index, which shows the opening run, if there is no such page."""
        page = f"{language}/{run}.html"
        return page if (self.folder / page).is_file() else f"{language}/index.html"


def rows_by_run(rows: Iterable[NumbersRow], key: str) -> dict[str, dict[str, NumbersRow]]:
    """Numbers or claims by run and, within it, by the content of ``key``; of equal ones the last."""
    rows_of_runs: dict[str, dict[str, NumbersRow]] = {}
    for row in rows:
        rows_of_runs.setdefault(row["run"], {})[row[key]] = row
    return rows_of_runs


def numbers_meant(review: BuiltReview, query: str) -> list[NumbersRow]:
    """The numbers that a query refers to (see `rows_meant`), each with its places (``stands``) and its inputs down to
    publications; a figure of several runs once, with the places of all. Empty if nothing matches."""
    by_number: dict[str, list[NumbersRow]] = {}
    for row in rows_meant(review, query.strip()):
        repeats = by_number.setdefault(json.dumps([row["id"], row["data"] or row["run"], row["exact"]]), [])
        repeats += [row] * (row not in repeats)  # several sentences may lead to it
    return [
        _number_with_inputs(review, rows[0], set())
        | {"stands": [place for row in rows for place in _places_of_number(review, row)]}
        for rows in by_number.values()
    ]


def rows_meant(review: BuiltReview, query: str) -> list[NumbersRow]:
    """The rows of numbers that a query refers to: by id, or RUN:ID; else, for a number without words, by its value or a
    bound of it (``low``, ``high``); else by words of sentences and claims, or else of labels, narrowed to those with
    the value if the query has a single one; else, if no words match, by the value. May have repetitions."""
    rows = review.contents["numbers"]
    if by_id := [row for row in rows if query in (row["id"], f"{row['run']}:{row['id']}")]:
        return by_id
    value, words = number_in(query)
    by_value = [row for row in rows if value is not None and value in (row["value"], row["low"], row["high"])]
    if by_value and not plain_words(words):
        return by_value
    by_words = list(rows_with(review, query)) or [row for row in rows if contains_words(row["label"], query)]
    narrowed = [row for row in by_words if row in by_value and not WRITTEN.search(words)]
    return narrowed or by_words or by_value


def rows_with(review: BuiltReview, words: str) -> Iterator[NumbersRow]:
    """The numbers in sentences that contain these words, in either language, and then those behind claims on such
    sentences; a number may come again."""
    sentences = [
        sentence for sentence in review.contents["sentences"] if contains_words({"": sentence["sentence"]}, words)
    ]
    claims = [claim for claim in review.contents["claims"] if contains_words(claim["words"], words)]
    named = [(row["run"], row["numbers"]) for row in (*sentences, *claims)]
    for run, names in named:
        yield from (review.runs[run][name] for name in dict.fromkeys(names) if name in review.runs[run])


def number_in(query: str) -> tuple[float | None, str]:
    """Parse the first number of a query, written in English or French (29,000; 12,3 % is 12.3; $345 million and 345 M$
    are 345000000.0); return it and the query without it, or None and the query, as for 2.3.4."""
    if not (match := WRITTEN.search(query)):
        return None, query
    digits = re.sub(r"\s", "", match[1]).replace("−", "-")
    digits = re.sub(r",(?=\d{1,2}$)|(?<=^0),|(?<=^-0),", ".", digits).replace(",", "")  # else of thousands
    try:
        value = float(digits) * (1_000_000 if match[2] else 1)
    except ValueError:  # 2.3.4
        return None, query
    return value, query[: match.start()] + query[match.end() :]


def claims_meant(review: BuiltReview, query: str) -> list[NumbersRow]:
    """The claims that a query refers to: all of a run's page, the one of that name, or those on a number with that id;
    else those of sentences that contain the words. All claims for an empty query, none if nothing matches."""
    claims = review.contents["claims"]
    if not query.strip():
        return claims
    named = [claim for claim in claims if query.strip() in (claim["run"], claim["name"], *claim["numbers"])]
    return named or [claim for claim in claims if contains_words(claim["words"], query)]


def no_match(review: BuiltReview, query: str, flips: bool) -> Problem:
    """The problem of a query without matching numbers, or with ``flips`` without matching claims: the nearest names,
    and what may be asked."""
    allowed = "a number, its name, a figure's id, words of a sentence"
    allowed = f"{query}:NAME, a number of that page, or --flips" if query in review.runs else allowed
    names = [row["id"] for row in review.contents["numbers"]]
    if flips:
        names = [
            name for claim in review.contents["claims"] for name in (claim["run"], claim["name"], *claim["numbers"])
        ]
        allowed = "a sentence with a claim (--flips alone lists them), a claim's name or page, a figure's id"
    return Problem("WHAT", actual=f"nothing for {quoted(query)}{nearest(query, dict.fromkeys(names))}", allowed=allowed)


def contains_words(texts: Mapping[str, str], words: str) -> bool:
    """Whether any of the texts (by language) contains the words in sequence, ignoring accents, case and punctuation;
    the last may be cut short ("organ" for "organizations"). False without any word."""
    wanted = plain_words(words)
    return bool(wanted) and any(f" {wanted}" in f" {plain_words(text)}" for text in texts.values())


@cache
def plain_words(text: str) -> str:
    """The words and numbers of a text in lower case, without accents and punctuation, single-spaced; cached."""
    return " ".join(re.findall(r"\w+", without_accents(text)))


def _places_of_number(review: BuiltReview, row: NumbersRow) -> Iterator[NumbersRow]:
    """The places of a number on its page, by language: its sentences, then its charts and tables, whose ``sentence`` is
    empty and whose ``page`` has an anchor."""
    for language in review.contents["review"]:
        page = {"page": review.page(row["run"], language), "language": language}
        for sentence in review.contents["sentences"]:
            if (sentence["run"], sentence["language"]) == (row["run"], language) and row["id"] in sentence["numbers"]:
                yield page | {"sentence": sentence["sentence"]}
        for part in row["shown_in"]:
            yield page | {"page": f"{page['page']}#{part}", "sentence": ""}


def _number_with_inputs(review: BuiltReview, row: NumbersRow, above: set[str]) -> NumbersRow:
    """A number's row with the rows of its ``inputs``, recursively down to publications, its ``cell`` of data, and the
    texts behind its ids of source, definition, place and caveats; an input among ``above``, the ids on the way down, is
    left out. Adds to ``review.trees``. Raises ValueError beyond `DEEPEST` or `MOST_TREES`, KeyError for an unknown
    caveat or input."""
    whole, rows = review.contents, review.runs[row["run"]]
    named = {name: whole[f"{name}s"].get(row[name], row[name]) for name in ("source", "definition", "place")}
    caveats = {name: whole["caveats"][name] for name in row["caveats"]}
    below = [rows[name] for name in row["inputs"] if name not in above]
    if len(above) > DEEPEST:
        raise ValueError("numbers too deep in each other")
    review.trees += 1
    if review.trees > MOST_TREES:
        raise ValueError("too many numbers behind others")
    inputs = [_number_with_inputs(review, part, above | {row["id"]}) for part in below]
    return row | named | {"caveats": caveats, "cell": _cell_of_data(review.data, row["data"]), "inputs": inputs}


def _cell_of_data(data: Path, place: str) -> NumbersRow:
    """The cell of data/ at a place (table.csv:row:column, the header being row 1): file, row, column and, if it can be
    read, its ``text`` and its row's filled ``cells``. Empty for an empty place; of many rows only their numbers."""
    if not place:
        return {}
    file, number, column = place.split(":")
    if not number.isdigit():  # of many rows
        return {"file": f"data/{file}", "row": number, "column": column}
    cell: NumbersRow = {"file": f"data/{file}", "row": int(number), "column": column}
    try:  # of a file from elsewhere, whose places may lead out of data/, to a pipe or a device
        header, *rows = read_rows(path_in(data, file), "a table of data/")
        cells = dict(zip(header, rows[int(number) - 2], strict=False))
    except (InputError, OutsideFolder, IndexError, ValueError):
        return cell
    return cell | {"text": cells.get(column, ""), "cells": {name: text for name, text in cells.items() if text}}


def with_ranges(review: BuiltReview, claim: NumbersRow) -> NumbersRow:
    """A claim with the ranges that falsify it, as data (``flips``) and in words by language (``flips_text``)."""
    ranges = falsified.ranges_of(review.folder, claim)
    texts = {language: list(falsified.ranges_in_words(ranges, language)) for language in review.contents["review"]}
    return claim | {"flips": falsified.ranges_as_json(ranges), "flips_text": texts}


def claim_lines(claim: NumbersRow, language: str) -> Iterator[str]:
    """A claim for a terminal: its sentence and the ranges that falsify it, one line each."""
    yield f"{claim['run']}:{claim['name']} [{claim['claim']}]: “{claim['words'][language]}”"
    yield from (f"  {sentence}" for sentence in claim["flips_text"][language])


def tree_lines(traced: Mapping[str, Any], language: str, before: str = "") -> Iterator[str]:
    """The lines of a traced number (see `numbers_meant`) as a tree for a terminal: headline, details, places, inputs;
    ``before`` each but the first."""
    yield f"{headline(traced, language)}"
    places = [(place["page"], place["sentence"]) for place in traced.get("stands", ())]
    body = [
        *detail_lines(traced, language),
        *(f"in {page}" + (f": “{sentence}”" if sentence else "") for page, sentence in places),
    ]
    inputs = traced["inputs"]
    bar = "│  " if inputs else "   "
    yield from (f"{before}{bar}{line}" for line in body)
    for position, part in enumerate(inputs):
        last = position == len(inputs) - 1
        first, *rest = tree_lines(part, language, before + ("   " if last else "│  "))
        yield f"{before}{'└─ ' if last else '├─ '}{first}"
        yield from rest


def headline(traced: Mapping[str, Any], language: str) -> str:
    """A number on one line: id, words, kind, and what it counts."""
    label = traced["label"].get(language, "")
    line = f"{traced['id']} = {traced['words'][language]} ({traced['kind']}): {label}"
    return line.replace("\N{NO-BREAK SPACE}", " ").rstrip(": ")


def detail_lines(traced: Mapping[str, Any], language: str) -> Iterator[str]:
    """The details of a number that it has: what it counts, formula, method, publication (two lines), cell, caveats, one
    line each, in the language, after English labels."""
    definition, place = (traced[name][language] if traced[name] else "" for name in ("definition", "place"))
    if line := ", ".join(filter(None, [definition, place, traced["period"][language]])):
        yield f"counts: {line}"
    for name, words in (("formula_text", "formula"), ("method", "method")):
        if traced[name]:
            yield f"{words}: {traced[name][language]}"
    if source := traced["source"]:
        part = traced["place_in_source"].get(language, "")
        yield f"source: {source['publisher'][language]}, {source['title']}" + (f"; {part}" if part else "")
        yield f"        {source['address'] or 'no public address: held by its publisher'}"
    if cell := traced["cell"]:
        text = f": {cell['text']}" if "text" in cell else ""
        yield f"data: {cell['file']}, row {cell['row']}, column {cell['column']}{text}"
    yield from (f"caveat: {text[language]}" for text in traced["caveats"].values())
