"""Where a number of a built review stands, and what it comes from, down to publications and cells of data/.

Read from ``numbers.json`` and the pages alone, so that an answer takes no time.
"""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

Record = dict[str, Any]
NUMBERS = "numbers.json"
EDGE = re.compile(r"</?(?:p|li|ul|ol|h[1-6]|figcaption|div|section|details|summary|nav|main)\b[^>]*>")  # of a block
NO_PROSE = re.compile(r"<(style|script|svg|table|footer|title)\b")
DATA = re.compile(r'<data value="([^"]+)" data-bound="([^"]+)"')
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý“«])")
NAMED = re.compile(r'(?:href="#from-|id="use-)([^"]+)"')  # a number in a text, and in a title
HERE = "\ue000"  # stands where a number does, while tags are taken away
SIGNS = re.compile(r"million|M\s?\$|[\s\u00a0\u202f$%,]", re.IGNORECASE)


class BuiltReview:
    """A built review as far as it can be asked: its numbers and its pages."""

    def __init__(self, folder: Path, data: Path):
        self.folder, self.data = folder, data
        self.texts: dict[tuple[str, str], list[str]] = {}

    @cached_property
    def whole(self) -> Record:
        """All that ``numbers.json`` holds. Raises OSError where there is none, ValueError for one that is cut."""
        found: Record = json.loads((self.folder / NUMBERS).read_bytes())
        return found

    @cached_property
    def runs(self) -> dict[str, dict[str, Record]]:
        """The numbers by run and id."""
        runs: dict[str, dict[str, Record]] = {}
        for row in self.whole["numbers"]:
            runs.setdefault(row["run"], {})[row["id"]] = row
        return runs

    def page(self, run: str, language: str) -> str:
        """Where a run's page is; of the run that opens the review, the index."""
        own = f"{language}/{run}.html"
        return own if (self.folder / own).is_file() else f"{language}/index.html"

    def prose(self, run: str, language: str) -> list[str]:
        """Every block of text of a page, as HTML."""
        if (run, language) not in self.texts:
            path = self.folder / self.page(run, language)
            page = path.read_text(encoding="utf-8") if path.is_file() else ""
            self.texts[run, language] = [block for block in EDGE.split(prose_of(page)) if block.strip()]
        return self.texts[run, language]


def prose_of(page: str) -> str:
    """A page without what is no prose: drawings, tables, data."""
    kept, place = [], 0
    while begun := NO_PROSE.search(page, place):
        kept.append(page[place : begun.start()])
        end = page.find(f"</{begun[1]}>", begun.end())
        place = len(page) if end < 0 else end + len(begun[1]) + 3  # a page that was cut
    return "".join([*kept, page[place:]])


def asked(review: BuiltReview, what: str) -> list[Record]:
    """What is asked, a number's id, a number as it is written, or words of a sentence, a title or a conclusion: each
    number that it means, with the places where it stands and its tree down to publications. A figure that several runs
    have comes once."""
    same: dict[str, list[Record]] = {}
    for row in rows_meant(review, what):
        alike = [row["id"], row["data"] or row["run"], row["exact"]]
        same.setdefault(json.dumps(alike), []).append(row)
    return [
        tree(review, rows[0], set()) | {"stands": [place for row in rows for place in places(review, row)]}
        for rows in same.values()
    ]


def rows_meant(review: BuiltReview, asked: str) -> Iterator[Record]:
    """The numbers of an id; else those of a written number; else those of the sentences that have the words, and those
    that chose the words."""
    rows = review.whole["numbers"]
    if by_id := [row for row in rows if asked in (row["id"], f"{row['run']}:{row['id']}")]:
        yield from by_id
    elif (value := number_in(asked)) is not None:
        yield from (row for row in rows if value in (row["value"], row["low"], row["high"]))
    else:
        found = [(run, NAMED.findall(block)) for run, block in sentences_with(review, asked)]
        found += [(one["run"], list(leaves(one["rule"]))) for one in conclusions_with(review, asked)]
        for run, names in found:
            yield from (review.runs[run][name] for name in dict.fromkeys(names) if name in review.runs[run])


def leaves(rule: Any) -> Iterator[str]:
    """The texts in a rule, however deep: the names of its numbers among them."""
    for part in rule if isinstance(rule, list) else ():
        yield from leaves(part)
    if isinstance(rule, str):
        yield rule


def number_in(asked: str) -> float | None:
    """A number as a person writes it: 29,000, 12,3 %, $345 million; None of what is none."""
    text = asked.strip().replace("\u2212", "-")
    french = re.sub(r"(?<=\d),(?=\d{1,2}\D*$)", ".", text)  # a decimal comma; three digits follow one of thousands
    digits = SIGNS.sub("", french)
    if not re.fullmatch(r"-?\d+(\.\d+)?", digits):
        return None
    large = re.search(r"million|M\s?\$", text, re.IGNORECASE)
    return float(digits) * (1_000_000 if large else 1)


def sentences_with(review: BuiltReview, words: str) -> Iterator[tuple[str, str]]:
    """The blocks of text that have some words, whatever their case and spaces, each with its run."""
    wanted = squeezed(words)
    for run, language in product(review.runs, review.whole["review"]):
        yield from ((run, block) for block in review.prose(run, language) if wanted in squeezed(text_of(block)))


def conclusions_with(review: BuiltReview, words: str) -> list[Record]:
    """The wordings that numbers chose and that have some words, in any language."""
    wanted = squeezed(words)
    return [one for one in review.whole["claims"] if any(wanted in squeezed(text) for text in one["words"].values())]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text.casefold().replace("’", "'")).strip()


def text_of(block: str) -> str:
    """The words of a piece of HTML."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", block))).strip()


def places(review: BuiltReview, row: Record) -> Iterator[Record]:
    """Each place where a number stands on its page, by language: the sentence, or the chart or table."""
    link = f'href="#from-{row["id"]}"'
    for language in review.whole["review"]:
        page = {"page": review.page(row["run"], language), "language": language}
        for block in review.prose(row["run"], language):
            if link in block:
                yield page | {"sentence": sentence(block, link)}
            elif any(one == (row["value"], row["bound"]) for one in in_a_title(block)):
                yield page | {"sentence": text_of(block)}
        for part in row["shown_in"]:
            yield page | {"page": f"{page['page']}#{part}", "sentence": ""}


def in_a_title(block: str) -> list[tuple[float, str]]:
    """The numbers of a title, which lead nowhere: value and bound."""
    return [] if "#from-" in block else [(float(value), bound) for value, bound in DATA.findall(block)]


def sentence(block: str, link: str) -> str:
    """The sentence of a block that has a link."""
    marked = text_of(block.replace(link, f">{HERE}<a", 1))
    return next(part for part in SENTENCE.split(marked) if HERE in part).replace(HERE, "").strip()


def tree(review: BuiltReview, row: Record, above: set[str]) -> Record:
    """A number with what it was worked out from, each with its own, down to publications."""
    whole, rows = review.whole, review.runs[row["run"]]
    named = {name: whole[f"{name}s"].get(row[name], row[name]) for name in ("source", "definition", "place")}
    caveats = {name: whole["caveats"][name] for name in row["caveats"]}
    below = [rows[name] for name in row["inputs"] if name not in above]
    inputs = [tree(review, part, above | {row["id"]}) for part in below]
    return row | named | {"caveats": caveats, "cell": cell(review.data, row["data"]), "inputs": inputs}


def cell(data: Path, place: str) -> Record:
    """The cell of data/ that a figure stands in, with its row; empty where it has none or the file is not there."""
    if not place:
        return {}
    file, number, column = place.split(":")
    found: Record = {"file": f"data/{file}", "row": int(number), "column": column}
    try:
        with (data / file).open(encoding="utf-8", newline="") as lines:
            header, *rows = csv.reader(lines)
        cells = dict(zip(header, rows[int(number) - 2], strict=True))
    except (OSError, IndexError, ValueError):
        return found
    return found | {"text": cells.get(column, ""), "cells": {name: text for name, text in cells.items() if text}}


def lines_of(found: Mapping[str, Any], language: str, before: str = "") -> Iterator[str]:
    """A traced number as a tree for a terminal."""
    yield f"{headline(found, language)}"
    body = [*details(found, language), *(f"in {place['page']}{quotation(place)}" for place in found.get("stands", ()))]
    inputs = found["inputs"]
    bar = "│  " if inputs else "   "
    yield from (f"{before}{bar}{line}" for line in body)
    for position, part in enumerate(inputs):
        last = position == len(inputs) - 1
        first, *rest = lines_of(part, language, before + ("   " if last else "│  "))
        yield f"{before}{'└─ ' if last else '├─ '}{first}"
        yield from rest


def headline(found: Mapping[str, Any], language: str) -> str:
    """A number in a line: its id, amount, unit, kind and what it counts."""
    words = found["bound"].replace("-", " ")
    ends = f"{found['low']:,} and {found['high']:,}" if words == "between" else f"{found['value']:,}"
    amount = ends if words == "exact" else f"{words} {ends}"
    return f"{found['id']} = {amount} {found['unit']} ({found['kind']}): {found['label'].get(language, '')}".rstrip(
        ": "
    )


def details(found: Mapping[str, Any], language: str) -> Iterator[str]:
    """What is said of a number, a line each: what it counts, its formula or its publication, its cell, its caveats."""
    when = found["start"] if found["start"] == found["end"] else f"{found['start']} to {found['end']}".strip(" to")
    what, where = (found[name][language] if found[name] else "" for name in ("definition", "place"))
    if line := ", ".join(filter(None, [what, where, when])):
        yield f"counts: {line}"
    for name, words in (("formula_text", "formula"), ("method", "method")):
        if found[name]:
            yield f"{words}: {found[name][language]}"
    if source := found["source"]:
        place = found["place_in_source"].get(language, "")
        yield f"source: {source['publisher'][language]}, {source['title']}" + (f"; {place}" if place else "")
        yield f"        {source['address'] or 'no public address: held by its publisher'}"
    if stands := found["cell"]:
        text = f": {stands['text']}" if "text" in stands else ""
        yield f"data: {stands['file']}, row {stands['row']}, column {stands['column']}{text}"
    yield from (f"caveat: {text[language]}" for text in found["caveats"].values())


def quotation(place: Mapping[str, Any]) -> str:
    return f": “{place['sentence']}”" if place["sentence"] else ""
