"""The text of a page: its headline and answer, prose, key numbers, the words around its charts and tables with their
numbers linked, its contents. Headings are short, without links, with places that the contents lead to."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

from markupsafe import Markup

from ..chapters.explorer import Explorer
from ..language import NO_BREAK, Text, translate
from ..language.placeholders import NAME, NAMES, stray_brace, typed_number
from ..numbers.changes import is_change
from ..numbers.publication import Caveat
from ..problems.refusals import Refusal, noting
from ..records.prose import UnknownName, Values, capitalized, opened, renderer
from . import templates
from .chart import Chart, Charts
from .errors import PageError
from .notebook import CHART, CHECKING, EXPLORER, KEY_NUMBERS, PROSE, TABLE, WARNINGS, Content, Records, Run
from .table import Cell, Table, Tables

HEADLINE_WORDS = 10
OPENING = re.compile(r"\s*<h1>(.*?)</h1>\s*<p>(.*?)</p>\s*(.*)", re.DOTALL)
QUESTION = re.compile(r"\s*<p>([^<]*\?)</p>\s*")  # what the page answers, after the answer
HEADING = re.compile(r"<(h[23])>(.*?)</\1>", re.DOTALL)
LIST = r"<p><strong>[^<]*</strong></p>\s*<ul>(?:(?!<ul>).)*?</ul>"  # below a line in bold
TWO_LISTS = re.compile(rf"({LIST})\s*({LIST})", re.DOTALL)


@dataclass(frozen=True)
class Prose:
    """Prose, as HTML."""

    html: Markup
    kind = "prose"
    caveats = ()


@dataclass(frozen=True)
class Warnings:
    """Warnings that stand with the prose before them."""

    caveats: tuple[Caveat, ...]
    kind = WARNINGS


@dataclass(frozen=True)
class ChartPart:
    """A chart with its texts, whose numbers are linked; ``level`` is that of its heading."""

    chart: Chart
    level: int
    title: Markup
    subtitle: Markup
    description: Markup
    caveats: tuple[Caveat, ...]
    kind = CHART


@dataclass(frozen=True)
class TablePart:
    """A table with its texts, whose numbers are linked: its heads, and each cell with its own."""

    table: Table
    title: Markup
    heads: tuple[Markup, ...]
    rows: tuple[tuple[tuple[Cell, Markup], ...], ...]
    note: Markup
    caveats: tuple[Caveat, ...]
    kind = TABLE


Part = Prose | Warnings | ChartPart | TablePart | Explorer  # of a page, which the template of its ``kind`` shows


class Opening(NamedTuple):
    """What a page begins with; the question that it answers may be nothing."""

    headline: Markup
    answer: Markup
    question: Markup


NOTHING = Opening(Markup(), Markup(), Markup())


@dataclass(frozen=True)
class PageText:
    """The text of a page. ``opening`` counts the parts before its key numbers and its box of warnings, ``checking``
    those before the parts for who checks; what comes before is for everybody."""

    headline: Markup
    answer: Markup
    question: Markup
    plain_headline: str
    plain_answer: str
    parts: tuple[Part, ...]
    key_numbers: tuple[Markup, ...]
    contents: tuple[tuple[str, Markup], ...]
    opening: int
    checking: int | None
    used: frozenset[str]  # the numbers that a text leads to the origins of
    refusals: tuple[Refusal, ...]


class Piece(NamedTuple):
    """What a cell gives the text: a part (of prose its HTML), key numbers, or the border before the parts for who
    checks."""

    cell: int
    kind: str
    part: Any = None


PARTS = (PROSE, WARNINGS, CHART, TABLE, EXPLORER)


class TextInputs(NamedTuple):
    """What pieces are written from, and the list of what is refused of them."""

    run: Run
    values: Values
    charts: Charts
    tables: Tables
    refusals: list[Refusal]


def text_of(records: Records, charts: Charts, tables: Tables) -> PageText:
    """The text of a page; what of it no page can say is refused."""
    given = TextInputs(records.run, replace(records.values, used={}), charts, tables, list[Refusal]())
    opening, pieces = split_opening(list(pieces_of(records.contents, given)), given)
    if not opening.headline and not [*records.refusals, *charts.refusals, *tables.refusals, *given.refusals]:
        given.refusals.append(Refusal("-", PageError("found no title and answer; allowed: a first cell of prose")))
    checking = parts_before(pieces, CHECKING)
    parts, contents = anchor_parts([piece.part for piece in pieces if piece.kind in PARTS], checking)
    return PageText(
        *opening,
        plain_headline=templates.plain_text(opening.headline),
        plain_answer=templates.plain_text(opening.answer),
        parts=tuple(parts),
        key_numbers=tuple(number for piece in pieces if piece.kind == KEY_NUMBERS for number in piece.part),
        contents=tuple(contents),
        opening=parts_before(pieces, KEY_NUMBERS, after=CHART) or 0,
        checking=checking,
        used=frozenset(given.values.used),
        refusals=tuple(given.refusals),
    )


def pieces_of(contents: Iterable[Content], given: TextInputs) -> Iterator[Piece]:
    """What the cells of a page give its text, in their order; headings behind the border are a level lower."""
    level = 2
    for content in contents:
        with noting(given.refusals, content.cell, gap=True):
            part = WRITTEN[content.kind](content, level, given) if content.kind in WRITTEN else None
            if part is not None or content.kind == CHECKING:
                yield Piece(content.cell, content.kind, part)
        level = 3 if content.kind == CHECKING else level


def parts_before(pieces: Sequence[Piece], kind: str, after: str = "") -> int | None:
    """How many parts stand before the last piece of a kind; None where there is none of it, or none that stands
    ``after`` one of another kind."""
    kinds = [piece.kind for piece in pieces]
    if kind not in kinds:
        return None
    before = kinds[: len(kinds) - 1 - kinds[::-1].index(kind)]
    return sum(each in PARTS for each in before) if not after or after in before else None


# Prose


def prose_of(content: Content, _: int, given: TextInputs) -> Markup | None:
    """Prose as HTML; nothing where it asks for names that no cell records, all of which are told."""
    values, text = given.values, content.value
    with noting(given.refusals, content.cell):
        refuse_typed_number(text, given.run.language, "prose")
    try:
        html = str(opened(values.html(renderer()(text))))
    except UnknownName:
        for name in dict.fromkeys(match[0] for match in NAME.finditer(text)):
            with noting(given.refusals, content.cell):
                values.plain(name)
        return None
    # a heading holds numbers without a link: each stands linked in the text below
    return Markup(re.sub(r"<(h[1-3])>.*?</\1>", lambda heading: strip_links(heading[0]), html, flags=re.DOTALL))


def split_opening(pieces: list[Piece], given: TextInputs) -> tuple[Opening, list[Piece]]:
    """What a page begins with, and its pieces without it; the first piece of prose must begin so."""
    opening = NOTHING
    for place, piece in enumerate(pieces):
        if piece.kind == PROSE:
            with noting(given.refusals, piece.cell, gap=True):
                opening, rest = opening_of(piece.part)
                pieces = [*pieces[:place], piece._replace(part=rest), *pieces[place + 1 :]]
                check_headline(opening.headline, given.run.is_draft)
            break
    return opening, [piece for piece in pieces if piece.kind != PROSE or piece.part.strip()]


def opening_of(html: str) -> tuple[Opening, Markup]:
    """The headline, the answer and the question that prose begins with, and what follows. Raises PageError for prose
    that begins otherwise."""
    match = OPENING.fullmatch(str(html))
    if not match:
        raise PageError("found no '# title' and paragraph in the first cell; allowed: the finding, then the answer")
    headline, answer, rest = match.groups()
    asked = QUESTION.match(rest)
    opening = Opening(capitalized(Markup(headline)), Markup(answer), Markup(asked[1] if asked else ""))
    return opening, Markup(rest[asked.end() :] if asked else rest)


def key_numbers_of(content: Content, _: int, given: TextInputs) -> list[Markup]:
    """Key numbers, each with what is said of it."""
    return [key_number(given.values, name, label) for name, label in content.value.items()]


def key_number(values: Values, name: str, label: Text = "") -> Markup:
    """One key number: its ``label``, else what it counts, where and when; whether it is an estimate."""
    if name not in values.numbers:
        raise PageError(f"found the key number {name!r}; allowed: {', '.join(values.numbers)}")
    number = values.numbers[name]
    form = ".change" if is_change(number) else ""  # "more than −5.6%" would read as a rise
    linked = values.html("{" + name + form + "}")
    if (
        not label and number.label == number.definition_label
    ):  # the label of a series says what is counted, not the unit
        linked += Markup(" ") + values.html("{" + name + ".unit}")
    words = values.rich(label) if label else ""
    return Markup(templates.macro(values.language, "numbers.html", "key_number")(number, linked, words))


# Charts and tables


def chart_part(content: Content, level: int, given: TextInputs) -> ChartPart | None:
    """A chart with its texts; nothing where it could not be drawn."""
    record, values, run = content.value, given.values, given.run
    refuse_typed_numbers(content, ("title", "subtitle", "description"), given)
    if record["chart"] not in given.charts.by_id:
        return None
    chart = given.charts.by_id[record["chart"]]
    title, subtitle = capitalized(strip_links(values.rich(record["title"]))), values.rich(record["subtitle"])
    with noting(given.refusals, content.cell):
        check_headline(title, run.is_draft)
    return ChartPart(chart, level, title, subtitle, values.rich(record["description"]), chart.caveats)


def table_part(content: Content, _: int, given: TextInputs) -> TablePart | None:
    """A table with its texts; nothing where it could not be read."""
    record, rich = content.value, given.values.rich
    refuse_typed_numbers(content, ("title", "note"), given)
    if record["table"] not in given.tables.by_id:
        return None
    table = given.tables.by_id[record["table"]]
    texts = [[rich(cell["text"]) if "text" in cell else Markup() for cell in row] for row in record["rows"]]
    rows = tuple(tuple(zip(cells, row, strict=True)) for cells, row in zip(table.rows, texts, strict=True))
    heads = tuple(map(rich, record["columns"]))
    return TablePart(table, rich(record["title"]), heads, rows, rich(record["note"]), table.caveats)


def refuse_typed_numbers(content: Content, texts: Iterable[str], given: TextInputs) -> None:
    """Refuse every number that is typed in texts of a chart or a table."""
    language, name = given.run.language, f"{content.kind} {content.value[content.kind]}"
    for text in texts:
        with noting(given.refusals, content.cell):
            refuse_typed_number(translate(content.value[text], language), language, f"the {text} of {name}")


def warnings_part(content: Content, _: int, __: TextInputs) -> Warnings:
    """Warnings of prose."""
    return Warnings(tuple(Caveat(**caveat) for caveat in content.value))


def explorer_part(content: Content, level: int, given: TextInputs) -> Explorer:
    """The interactive part."""
    return Explorer.of(content.value, partial(translate, language=given.run.language), level)


WRITTEN: Mapping[str, Callable[[Content, int, TextInputs], Any]] = {
    PROSE: prose_of,
    KEY_NUMBERS: key_numbers_of,
    CHART: chart_part,
    TABLE: table_part,
    WARNINGS: warnings_part,
    EXPLORER: explorer_part,
}


# Headings


def anchor_parts(parts: Iterable[Any], checking: int | None) -> tuple[list[Part], list[tuple[str, Markup]]]:
    """Parts whose headings can be led to, and the page's short contents: the headings and charts that everybody reads.
    In the part for those who check, each is a level lower: the part has a heading of its own."""
    placed: list[Part] = []
    contents: list[tuple[str, Markup]] = []
    for place, part in enumerate(parts):
        is_checking = checking is not None and place >= checking
        if isinstance(part, ChartPart) and not is_checking:
            contents.append((f"chart-{part.chart.id}", contents_entry(part.title)))
        if isinstance(part, Markup):
            html = HEADING.sub(lower_heading, str(part)) if is_checking else anchor_headings(str(part), contents)
            part = Prose(pair_lists(html))
        placed.append(part)
    return placed, contents


def lower_heading(heading: re.Match[str]) -> str:
    """A heading a level lower."""
    level = int(heading[1][1]) + 1
    return f"<h{level}>{heading[2]}</h{level}>"


def anchor_headings(html: str, contents: list[tuple[str, Markup]]) -> str:
    """Prose whose headings have a place, each noted in the contents; those of a lower level have none."""

    def placed(heading: re.Match[str]) -> str:
        if heading[1] != "h2":
            return heading[0]
        name = f"part-{len(contents) + 1}"
        contents.append((name, contents_entry(heading[2])))
        return f'<h2 id="{name}">{heading[2]}</h2>'

    return HEADING.sub(placed, html)


def pair_lists(html: str) -> Markup:
    """Prose in which two lists in a row, each below a line in bold (safe and not safe to say), stand side by side where
    there is room."""
    return Markup(TWO_LISTS.sub(r'<div class="pair"><div>\1</div><div>\2</div></div>', html))


def contents_entry(html: str) -> Markup:
    """A heading in the page's own contents: words that lead to it, its numbers among them."""
    words = Markup(re.sub(r"</?data[^>]*>", "", str(templates.without_links(html))))
    return Markup('<span data-name="part">{}</span>').format(words)


def strip_links(html: str) -> Markup:
    """HTML without its links; the place that a number's row leads back to stays."""
    html = re.sub(r'<a href="[^"]*" (id="use-[^"]*")>', r"<span \1></span>", str(html))
    return Markup(re.sub(r"</?a\b[^>]*>", "", html))


def check_headline(html: str, draft: bool = False) -> None:
    """Raises PageError for a headline of more than `HEADLINE_WORDS` words, each number one of them, since other data
    may have it be *between 10,000 and 13,000*; of a draft, whose marks are long, for none. A space at which no line
    breaks parts words as any other does, but for one within a number."""
    if draft:
        return
    spaced = re.sub(rf"(?<!\d){NO_BREAK}|{NO_BREAK}(?!\d)", " ", str(html))
    numbers = re.sub(r"<data\b.*?</data>", lambda number: number[0].replace(" ", NO_BREAK), spaced, flags=re.DOTALL)
    words = re.findall(r"[^ \n]*\w[^ \n]*", re.sub(r"<[^>]+>", "", numbers))  # a no-break space joins: 29 000 is one
    if len(words) > HEADLINE_WORDS:
        raise PageError(f"found a headline of {len(words)} words ({' '.join(words)}); allowed: {HEADLINE_WORDS}")


def refuse_typed_number(text: str, language: str, where: str) -> None:
    """Every number comes from a record, in digits and in words (see `typed_number`). Raises PageError."""
    if braces := stray_brace(text):
        raise PageError(f"found a brace ({braces}) in {where}; allowed: {NAMES}")
    if number_typed := typed_number(text, language):
        raise PageError(f"found a typed number ({number_typed}) in {where}; allowed: {NAMES}")
