"""The text of a page: headline and answer, prose, key numbers, the words of its charts and tables with linked numbers,
and its table of contents. Headings contain no links and have anchors for the contents."""

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
from ..problems.refusals import Refusal, collecting_refusals
from ..records.prose import UnknownName, Values, capitalize, capitalize_sentences, renderer
from . import templates
from .chart import Chart, Charts
from .errors import PageError
from .notebook import CHART, CHECKING, EXPLORER, KEY_NUMBERS, PROSE, TABLE, WARNINGS, Content, PageRun, Records
from .table import PageTable, PageTables, TableCell

HEADLINE_WORDS = 10
OPENING = re.compile(r"\s*<h1>(.*?)</h1>\s*<p>(.*?)</p>\s*(.*)", re.DOTALL)
QUESTION = re.compile(r"\s*<p>([^<]*\?)</p>\s*")  # the page's question, after the answer
HEADING = re.compile(r"<(h[23])>(.*?)</\1>", re.DOTALL)
LIST = r"<p><strong>[^<]*</strong></p>\s*<ul>(?:(?!<ul>).)*?</ul>"  # a list below a line in bold
TWO_LISTS = re.compile(rf"({LIST})\s*({LIST})", re.DOTALL)


@dataclass(frozen=True)
class Prose:
    """Prose as HTML."""

    html: Markup
    kind = "prose"
    caveats = ()


@dataclass(frozen=True)
class Warnings:
    """Caveats shown with the prose before them."""

    caveats: tuple[Caveat, ...]
    kind = WARNINGS


@dataclass(frozen=True)
class ChartPart:
    """A chart with its texts as HTML, their numbers linked; ``level`` is that of its heading."""

    chart: Chart
    level: int
    title: Markup
    subtitle: Markup
    description: Markup
    caveats: tuple[Caveat, ...]
    kind = CHART


@dataclass(frozen=True)
class TablePart:
    """A table with its texts as HTML, their numbers linked: headings, and each cell with its own text."""

    table: PageTable
    title: Markup
    heads: tuple[Markup, ...]
    rows: tuple[tuple[tuple[TableCell, Markup], ...], ...]
    note: Markup
    caveats: tuple[Caveat, ...]
    kind = TABLE


Part = Prose | Warnings | ChartPart | TablePart | Explorer  # rendered by the template named after its ``kind``


class Opening(NamedTuple):
    """The opening of a page; ``question`` may be empty."""

    headline: Markup
    answer: Markup
    question: Markup


EMPTY_OPENING = Opening(Markup(), Markup(), Markup())


@dataclass(frozen=True)
class PageText:
    """The text of a page. ``opening`` is the number of parts before the key numbers and the box of caveats,
    ``checking`` the number of parts before the section for reviewers (None if there is none)."""

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
    used: frozenset[str]  # names of numbers that texts link to
    refusals: tuple[Refusal, ...]


class Piece(NamedTuple):
    """The contribution of a cell to the text: a part (for prose its HTML), key numbers, or the border before the
    section for reviewers."""

    cell: int
    kind: str
    part: Any = None


PARTS = (PROSE, WARNINGS, CHART, TABLE, EXPLORER)


class TextInputs(NamedTuple):
    """The inputs of the text of a page, and the list that collects its refusals."""

    run: PageRun
    values: Values
    charts: Charts
    tables: PageTables
    refusals: list[Refusal]


def page_text(records: Records, charts: Charts, tables: PageTables) -> PageText:
    """Build the text of a page from its records, charts and tables. Texts that no page can show give refusals, and a
    page without title and answer one if there is no other."""
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
    """The contributions of a page's cells to its text, in order; headings in the section for reviewers are one level
    lower. A cell that cannot be rendered gives a refusal and no piece; numbers and unknown kinds have none."""
    level = 2
    for content in contents:
        with collecting_refusals(given.refusals, content.cell, gap=True):
            part = RENDERERS[content.kind](content, level, given) if content.kind in RENDERERS else None
            if part is not None or content.kind == CHECKING:
                yield Piece(content.cell, content.kind, part)
        level = 3 if content.kind == CHECKING else level


def parts_before(pieces: Sequence[Piece], kind: str, after: str = "") -> int | None:
    """The number of parts (pieces of the kinds in `PARTS`) before the last piece of a kind; None if there is no such
    piece, or none of kind ``after`` before it."""
    kinds = [piece.kind for piece in pieces]
    if kind not in kinds:
        return None
    before = kinds[: len(kinds) - 1 - kinds[::-1].index(kind)]
    return sum(each in PARTS for each in before) if not after or after in before else None


# Prose


def render_prose(content: Content, _: int, given: TextInputs) -> Markup | None:
    """Render prose as HTML, headings without links; None if it uses names that no cell records, each of which gives a
    refusal. A typed number gives a refusal too."""
    values, text = given.values, content.value
    with collecting_refusals(given.refusals, content.cell):
        refuse_typed_number(text, given.run.language, "prose")
    try:
        html = str(capitalize_sentences(values.html(renderer()(text))))
    except UnknownName:
        for name in dict.fromkeys(match[0] for match in NAME.finditer(text)):
            with collecting_refusals(given.refusals, content.cell):
                values.plain(name)
        return None
    # numbers in headings have no links: the text below links them
    return Markup(re.sub(r"<(h[1-3])>.*?</\1>", lambda heading: strip_links(heading[0]), html, flags=re.DOTALL))


def split_opening(pieces: list[Piece], given: TextInputs) -> tuple[Opening, list[Piece]]:
    """Split the opening of a page from its pieces; the first piece of prose must contain it, else there is a refusal,
    and an empty opening; a headline that is too long gives a refusal and stays. Pieces of prose left empty are
    dropped."""
    opening = EMPTY_OPENING
    for place, piece in enumerate(pieces):
        if piece.kind == PROSE:
            with collecting_refusals(given.refusals, piece.cell, gap=True):
                opening, rest = parse_opening(piece.part)
                pieces = [*pieces[:place], piece._replace(part=rest), *pieces[place + 1 :]]
                check_headline(opening.headline, given.run.is_draft)
            break
    return opening, [piece for piece in pieces if piece.kind != PROSE or piece.part.strip()]


def parse_opening(html: str) -> tuple[Opening, Markup]:
    """Parse the headline, answer and question at the beginning of prose; returns them and the rest. Raises PageError
    for prose without headline and answer."""
    match = OPENING.fullmatch(str(html))
    if not match:
        raise PageError("found no '# title' and paragraph in the first cell; allowed: the finding, then the answer")
    headline, answer, rest = match.groups()
    asked = QUESTION.match(rest)
    opening = Opening(capitalize(Markup(headline)), Markup(answer), Markup(asked[1] if asked else ""))
    return opening, Markup(rest[asked.end() :] if asked else rest)


def render_key_numbers(content: Content, _: int, given: TextInputs) -> list[Markup]:
    """Render key numbers with their labels, in order. Raises PageError for an unknown name."""
    return [render_key_number(given.values, name, label) for name, label in content.value.items()]


def render_key_number(values: Values, name: str, label: Text = "") -> Markup:
    """Render one key number, a change in words of one, with its ``label`` (default: its own label, place and period)
    and whether it is an estimate. Raises PageError for an unknown name."""
    if name not in values.numbers:
        raise PageError(f"found the key number {name!r}; allowed: {', '.join(values.numbers)}")
    number = values.numbers[name]
    form = ".change" if is_change(number) else ""  # "more than −5.6%" would read as a rise
    linked = values.html("{" + name + form + "}")
    if not label and number.label == number.definition_label:  # the label of a series does not contain the unit
        linked += Markup(" ") + values.html("{" + name + ".unit}")
    words = values.rich(label) if label else ""
    return Markup(templates.macro(values.language, "numbers.html", "key_number")(number, linked, words))


# Charts and tables


def chart_part(content: Content, level: int, given: TextInputs) -> ChartPart | None:
    """A chart with its texts, headed at ``level``; None if not drawn. A typed number or long title gives a refusal."""
    record, values, run = content.value, given.values, given.run
    refuse_typed_numbers(content, ("title", "subtitle", "description"), given)
    if record["chart"] not in given.charts.by_id:
        return None
    chart = given.charts.by_id[record["chart"]]
    title, subtitle = capitalize(strip_links(values.rich(record["title"]))), values.rich(record["subtitle"])
    with collecting_refusals(given.refusals, content.cell):
        check_headline(title, run.is_draft)
    return ChartPart(chart, level, title, subtitle, values.rich(record["description"]), chart.caveats)


def table_part(content: Content, _: int, given: TextInputs) -> TablePart | None:
    """A table with its texts; None if it could not be read. A typed number gives a refusal."""
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
    """Append a refusal for each number typed in the named texts of a chart or table."""
    language, name = given.run.language, f"{content.kind} {content.value[content.kind]}"
    for text in texts:
        with collecting_refusals(given.refusals, content.cell):
            refuse_typed_number(translate(content.value[text], language), language, f"the {text} of {name}")


def warnings_part(content: Content, _: int, __: TextInputs) -> Warnings:
    """The caveats of a cell of warnings."""
    return Warnings(tuple(Caveat(**caveat) for caveat in content.value))


def explorer_part(content: Content, level: int, given: TextInputs) -> Explorer:
    """The interactive explorer of a page, its heading at ``level``."""
    return Explorer.of(content.value, partial(translate, language=given.run.language), level)


RENDERERS: Mapping[str, Callable[[Content, int, TextInputs], Any]] = {
    PROSE: render_prose,
    KEY_NUMBERS: render_key_numbers,
    CHART: chart_part,
    TABLE: table_part,
    WARNINGS: warnings_part,
    EXPLORER: explorer_part,
}


# Headings


def anchor_parts(parts: Iterable[Any], checking: int | None) -> tuple[list[Part], list[tuple[str, Markup]]]:
    """Give anchors to the h2 of parts, turn HTML into `Prose`, and list h2 and charts in order as the table of
    contents. Parts from index ``checking`` on (None for none) are not listed and get no anchors; their headings are one
    level lower, below that section's own."""
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
    """A matched heading one level lower."""
    level = int(heading[1][1]) + 1
    return f"<h{level}>{heading[2]}</h{level}>"


def anchor_headings(html: str, contents: list[tuple[str, Markup]]) -> str:
    """Give an anchor to each h2 of prose, and append it to the table of contents ``contents``; h3 stay as they are."""

    def anchor(heading: re.Match[str]) -> str:
        """A matched heading with its anchor, noted in the contents."""
        if heading[1] != "h2":
            return heading[0]
        name = f"part-{len(contents) + 1}"
        contents.append((name, contents_entry(heading[2])))
        return f'<h2 id="{name}">{heading[2]}</h2>'

    return HEADING.sub(anchor, html)


def pair_lists(html: str) -> Markup:
    """Put two consecutive lists, each below a line in bold (safe and not safe to say), side by side where there is
    room; other HTML stays."""
    return Markup(TWO_LISTS.sub(r'<div class="pair"><div>\1</div><div>\2</div></div>', html))


def contents_entry(html: str) -> Markup:
    """An entry of the table of contents: the words of a heading without links; its numbers stay as words."""
    words = Markup(re.sub(r"</?data[^>]*>", "", str(templates.strip_links_and_anchors(html))))
    return Markup('<span data-name="part">{}</span>').format(words)


def strip_links(html: str) -> Markup:
    """Remove links from HTML, but keep the anchors of numbers, which rows of origins link back to."""
    html = re.sub(r'<a href="[^"]*" (id="use-[^"]*")>', r"<span \1></span>", str(html))
    return Markup(re.sub(r"</?a\b[^>]*>", "", html))


def check_headline(html: str, draft: bool = False) -> None:
    """Raise PageError for a headline of more than `HEADLINE_WORDS` words, unless it is of a ``draft``, whose marks are
    long. A number counts as one word, since other data may word it "between 10,000 and 13,000"."""
    if draft:
        return
    spaced = re.sub(rf"(?<!\d){NO_BREAK}|{NO_BREAK}(?!\d)", " ", str(html))
    numbers = re.sub(r"<data\b.*?</data>", lambda number: number[0].replace(" ", NO_BREAK), spaced, flags=re.DOTALL)
    words = re.findall(r"[^ \n]*\w[^ \n]*", re.sub(r"<[^>]+>", "", numbers))  # 29 000 is one word
    if len(words) > HEADLINE_WORDS:
        raise PageError(f"found a headline of {len(words)} words ({' '.join(words)}); allowed: {HEADLINE_WORDS}")


def refuse_typed_number(text: str, language: str, where: str) -> None:
    """Raise PageError for a number in digits or in words (see `typed_number`), or a stray brace, in a text of a
    language; ``where`` names the text. Numbers on pages come from records only."""
    if braces := stray_brace(text):
        raise PageError(f"found a brace ({braces}) in {where}; allowed: {NAMES}")
    if number_typed := typed_number(text, language):
        raise PageError(f"found a typed number ({number_typed}) in {where}; allowed: {NAMES}")
