"""The lists at the end of a page: numbers with their origins, caveats in full, sources and their releases, searches,
and glossary entries."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..chapters import movement
from ..numbers.number import Figure, Measure, Number
from ..numbers.publication import Caveat, Source
from ..problems import nearest
from ..problems.refusals import Refusal, collecting_refusals
from ..records.prose import LED_TO
from ..records.serialization import require_file_name
from . import glossary, searches
from .caveats import Cautions
from .chart import Charts
from .errors import PageError
from .notebook import CHART, NUMBER, TABLE, WARNINGS, Content, Records
from .publications import sources_of
from .table import PageTables
from .text import ChartPart, PageText, Part, TablePart

BOX = "care-title"  # id of the heading of the box of caveats
Entry = dict[str, Any]  # of the glossary or the searches


class OriginRow(NamedTuple):
    """A row of "Where the numbers come from": a number, and whether its publication is named by title alone."""

    number: Number
    by_title_alone: bool


@dataclass(frozen=True)
class BackMatter:
    """The lists at the end of a page."""

    numbers: Mapping[str, Number]
    origins: tuple[OriginRow, ...]
    of_rows: Mapping[str, Figure]  # numbers of several table rows, which are a file next to the page
    obliged: tuple[tuple[int, Number], ...]  # numbers whose caveats the page must show, with their cells
    shown: tuple[Number, ...]  # ``numbers``, and those shown by charts alone
    notes: Mapping[str, Caveat]
    first_places: Mapping[str, str]  # id of the element that first shows a caveat in brief, by caveat
    sources: Mapping[str, Source]
    vintages: tuple[str, ...]  # releases of its figures, oldest first
    searches: tuple[Entry, ...]
    search_of: Mapping[str, str]  # search by caveat
    words: tuple[Entry, ...]
    refusals: tuple[Refusal, ...]


def back_matter_of(
    records: Records, charts: Charts, tables: PageTables, text: PageText, cautions: Cautions, blocks: Iterable[str]
) -> BackMatter:
    """Build the lists at the end of a page from its steps and from ``blocks``, its parts as HTML. What cannot be listed
    (two numbers of one name, an unknown search) is in its ``refusals``, not raised."""
    run, refusals = records.run, list[Refusal]()
    obliged = [*numbers_requiring_caveats(records, charts, tables, text.used)]
    numbers = list_origins(obliged, refusals)
    notes = caveats_in_full(cautions, text.parts, numbers.values())
    shown = [*numbers.values(), *(number for chart in charts.by_id.values() for number in chart.numbers)]
    html = [text.answer, text.question, *text.key_numbers, *blocks]
    cited_searches = linked_searches(html, run.about.get(searches.TABLE, []), notes, refusals)
    rows = run.about.get("rows", {})
    of_rows = [number for number in numbers.values() if isinstance(number, Figure) and number.data in rows]
    return BackMatter(
        numbers=numbers,
        origins=tuple(origin_rows(numbers.values(), text.used)),
        of_rows={number.name: number for number in of_rows},
        obliged=tuple((content.cell, number) for content, number in obliged),
        shown=tuple(shown),
        notes=notes,
        first_places=first_caveat_places(cautions, text.parts),
        sources=sources_of(shown) | cited_sources(tables),
        vintages=tuple(sorted({figure.vintage for number in shown for figure in number.figures()} - {""})),
        searches=tuple(cited_searches),
        search_of={caveat: entry["search"] for entry in cited_searches for caveat in entry["caveats"].split()},
        words=tuple(
            glossary.entries_used(" ".join([text.headline, *html]), run.about.get(glossary.TABLE, []), run.language)
        ),
        refusals=tuple(refusals),
    )


def numbers_requiring_caveats(
    records: Records, charts: Charts, tables: PageTables, used: frozenset[str]
) -> Iterator[tuple[Content, Number]]:
    """The numbers whose caveats the page must show, each with its cell and in the order of cells: all numbers of its
    charts and tables, those printed by its words, and last those that only other texts, such as a table's, link to
    (``used``, names of numbers). Repeats are kept; charts and tables that could not be built, and boxes of dots, have
    none."""
    unprinted: dict[str, Content] = {}
    for content in records.contents:
        if content.kind == CHART and content.value["chart"] in charts.by_id:
            yield from ((content, number) for number in charts.by_id[content.value["chart"]].obliged)
        elif content.kind == TABLE and content.value["table"] in tables.by_id:
            yield from ((content, number) for number in tables.by_id[content.value["table"]].numbers)
        elif content.kind == NUMBER and content.value not in records.printed:
            unprinted[content.value] = content
        elif content.kind == NUMBER:
            yield content, records.values.numbers[content.value]
    yield from ((content, records.values.numbers[name]) for name, content in unprinted.items() if name in used)


def list_origins(obliged: Iterable[tuple[Content, Number]], refusals: list[Refusal]) -> dict[str, Number]:
    """The numbers of "Where the numbers come from" by name, each followed by the inputs of its calculation. Published
    figures of charts are left out: their sources are in the charts' tables. A number that differs from an earlier one
    of its name, or that has an invalid name, is left out too and appended to ``refusals``."""
    numbers: dict[str, Number] = {}
    for content, number in obliged:
        if content.kind != CHART or isinstance(number, Measure):
            with collecting_refusals(refusals, content.cell, gap=True):
                if numbers.get(number.name, number) != number:
                    raise PageError(f"found two numbers named {number.name}; allowed: one number a name")
                numbers |= {each.name: each for each in number_and_inputs(number) if each.name not in numbers}
    return numbers


def number_and_inputs(number: Number) -> Iterator[Number]:
    """A number and, recursively and depth first, the inputs of its calculation, repeats included. Raises Refused for a
    name that is no valid id."""
    require_file_name(number.name)
    yield number
    for part in number.inputs if isinstance(number, Measure) else ():
        yield from number_and_inputs(part)


def origin_rows(numbers: Iterable[Number], used: frozenset[str]) -> Iterator[OriginRow]:
    """The row of each number, in order. A publication is named in full in the first of its rows that running text links
    to (``used``, names of numbers), and by title alone in all others."""
    named: set[str] = set()
    for number in numbers:
        source = number.source.source if isinstance(number, Figure) else ""
        by_title_alone = source in named or number.name not in used
        yield OriginRow(number, by_title_alone)
        named |= set() if by_title_alone else {source}


def cited_sources(tables: PageTables) -> dict[str, Source]:
    """The publications cited by cells of tables, by id."""
    cells = (cell for table in tables.by_id.values() for row in table.rows for cell in row)
    return {source.source: source for cell in cells for source in cell.sources}


def first_caveat_places(cautions: Cautions, parts: Iterable[Part]) -> dict[str, str]:
    """The id of the element where a page first shows each caveat in brief, by caveat: its box, else a chart or table.
    Caveats shown only in rows of origins or in prose are not in it."""
    places = {caveat.caveat: BOX for caveat in cautions.boxed}
    for part in parts:
        if isinstance(part, ChartPart | TablePart):
            model = part.chart if isinstance(part, ChartPart) else part.table
            places = {caveat.caveat: f"{part.kind}-{model.id}" for caveat in part.caveats} | places
    return places


def caveats_in_full(cautions: Cautions, parts: Iterable[Part], numbers: Iterable[Number]) -> dict[str, Caveat]:
    """The caveats whose full texts the page must contain, by id: of its box, of its numbers, then of its parts; not the
    sentence on rising and falling reports."""
    of_numbers = [c for number in numbers for c in number.caveats]
    sections = [part.caveats for part in parts if part.kind in (CHART, TABLE, WARNINGS)]
    of_parts = [c for caveats in sections for c in caveats if c.caveat not in movement.TEXTS]
    return {c.caveat: c for c in [*cautions.boxed, *of_numbers, *of_parts]}


def linked_searches(
    html: Iterable[str], entries: Iterable[Entry], notes: Iterable[str], refusals: list[Refusal]
) -> list[Entry]:
    """The searches of ``entries`` that a page refers to by a link in ``html``, or by a caveat in ``notes`` (ids), in
    the order of ``entries``. Each link to an unknown search is appended to ``refusals``."""
    known = {entry["search"]: entry for entry in entries}
    linked = dict.fromkeys(name for part in html for name, _ in LED_TO.findall(part))
    for name in linked:
        if name not in known:
            allowed = f"[words](#search-...) with an id of {searches.FILE}"
            actual = f"found a link to the search {name!r}{nearest(name, known)}"
            refusals.append(Refusal("-", PageError(f"{actual}; allowed: {allowed}")))
    caveats = set(notes)
    return [entry for name, entry in known.items() if name in linked or caveats & set(entry["caveats"].split())]
