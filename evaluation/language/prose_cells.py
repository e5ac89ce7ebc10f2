"""Cells of words in a notebook: a line ``%%prose``, ``%%chart ID``, ``%%table ID`` or ``%%numbers``, words in English,
a line ``%%fr``, the same in French. A chapter of reviews in one language may leave out the other.

JupyterLab takes them for code, since what they show holds values; a run of a chapter leaves them out.

A *line* is what a claim covers. ``%holds C`` stands beneath the line that it covers; ``%when C``, ``%elsewhen C`` and
``%else`` stand above lines that exclude each other. They stand in the first language that has words, and the lines of
another are matched with its lines by their count and by the names in them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ..problems import Refused, has_visible_text, quoted
from . import LANGUAGES

MAGIC = "prose"
NUMBERS = "numbers"
MAGICS = (MAGIC, "chart", "table", NUMBERS)
BEGINS = re.compile(rf"\s*%%({'|'.join(MAGICS)})(?=\s|$)[ \t]*([^\n]*)")
TURNS = re.compile(r"^%%(\w+)[ \t]*$", re.MULTILINE)
ALLOWED = "%%prose, English Markdown, a line %%fr, the same in French"
CLAIMS = re.compile(r"^%(holds|when|elsewhen|else|general)\b", re.MULTILINE)
MARK = re.compile(r"%(\w*)[ \t]*(.*?)[ \t]*")
MARKS = "%holds C beneath a line; %when C, %elsewhen C, %else above lines that exclude each other"
NAMED_CLAIM = re.compile(r"([a-z][a-z0-9_]*):\s+(.+)")
KEYED = re.compile(r"([A-Za-z]\w*)(?: ([A-Za-z]\w*))?:(?:[ \t]+(.*))?")


class NoProse(Refused):
    """A cell of words lacks a required language or is malformed; ``actual`` describes its content."""

    def __init__(self, actual: str, allowed: str = ALLOWED):
        """``actual`` is the content of the cell, to which "in a prose cell" is added."""
        self.actual, self.allowed = f"{actual} in a prose cell", allowed
        super().__init__(f"found {self.actual}; allowed: {allowed}")


def source_of(cell: Mapping[str, Any]) -> str:
    """The text of a cell, which JSON may store as lines."""
    return "".join(cell["source"])


def has_words(cell: Mapping[str, Any]) -> bool:
    """Whether a cell of a notebook holds words, which runs skip: code that begins with one of `MAGICS`."""
    return cell["cell_type"] == "code" and BEGINS.match(source_of(cell)) is not None


def is_prose(cell: Mapping[str, Any]) -> bool:
    """Whether a cell is a ``%%prose`` cell."""
    return has_words(cell) and magic_and_id(source_of(cell)) == (MAGIC, "")


def magic_and_id(source: str) -> tuple[str, str]:
    """The magic and the id at the start of a cell of words: ("chart", "reports_to_police"), ("prose", ""). Only for
    cells that `has_words`."""
    match = BEGINS.match(source)
    assert match is not None
    return match[1], match[2].strip() if match[1] != MAGIC else ""


def is_analysis(cell: Mapping[str, Any]) -> bool:
    """Whether runs execute a cell: code that holds no words."""
    return cell["cell_type"] == "code" and not has_words(cell)


def texts_by_language(source: str, languages: Sequence[str] = LANGUAGES) -> dict[str, str]:
    """The words of a cell by each of these languages, as written, with lines of marks, without space at the ends.
    Raises NoProse unless each language stands there once, with words (a cell of key numbers may have none at all), and
    for another line of ``%%`` and a word."""
    others = list(LANGUAGES[1:])
    beginning, *turns = TURNS.split(BEGINS.sub("", source, count=1))
    present = [LANGUAGES[0], *turns[::2]]
    if magic_and_id(source)[0] == NUMBERS and not has_visible_text("".join([beginning, *turns[1::2]])):
        return dict.fromkeys(languages, "")
    if present[1:] not in ([], others) or not set(languages) <= set(present):
        marks = ", ".join(f"%%{language}" for language in turns[::2]) or "no line %%fr"
        raise NoProse(quoted(marks)[1:-1])
    texts = dict(zip(present, [beginning, *turns[1::2]], strict=True))
    if empty := [language for language in languages if not has_visible_text(texts[language])]:
        raise NoProse(f"no words in {' and '.join(empty)}")
    return {language: texts[language].strip() for language in languages}


# Lines


@dataclass(frozen=True)
class Claim:
    """A claim of a line; ``name``, if given, makes it reusable."""

    text: str
    name: str = ""


@dataclass(frozen=True)
class Line:
    """A line of words: the mark above it (``when``, ``elsewhen``, ``else`` or empty) with its condition, and the claims
    below it; ``general`` if marked as independent of data."""

    text: str
    mark: str = ""
    condition: str = ""
    claims: tuple[Claim, ...] = ()
    general: bool = False

    @property
    def rank(self) -> int:
        """Its heading level (see `heading_level`)."""
        return heading_level(self.text)


def heading_level(line: str) -> int:
    """The heading level of a line of Markdown: 1 to 6 by its signs #, 7 of a line all in bold, 0 of text."""
    if re.fullmatch(r"\*\*[^*]+\*\*", line):
        return 7
    signs = re.match(r"#{1,6} ", line)
    return len(signs[0]) - 1 if signs else 0


BEFORE_WORDS = re.compile(r"(?:#+|-|\*|\d+\.) +")
KEYED_START = re.compile(r"^\w+(?: \w+)?:[ \t]+")


@dataclass(frozen=True)
class Words:
    """A parsed cell of words: magic, id, lines with claims, and each language's text without marks."""

    kind: str
    id: str
    lines: tuple[Line, ...]
    texts: Mapping[str, str]

    def line_text(self, language: str, place: int) -> str:
        """The text of the line at ``place`` (from 0, blank lines not counted), without the name of its part
        (``title:``) or key number; in a prose cell the whole line."""
        line = [line for line in self.texts[language].split("\n") if line.strip()][place]
        return line if self.kind == MAGIC else KEYED_START.sub("", line)

    def text(self, language: str, states: Sequence[bool], marks: Mapping[int, str] | None = None) -> str:
        """The text in a language with only those lines whose ``states`` are true, without empty paragraphs. ``marks``
        are inserted into lines, after the signs of headings or lists or the name of a part. Both go by the position of
        a line, from 0, blank ones not counted."""
        lines, place = [], -1
        for line in self.texts[language].split("\n"):
            place += bool(line.strip())
            if not line.strip():
                lines.append(line)
            elif states[place]:
                begins = BEFORE_WORDS.match(line) if self.kind == MAGIC else KEYED_START.match(line)
                at = begins.end() if begins else 0
                lines.append(line[:at] + (marks or {}).get(place, "") + line[at:])
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


@lru_cache(512)
def parse_words(source: str, languages: tuple[str, ...] = LANGUAGES, names: frozenset[str] = frozenset()) -> Words:
    """Parse a cell of words in these languages, of which each must have words; official ``names`` may differ between
    them. Cached. Raises NoProse for a missing language, an invalid id, a misplaced mark, one in a second language, and
    languages whose lines do not match. Conditions and claims are not parsed."""
    kind, name = magic_and_id(source)
    texts = {language: _text_or_empty(source, language) for language in LANGUAGES}
    for language, text in texts_by_language(source, languages).items():
        texts[language] = text
    if (kind in ("chart", "table")) != bool(re.fullmatch(r"[A-Za-z][\w.-]*", name)):
        raise NoProse(f"%%{kind} {name}", "%%chart ID, %%table ID, %%numbers, with the id that the cell of code names")
    lead = next((language for language in LANGUAGES if has_visible_text(texts[language])), languages[0])
    lines = tuple(_parse_lines(texts[lead]))
    for language in languages:
        if language != lead and (match := CLAIMS.search(texts[language])):
            raise NoProse(f"{match[0]} in %%{language}", f"claims in the first language alone ({lead})")
    words = Words(kind, name, lines, {language: drop_marks(texts[language]) for language in texts})
    for language in languages:
        _check_same_structure(words, lead, language, names)
    return words


def _text_or_empty(source: str, language: str) -> str:
    """The text of a cell in a language; empty if it has none or the cell is malformed."""
    try:
        return texts_by_language(source, [language])[language]
    except NoProse:
        return ""


def drop_marks(text: str) -> str:
    """A text without its lines of marks (``%holds``, ...) and the empty paragraphs that they leave."""
    lines = [line for line in text.split("\n") if not line.startswith("%")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _parse_lines(text: str) -> Iterator[Line]:
    """The lines of a text, without blank ones, with the marks above and below them. Raises NoProse for a mark without a
    line, and as `_check_mark` does."""
    lines: list[Line] = []
    above: tuple[str, str] | None = None
    for line in text.split("\n"):
        mark = MARK.fullmatch(line) if line.startswith("%") else None
        if mark is None:
            if line.strip():
                lines.append(Line(line, *(above or ())))
                above = None
            continue
        _check_mark(mark, line, lines, above)
        if mark[1] in ("holds", "general"):
            lines[-1] = _add_mark(lines[-1], mark)
        else:
            above = mark[1], mark[2]
    if above:
        raise NoProse(f"%{above[0]} above no line", MARKS)
    yield from lines


def _check_mark(mark: re.Match[str], line: str, lines: list[Line], above: tuple[str, str] | None) -> None:
    """Raise NoProse for a mark that is unknown, lacks its condition (or has one too many), or covers no line; ``lines``
    are those before it, ``above`` a mark that waits for its line."""
    name, condition = mark[1], mark[2]
    if name not in ("holds", "general", "when", "elsewhen", "else"):
        raise NoProse(quoted(line)[1:-1], MARKS)
    if (name in ("else", "general")) == bool(condition):
        raise NoProse(quoted(line)[1:-1], MARKS)
    if above or (name in ("holds", "general") and not lines):
        raise NoProse(f"{quoted(line)[1:-1]} beneath no line", MARKS)
    if name in ("elsewhen", "else") and (not lines or lines[-1].mark not in ("when", "elsewhen")):
        raise NoProse(f"{quoted(line)[1:-1]} after no line under %when", MARKS)


def _add_mark(line: Line, mark: re.Match[str]) -> Line:
    """A copy of a line with the mark below it, ``%holds C``, ``%holds name: C`` or ``%general``, added."""
    if mark[1] == "general":
        return Line(line.text, line.mark, line.condition, line.claims, general=True)
    named = NAMED_CLAIM.fullmatch(mark[2])
    claim = Claim(named[2], named[1]) if named else Claim(mark[2])
    return Line(line.text, line.mark, line.condition, (*line.claims, claim), line.general)


def _check_same_structure(words: Words, lead: str, language: str, names: frozenset[str]) -> None:
    """Compare the lines of a prose cell in ``language`` with those of its first language, ``lead``. Raises NoProse for
    another number of lines, and for a line with other placeholders (``names``, official names, aside), another heading
    level, or another part of a chart's or table's words."""
    lines = [line for line in words.texts[language].split("\n") if line.strip()]
    if len(lines) != len(words.lines):
        raise NoProse(f"{len(lines)} lines in {language} beside {len(words.lines)} in {lead}", "as many")
    for place, (line, other) in enumerate(zip(lines, words.lines, strict=True), start=1):
        if differing := (_placeholders_in(line) ^ _placeholders_in(other.text)) - names:
            raise NoProse(
                f"{{{', '.join(sorted(differing))}}} in one language of line {place}", "the same names in each"
            )
        parts = [_part_of_line(words.kind, text) for text in (line, other.text)]
        if heading_level(line) != other.rank or parts[0] != parts[1]:
            raise NoProse(f"{quoted(line[:40])} beside {quoted(other.text[:40])}", "the same heading or part in each")


def _placeholders_in(line: str) -> set[str]:
    """The names in a line's placeholders."""
    return set(re.findall(r"\{([a-z][a-z0-9_]*)", line))


def _part_of_line(kind: str, line: str) -> str:
    """The part that a line of a chart's or table's words begins (``title``, ``column year``), or the name of its key
    number; empty for prose."""
    match = KEYED.fullmatch(line) if kind != MAGIC else None
    return f"{match[1]} {match[2] or ''}".strip() if match else line.strip() if kind == NUMBERS else ""


# Words of charts, tables and key numbers

PARTS_OF = {"chart": ("title", "subtitle", "description"), "table": ("title", "note", "column")}


def parse_parts(kind: str, text: str) -> dict[str, str]:
    """The parts of a chart's or table's words by name (`PARTS_OF`; ``column year``), in order, with lines that begin
    with the same name joined by spaces; for key numbers the words by name, perhaps empty. Raises NoProse for a line
    that begins with no such name."""
    parts: dict[str, str] = {}
    for line in filter(str.strip, text.split("\n")):
        match = KEYED.fullmatch(line)
        part_names = PARTS_OF.get(kind, ())
        if kind == NUMBERS and not match and re.fullmatch(r"\w+", line.strip()):
            parts[line.strip()] = ""
            continue
        if not match or (part_names and (match[1] not in part_names or (match[1] == "column") != bool(match[2]))):
            allowed = ", ".join(f"{part} NAME:" if part == "column" else f"{part}:" for part in part_names)
            raise NoProse(f"the line {quoted(line[:60])}", allowed or "NAME, or NAME: words, a key number each")
        key = f"{match[1]} {match[2] or ''}".strip()
        parts[key] = " ".join(filter(None, [parts.get(key, ""), match[3] or ""]))
    return parts
