"""Comparison of two files of one name, as built and as built again: same bytes, same numbers in other bytes, or another
number; and where.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from fractions import Fraction
from itertools import islice, takewhile, zip_longest
from typing import Any

from lxml import etree

from ..pages.blocks import Block, list_blocks, numerals, parse_html, seal_message

SAME, BYTES, NUMBER = "same bytes", "same numbers, other bytes", "another number"
MISSING, UNLISTED, UNREAD, UNMADE = "missing", "not of this build", "not read", "not checked"
MOST_PRINTED = 5  # differences printed per file


@dataclass(frozen=True)
class Difference:
    """A difference at one position, ``part``: the actual text (``shown``) and the expected one; ``by`` is how much
    their numbers differ, with a sign or in words, empty if no number differs. If both texts are empty, ``part`` is the
    whole description."""

    part: str
    shown: str
    expected: str
    by: str = ""

    def __str__(self) -> str:
        """The difference on one line, for a terminal."""
        if not self.shown and not self.expected:
            return self.part
        more = f" (by {self.by})" if self.by else ""
        return f"{self.part}: found {self.shown or 'nothing'}; expected {self.expected or 'nothing'}{more}"


ENDS = Difference("ends of lines", "others", "those of the build")


@dataclass(frozen=True)
class FileComparison:
    """The result of comparing a file: ``outcome`` is one of SAME to UNMADE, of which UNREAD and UNMADE have a reason
    after a colon."""

    path: str
    outcome: str
    differences: list[Difference] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether the file differs from the expected one; false for a file that is not checked."""
        return self.outcome != SAME and not self.outcome.startswith(UNMADE)

    def __str__(self) -> str:
        """The result on one line, with MOST_PRINTED differences at most."""
        first = "; ".join(map(str, self.differences[:MOST_PRINTED]))
        more = f"; and {len(self.differences) - MOST_PRINTED} more" if len(self.differences) > MOST_PRINTED else ""
        return f"{self.path}: {self.outcome}" + (f": {first}{more}" if first else "")

    def as_json(self) -> dict[str, Any]:
        """The result with all its differences, as JSON."""
        return {
            "file": self.path,
            "outcome": self.outcome,
            "differences": [vars(difference) for difference in self.differences],
        }


def compare_files(path: str, actual: bytes, expected: bytes) -> FileComparison:
    """Compare a file with its expected content, by the suffix of ``path``: pages and drawings by blocks, CSV by cells,
    anything else by lines. The outcome is SAME, NUMBER (then only differences of numbers are listed) or BYTES. A file
    that cannot be parsed is one difference; other bytes with the same parsed content are one, of a line or of the ends
    of lines."""
    if actual == expected:
        return FileComparison(path, SAME)
    try:
        differences = list(READ.get(path.rpartition(".")[2], line_differences)(actual, expected))
    except (ValueError, IndexError, etree.LxmlError):
        differences = [Difference("the file", "a file of another form", "one as it is built")]
    numbers = [difference for difference in differences if difference.by]
    first_line = islice(line_differences(actual, expected), 1)  # if all parsed content agrees
    return FileComparison(path, NUMBER if numbers else BYTES, numbers or differences or [*first_line] or [ENDS])


def page_differences(actual: bytes, expected: bytes) -> Iterator[Difference]:
    """The differences of two pages or drawings: blocks that were changed, added or removed, in pairs and in order."""
    pair = [list_blocks(parse_html(page)) for page in (actual, expected)]
    for _, a, b, c, d in changed_spans(*pair):
        for blocks in zip_longest(pair[0][a:b], pair[1][c:d]):
            block = blocks[0] or blocks[1]
            yield block_difference(block.part or block.tag, *blocks)


def line_differences(actual: bytes, expected: bytes) -> Iterator[Difference]:
    """The differing lines of two texts, paired by their number; two JSON texts are compared with one value a line."""
    texts = [content.decode("utf-8", "replace") for content in (actual, expected)]
    with suppress(ValueError):
        texts = [json.dumps(json.loads(text), indent=1, ensure_ascii=False) for text in texts]
    for number, pair in enumerate(zip_longest(*(text.splitlines() for text in texts), fillvalue=""), 1):
        if pair[0] != pair[1]:
            yield Difference(f"line {number}", *differing_words(*pair), numeral_difference(*pair))


def changed_spans(actual: Sequence[Any], expected: Sequence[Any]) -> list[tuple[str, int, int, int, int]]:
    """Where two sequences differ: the opcodes of difflib (tag, start and end in ``actual``, start and end in
    ``expected``), without those of equal spans."""
    opcodes = SequenceMatcher(None, actual, expected, autojunk=False).get_opcodes()
    return [opcode for opcode in opcodes if opcode[0] != "equal"]


def block_difference(part: str, actual: Block | None, expected: Block | None) -> Difference:
    """The difference of two blocks that differ (None: missing) in the part of this name: of their first pair of numbers
    that differ, in words or in machine-readable values (``by`` is "its bound" if only the bound does), or else of their
    texts."""
    for pair in zip_longest(*(block.numbers if block else () for block in (actual, expected))):
        if all(pair) and pair[0] != pair[1]:
            words = [number.words for number in pair]
            if words[0] == words[1]:  # machine-readable values only
                words = [" ".join(number[1:5]) for number in pair]
            by = [signed_difference(*values) for values in zip(*(number[1:5] for number in pair), strict=True)]
            place = f"{part}, {pair[1].name}" if pair[1].name and pair[1].name not in part else part
            difference = next(filter(None, by), "") or numeral_difference(*words) or "its bound"
            return Difference(place, words[0], words[1], difference)
    return text_difference(part, *(block.text if block else "" for block in (actual, expected)))


def text_difference(part: str, actual: str, expected: str) -> Difference:
    """The difference of two texts that differ, in the part of this name: their differing words; of a part of which
    blocks hold the hash only, such as a script, just that it differs."""
    if seal := seal_message(actual) or seal_message(expected):
        return Difference(f"{part or 'the page'}: {seal}", "", "")
    return Difference(part, *differing_words(actual, expected), numeral_difference(actual, expected))


def differing_words(actual: str, expected: str) -> tuple[str, str]:
    """The spans of two texts from the first word that differs to the last one, with up to three words of context on
    either side, each as `repr` quotes it."""
    pair = [text.split() for text in (actual, expected)]
    same = [sum(1 for _ in takewhile(lambda ends: ends[0] == ends[1], zip(*sides, strict=False)))
            for sides in (pair, [side[::-1] for side in pair])]  # fmt: skip
    start = max(0, same[0] - 3)
    after = min(same[1], *(len(side) - same[0] for side in pair))
    ends = [" ".join(side[start : len(side) - max(0, after - 3)]) for side in pair]
    return repr(ends[0]), repr(ends[1])


def numeral_difference(actual: str, expected: str) -> str:
    """The signed difference of the first pair of numbers in which two texts differ (a missing one counts as 0), or "a
    number" if that cannot be computed; empty if all are equal."""
    pairs = [(a or "0", b or "0") for a, b in zip_longest(numerals(actual), numerals(expected)) if a != b]
    return next((signed_difference(decimal_of(a), decimal_of(b)) or "a number" for a, b in pairs), "")


def decimal_of(numeral: str) -> str:
    """A numeral of either language as the text of a decimal, such as "-1200.5": a comma before three digits groups
    thousands, any other is the decimal comma."""
    whole, comma, fraction = numeral.replace("−", "-").rpartition(",")
    grouped = comma and len(fraction.partition(".")[0]) == 3 and whole.strip("-") != "0"
    decimal = whole + fraction if grouped or not comma else f"{whole}.{fraction}"
    return decimal.replace(",", "")


def signed_difference(actual: str, expected: str) -> str:
    """The signed difference ``actual`` minus ``expected``; empty if they are equal or no numbers."""
    try:
        by = Fraction(actual) - Fraction(expected)
    except (ValueError, ZeroDivisionError):
        return ""
    return f"{float(by):+.12g}" if by else ""


def cell_differences(actual: bytes, expected: bytes) -> Iterator[Difference]:
    """The differing cells of two CSV files by row (the head is row 1) and the expected head's column; a missing cell is
    empty. Raises IndexError for an empty expected file, ValueError for one that is not UTF-8."""
    tables = [list(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""))) for table in (actual, expected)]
    for number, rows in enumerate(zip_longest(*tables, fillvalue=[]), 1):
        for head, *pair in zip_longest(tables[1][0], *rows, fillvalue=""):
            if pair[0] != pair[1]:
                yield Difference(f"row {number}, {head}", repr(pair[0]), repr(pair[1]), numeral_difference(*pair))


READ = {"html": page_differences, "svg": page_differences, "csv": cell_differences}  # whatever else is a text of lines
