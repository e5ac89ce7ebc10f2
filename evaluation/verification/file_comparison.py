"""Two files of one name, as they were built and as they are built again: the same bytes, the same numbers in other
bytes, or another number; and where."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from fractions import Fraction
from itertools import takewhile, zip_longest
from typing import Any

from lxml import etree

from ..pages.blocks import Block, blocks, numerals, parsed, sealed

SAME, BYTES, NUMBER = "same bytes", "same numbers, other bytes", "another number"
MISSING, UNLISTED, UNMADE = "missing", "not of this build", "not checked"
MOST_TOLD = 5  # differences of a file that are told


@dataclass(frozen=True)
class Difference:
    """What differs at one place: as it is there and as it should be; ``by``, where it is a number, is how much more.
    Where ``part`` says it all, nothing else is told."""

    part: str
    shown: str
    expected: str
    by: str = ""

    def __str__(self) -> str:
        if not self.shown and not self.expected:
            return self.part
        more = f" (by {self.by})" if self.by else ""
        return f"{self.part}: found {self.shown or 'nothing'}; expected {self.expected or 'nothing'}{more}"


@dataclass(frozen=True)
class Compared:
    """What became of one file."""

    path: str
    outcome: str
    differences: list[Difference] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        return self.outcome != SAME and not self.outcome.startswith(UNMADE)

    def __str__(self) -> str:
        told = "; ".join(map(str, self.differences[:MOST_TOLD]))
        more = f"; and {len(self.differences) - MOST_TOLD} more" if len(self.differences) > MOST_TOLD else ""
        return f"{self.path}: {self.outcome}" + (f": {told}{more}" if told else "")

    def parts(self) -> dict[str, Any]:
        return {"file": self.path, "outcome": self.outcome, "differences": [vars(one) for one in self.differences]}


def compare(path: str, shown: bytes, expected: bytes) -> Compared:
    """What differs between a file and what it should be."""
    if shown == expected:
        return Compared(path, SAME)
    try:
        differences = list(READ[path.rpartition(".")[2]](shown, expected))
    except (KeyError, ValueError, etree.LxmlError):
        differences = [Difference("the file", "a file of another form", "one as it is built")]
    numbers = [one for one in differences if one.by]
    return Compared(path, NUMBER if numbers else BYTES, numbers or differences or [in_line(shown, expected)])


def in_line(shown: bytes, expected: bytes) -> Difference:
    """The first line that differs, where nothing that is read does."""
    lines = zip_longest(*(one.decode("utf-8", "replace").splitlines() for one in (shown, expected)), fillvalue="")
    number, one, other = next(((n, a, b) for n, (a, b) in enumerate(lines, 1) if a != b), (0, "", ""))
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    around = slice(max(0, start - 20), start + 40)
    return Difference(f"line {number}" if number else "ends of lines", repr(one[around]), repr(other[around]))


def in_pages(shown: bytes, expected: bytes) -> Iterator[Difference]:
    """Pages, and drawings that stand alone: their blocks, side by side."""
    yield from in_blocks(*(blocks(parsed(one)) for one in (shown, expected)))


def in_blocks(shown: Sequence[Block], expected: Sequence[Block]) -> Iterator[Difference]:
    """Blocks that were changed, added or taken out, side by side."""
    for _, a, b, c, d in changed(shown, expected):
        for one, other in zip_longest(shown[a:b], expected[c:d]):
            part = (one or other).part or (one or other).tag
            yield difference(part, one, other)


def changed(shown: Sequence[Any], expected: Sequence[Any]) -> list[tuple[str, int, int, int, int]]:
    steps = SequenceMatcher(None, shown, expected, autojunk=False).get_opcodes()
    return [step for step in steps if step[0] != "equal"]


def difference(part: str, one: Block | None, other: Block | None) -> Difference:
    """Two texts that should be the same: by the first of their numbers that differs, in words or for a machine."""
    for mine, theirs in zip_longest(one.numbers if one else (), other.numbers if other else ()):
        if mine and theirs and mine != theirs:
            there, here = mine.words, theirs.words
            if there == here:  # for a machine alone
                there, here = " ".join(mine[1:5]), " ".join(theirs[1:5])
            by = [less(*pair) for pair in zip(mine[1:5], theirs[1:5], strict=True)]
            named = f"{part}, {theirs.name}" if theirs.name and theirs.name not in part else part
            return Difference(named, there, here, next(filter(None, by), "") or by_numerals(there, here) or "its bound")
    return unlike_texts(part, *(block.text if block else "" for block in (one, other)))


def unlike_texts(part: str, shown: str, expected: str) -> Difference:
    """Two texts that should be the same, where they differ; of a part of which only a hash is kept, that it does."""
    if said := sealed(shown) or sealed(expected):
        return Difference(f"{part or 'the page'}: {said}", "", "")
    return Difference(part, *differing_words(shown, expected), by_numerals(shown, expected))


def differing_words(one: str, other: str) -> tuple[str, str]:
    """Where two texts differ, with three words on either side."""
    pair = [text.split() for text in (one, other)]
    same = [sum(1 for _ in takewhile(lambda ends: ends[0] == ends[1], zip(*sides, strict=False)))
            for sides in (pair, [side[::-1] for side in pair])]  # fmt: skip
    start = max(0, same[0] - 3)
    after = min(same[1], *(len(side) - same[0] for side in pair))
    ends = [" ".join(side[start : len(side) - max(0, after - 3)]) for side in pair]
    return repr(ends[0]), repr(ends[1])


def by_numerals(one: str, other: str) -> str:
    """By how much the first numbers differ that two texts do not share; nothing where all are alike."""
    pairs = [(a or "0", b or "0") for a, b in zip_longest(numerals(one), numerals(other)) if a != b]
    return next((less(decimal_of(a), decimal_of(b)) or "a number" for a, b in pairs), "")


def decimal_of(numeral: str) -> str:
    """A numeral of either language as a decimal: a comma before three digits parts thousands, else decimals."""
    whole, comma, rest = numeral.replace("−", "-").rpartition(",")
    grouped = comma and len(rest.partition(".")[0]) == 3 and whole.strip("-") != "0"
    return (whole + rest if grouped else f"{whole}.{rest}").replace(",", "") if comma else numeral.replace("−", "-")


def less(one: str, other: str) -> str:
    """How much more the one is, where both are numbers; nothing where they are equal."""
    try:
        by = Fraction(one) - Fraction(other)
    except (ValueError, ZeroDivisionError):
        return ""
    return f"{float(by):+.12g}" if by else ""


def in_rows(shown: bytes, expected: bytes) -> Iterator[Difference]:
    """Cells of two CSV files."""
    tables = [list(csv.reader(io.StringIO(one.decode("utf-8-sig"), newline=""))) for one in (shown, expected)]
    heads = tables[1][0] if tables[1] else []
    for number, rows in enumerate(zip_longest(*tables, fillvalue=[]), 1):
        for column, (one, other) in enumerate(zip_longest(*rows, fillvalue="")):
            if one != other:
                head = heads[column] if column < len(heads) else f"column {column + 1}"
                yield Difference(f"row {number}, {head}", repr(one), repr(other), by_numerals(one, other))


def in_notebooks(shown: bytes, expected: bytes) -> Iterator[Difference]:
    """Values of two JSON texts, by their paths."""
    yield from in_values(json.loads(shown), json.loads(expected), "")


def in_values(one: Any, other: Any, path: str) -> Iterator[Difference]:
    if isinstance(one, dict) and isinstance(other, dict):
        for name in [*other, *(name for name in one if name not in other)]:
            yield from in_values(one.get(name), other.get(name), f"{path}/{name}")
    elif isinstance(one, list) and isinstance(other, list):
        for number, pair in enumerate(zip_longest(one, other)):
            yield from in_values(*pair, f"{path}/{number}")
    elif one != other:
        texts = [str(value)[:200] for value in (one, other)]
        by = less(*texts) if path.endswith(("/low", "/high")) else by_numerals(*texts) if "preview" not in path else ""
        yield Difference(path.strip("/"), repr(texts[0]), repr(texts[1]), by)


READ = {
    "html": in_pages, "svg": in_pages, "csv": in_rows, "ipynb": in_notebooks, "json": in_notebooks,
}  # fmt: skip
