"""The text of a page: headline and answer, prose, key numbers, the words of its charts and tables with linked numbers,
and its table of contents. Headings contain no links and have anchors for the contents."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

from markupsafe import Markup

from ..chapters.explorer import Explorer
from ..language import NO_BREAK, translate
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
TWO_LISTS = re.compile(rf"({LIST})\s*({LIST})", re.DOTALL)  # safe and not safe to say
SIDE_BY_SIDE = r'<div class="pair"><div>\1</div><div>\2</div></div>'  # where there is room


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
    """Build the text of a page from its records, charts and tables. Texts that no page can show are in its
    ``refusals``, not raised; so is that it has no title and answer, if nothing else is refused."""
    inputs = TextInputs(records.run, replace(records.values, used={}), charts, tables, list[Refusal]())
    opening, pieces = split_opening(list(pieces_of(records.contents, inputs)), inputs)
    if not opening.headline and not [*records.refusals, *charts.refusals, *tables.refusals, *inputs.refusals]:
        inputs.refusals.append(Refusal("-", PageError("found no title and answer; allowed: a first cell of prose")))
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
        used=frozenset(inputs.values.used),
        refusals=tuple(inputs.refusals),
    )


def pieces_of(contents: Iterable[Content], inputs: TextInputs) -> Iterator[Piece]:
    """The contributions of a page's cells to its text, in order; charts and explorers in the section for reviewers are
    headed one level lower. A cell that cannot be rendered gives a refusal and no piece; a number, and a chart or table
    that was refused before, give no piece."""
    level = 2
    for content in contents:
        with collecting_refusals(inputs.refusals, content.cell, gap=True):
            part = RENDERERS[content.kind](content, level, inputs) if content.kind in RENDERERS else None
            if part is not None or content.kind == CHECKING:
                yield Piece(content.cell, content.kind, part)
        level = 3 if content.kind == CHECKING else level


def parts_before(pieces: Sequence[Piece], kind: str, after: str = "") -> int | None:
    """The number of parts (pieces of the kinds in `PARTS`) before the last piece of a ``kind``; None if there is no
    such piece, or if ``after`` is given and no piece of that kind comes before it."""
    kinds = [piece.kind for piece in pieces]
    if kind not in kinds:
        return None
    before = kinds[: len(kinds) - 1 - kinds[::-1].index(kind)]
    return sum(each in PARTS for each in before) if not after or after in before else None


# Prose


def render_prose(content: Content, _level: int, inputs: TextInputs) -> Markup | None:
    """Render prose as HTML, headings without links; None if it uses names that no cell records, each of which gives a
    refusal. A typed number gives a refusal too, but the prose is rendered."""
    values, text = inputs.values, content.value
    with collecting_refusals(inputs.refusals, content.cell):
        refuse_typed_number(text, inputs.run.language, "prose")
    try:
        html = str(capitalize_sentences(values.html(renderer()(text))))
    except UnknownName:
        for name in dict.fromkeys(match[0] for match in NAME.finditer(text)):
            with collecting_refusals(inputs.refusals, content.cell):
                values.plain(name)
        return None
    # numbers in headings have no links: the text below links them
    return Markup(re.sub(r"<(h[1-3])>.*?</\1>", lambda heading: strip_links(heading[0]), html, flags=re.DOTALL))


def split_opening(pieces: list[Piece], inputs: TextInputs) -> tuple[Opening, list[Piece]]:
    """The opening of a page, with which its first piece of prose begins, and its pieces without the opening and without
    empty prose. The opening is `EMPTY_OPENING` if there is no prose, or if the first does not begin with one, which
    gives a refusal; a headline that is too long gives a refusal and stays."""
    opening = EMPTY_OPENING
    for place, piece in enumerate(pieces):
        if piece.kind == PROSE:
            with collecting_refusals(inputs.refusals, piece.cell, gap=True):
                opening, prose = parse_opening(piece.part)
                pieces = [*pieces[:place], piece._replace(part=prose), *pieces[place + 1 :]]
                check_headline(opening.headline, inputs.run.is_draft)
            break
    return opening, [piece for piece in pieces if piece.kind != PROSE or piece.part.strip()]


def parse_opening(html: str) -> tuple[Opening, Markup]:
    """The headline, answer and question (a paragraph after the answer that ends with "?"; "" without one) at the
    beginning of prose, and the prose after them. Raises PageError for prose without headline and answer."""
    match = OPENING.fullmatch(str(html))
    if not match:
        raise PageError("found no '# title' and paragraph in the first cell; allowed: the finding, then the answer")
    headline, answer, prose = match.groups()
    question = QUESTION.match(prose)
    opening = Opening(capitalize(Markup(headline)), Markup(answer), Markup(question[1] if question else ""))
    return opening, Markup(prose[question.end() :] if question else prose)


def render_key_numbers(content: Content, _level: int, inputs: TextInputs) -> list[Markup]:
    """Render key numbers in order, each (a change as "a rise of 5%") with its label, or without one with the number's
    label, place and period, and with whether it is an estimate. Raises PageError for a name that no number has."""
    values, rendered = inputs.values, list[Markup]()
    for name, label in content.value.items():
        if name not in values.numbers:
            raise PageError(f"found the key number {name!r}; allowed: {', '.join(values.numbers)}")
        number = values.numbers[name]
        form = ".change" if is_change(number) else ""  # "more than −5.6%" would read as a rise
        linked = values.html("{" + name + form + "}")
        if not label and number.label == number.definition_label:  # the label of a series does not contain the unit
            linked += Markup(" ") + values.html("{" + name + ".unit}")
        words = values.rich(label) if label else ""
        key_number = templates.macro(values.language, "numbers.html", "key_number")
        rendered.append(Markup(key_number(number, linked, words)))
    return rendered


# Charts and tables


def chart_part(content: Content, level: int, inputs: TextInputs) -> ChartPart | None:
    """A chart with its texts, headed at ``level``; None for one that was not drawn. A typed number or a title that is
    too long gives a refusal, and the chart stays."""
    record, values, run = content.value, inputs.values, inputs.run
    collect_typed_numbers(content, ("title", "subtitle", "description"), inputs)
    if record["chart"] not in inputs.charts.by_id:
        return None
    chart = inputs.charts.by_id[record["chart"]]
    title, subtitle = capitalize(strip_links(values.rich(record["title"]))), values.rich(record["subtitle"])
    with collecting_refusals(inputs.refusals, content.cell):
        check_headline(title, run.is_draft)
    return ChartPart(chart, level, title, subtitle, values.rich(record["description"]), chart.caveats)


def table_part(content: Content, _level: int, inputs: TextInputs) -> TablePart | None:
    """A table with its texts; None for one that could not be read. A typed number gives a refusal, and the table
    stays."""
    record, rich = content.value, inputs.values.rich
    collect_typed_numbers(content, ("title", "note"), inputs)
    if record["table"] not in inputs.tables.by_id:
        return None
    table = inputs.tables.by_id[record["table"]]
    texts = [[rich(cell["text"]) if "text" in cell else Markup() for cell in row] for row in record["rows"]]
    rows = tuple(tuple(zip(cells, row, strict=True)) for cells, row in zip(table.rows, texts, strict=True))
    heads = tuple(map(rich, record["columns"]))
    return TablePart(table, rich(record["title"]), heads, rows, rich(record["note"]), table.caveats)


def collect_typed_numbers(content: Content, names: Iterable[str], inputs: TextInputs) -> None:
    """Append a refusal, one a text, for each text of a chart or table, among those of ``names``, that has a stray brace
    or a number outside of placeholders, in digits or in words from three up, or is missing in the run's language."""
    language, part = inputs.run.language, f"{content.kind} {content.value[content.kind]}"
    for name in names:
        with collecting_refusals(inputs.refusals, content.cell):
            refuse_typed_number(translate(content.value[name], language), language, f"the {name} of {part}")


def warnings_part(content: Content, _level: int, _inputs: TextInputs) -> Warnings:
    """The caveats of a cell of warnings."""
    return Warnings(tuple(Caveat(**caveat) for caveat in content.value))


def explorer_part(content: Content, level: int, inputs: TextInputs) -> Explorer:
    """The interactive explorer that a cell recorded, in the page's language, its heading at ``level``."""
    return Explorer.of(content.value, partial(translate, language=inputs.run.language), level)


# By kind of content: from it, the level of its headings (which some ignore) and the inputs to the part of a `Piece`.
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
    """The parts of a page, those given as HTML as `Prose` with anchors at their h2, and its table of contents: anchor
    and words of each h2 and chart, in order. Parts from index ``checking`` on (None for none) are not listed and get no
    anchors; the headings of their prose are one level lower, below that of the section for reviewers."""
    page_parts: list[Part] = []
    contents: list[tuple[str, Markup]] = []
    for place, part in enumerate(parts):
        is_checking = checking is not None and place >= checking
        if isinstance(part, ChartPart) and not is_checking:
            contents.append((f"chart-{part.chart.id}", contents_entry(part.title)))
        if isinstance(part, Markup):
            html = HEADING.sub(lower_heading, str(part)) if is_checking else anchor_headings(str(part), contents)
            part = Prose(Markup(TWO_LISTS.sub(SIDE_BY_SIDE, html)))
        page_parts.append(part)
    return page_parts, contents


def lower_heading(heading: re.Match[str]) -> str:
    """The HTML of a heading matched by `HEADING`, one level lower: h3 for h2, h4 for h3."""
    level = int(heading[1][1]) + 1
    return f"<h{level}>{heading[2]}</h{level}>"


def anchor_headings(html: str, contents: list[tuple[str, Markup]]) -> str:
    """Prose with an anchor at each h2, which is appended to the table of contents ``contents``; h3 stay as they are."""

    def anchor(heading: re.Match[str]) -> str:
        """The HTML of a heading matched by `HEADING`, an h2 with its anchor."""
        if heading[1] != "h2":
            return heading[0]
        name = f"part-{len(contents) + 1}"
        contents.append((name, contents_entry(heading[2])))
        return f'<h2 id="{name}">{heading[2]}</h2>'

    return HEADING.sub(anchor, html)


def contents_entry(html: str) -> Markup:
    """A heading for the table of contents: its HTML without links and anchors, numbers as plain words, in a span that
    marks it as the name of a part."""
    words = Markup(re.sub(r"</?data[^>]*>", "", str(templates.strip_links_and_anchors(html))))
    return Markup('<span data-name="part">{}</span>').format(words)


def strip_links(html: str) -> Markup:
    """HTML without links, whose words stay. The anchor of a number's link, which its row of origins leads back to,
    becomes an empty span before the number."""
    html = re.sub(r'<a href="[^"]*" (id="use-[^"]*")>', r"<span \1></span>", str(html))
    return Markup(re.sub(r"</?a\b[^>]*>", "", html))


def check_headline(html: str, draft: bool = False) -> None:
    """Raise PageError for a headline or a chart's title of more than `HEADLINE_WORDS` words, unless it is of a
    ``draft``, whose marks are long. A number counts as one word, since other data may word it "between 10,000 and
    13,000"."""
    if draft:
        return
    spaced = re.sub(rf"(?<!\d){NO_BREAK}|{NO_BREAK}(?!\d)", " ", str(html))
    numbers = re.sub(r"<data\b.*?</data>", lambda number: number[0].replace(" ", NO_BREAK), spaced, flags=re.DOTALL)
    words = re.findall(r"[^ \n]*\w[^ \n]*", re.sub(r"<[^>]+>", "", numbers))  # 29 000 is one word
    if len(words) > HEADLINE_WORDS:
        raise PageError(f"found a headline of {len(words)} words ({' '.join(words)}); allowed: {HEADLINE_WORDS}")


def refuse_typed_number(text: str, language: str, where: str) -> None:
    """Raise PageError for a text in a language with a number in digits, or in words from three up, since numbers on
    pages come from records only, or with a stray brace; ``where`` names the text in the message."""
    if braces := stray_brace(text):
        raise PageError(f"found a brace ({braces}) in {where}; allowed: {NAMES}")
    if number_typed := typed_number(text, language):
        raise PageError(f"found a typed number ({number_typed}) in {where}; allowed: {NAMES}")
