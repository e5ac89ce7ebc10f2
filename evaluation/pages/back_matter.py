"""What a page lists at its end: its numbers with their origins, its cautions in full, its sources and their releases,
where something was looked for, and the words that it uses."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..chapters import movement
from ..numbers.number import Figure, Measure, Number
from ..numbers.publication import Caveat, Source
from ..problems import nearest
from ..problems.refusals import Refusal, noting
from ..records.prose import LED_TO
from ..records.serialization import check_name
from . import glossary, searches
from .caveats import Cautions
from .chart import Charts
from .errors import PageError
from .notebook import CHART, NUMBER, TABLE, WARNINGS, Content, Records
from .publications import sources_of
from .table import Tables
from .text import ChartPart, PageText, Part, TablePart

BOX = "care-title"  # the id of the heading of the box of warnings
Entry = dict[str, Any]


@dataclass(frozen=True)
class BackMatter:
    """What a page lists at its end."""

    numbers: Mapping[str, Number]
    origins: tuple[tuple[Number, bool], ...]  # the numbers, each with whether its publication was named before
    of_rows: Mapping[str, Figure]  # the numbers of many rows of a table of data/, whose rows are a file beside the page
    obliged: tuple[tuple[int, Number], ...]  # the numbers whose caveats the page must say, with their cells
    shown: tuple[Number, ...]  # the numbers, and those that a chart alone shows
    notes: Mapping[str, Caveat]
    first_places: Mapping[str, str]  # where the page first says a caution in brief, by its id
    sources: Mapping[str, Source]
    vintages: tuple[str, ...]  # the releases that its figures come from, oldest first
    searches: tuple[Entry, ...]
    search_of: Mapping[str, str]  # the search that a caveat leads to
    words: tuple[Entry, ...]
    refusals: tuple[Refusal, ...]


def back_matter_of(
    records: Records, charts: Charts, tables: Tables, text: PageText, cautions: Cautions, blocks: Iterable[str]
) -> BackMatter:
    """What a page of these parts, rendered as ``blocks``, lists at its end."""
    run, refusals = records.run, list[Refusal]()
    obliged = [*obliged_numbers(records, charts, tables, text.used)]
    numbers = listed_numbers(obliged, refusals)
    notes = full_texts(cautions, text.parts, numbers.values())
    shown = [*numbers.values(), *(number for chart in charts.by_id.values() for number in chart.numbers)]
    html = [text.answer, text.question, *text.key_numbers, *blocks]
    looked = linked_searches(html, run.about.get(searches.TABLE, []), notes, refusals)
    rows = run.about.get("rows", {})
    of_rows = [number for number in numbers.values() if isinstance(number, Figure) and number.data in rows]
    return BackMatter(
        numbers=numbers,
        origins=tuple(origin_rows(numbers.values(), text.used)),
        of_rows={number.name: number for number in of_rows},
        obliged=tuple((content.cell, number) for content, number in obliged),
        shown=tuple(shown),
        notes=notes,
        first_places=first_places(cautions, text.parts),
        sources=sources_of(shown) | cited_in(tables),
        vintages=tuple(sorted({figure.vintage for number in shown for figure in number.figures()} - {""})),
        searches=tuple(looked),
        search_of={caveat: entry["search"] for entry in looked for caveat in entry["caveats"].split()},
        words=tuple(
            glossary.entries_used(" ".join([text.headline, *html]), run.about.get(glossary.TABLE, []), run.language)
        ),
        refusals=tuple(refusals),
    )


def obliged_numbers(
    records: Records, charts: Charts, tables: Tables, used: frozenset[str]
) -> Iterator[tuple[Content, Number]]:
    """The numbers whose caveats the page must say: all of its charts and tables, those that its words print, and last
    those that a text of its tables does."""
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


def listed_numbers(obliged: Iterable[tuple[Content, Number]], refusals: list[Refusal]) -> dict[str, Number]:
    """The rows of "Where the numbers come from" by their names, with the inputs of each; a published figure of a chart
    stands with its source in the chart's own table. Another number of one name is refused."""
    numbers: dict[str, Number] = {}
    for content, number in obliged:
        if content.kind != CHART or isinstance(number, Measure):
            with noting(refusals, content.cell, gap=True):
                if numbers.get(number.name, number) != number:
                    raise PageError(f"found two numbers named {number.name}; allowed: one number a name")
                numbers |= {each.name: each for each in with_inputs(number) if each.name not in numbers}
    return numbers


def with_inputs(number: Number) -> Iterator[Number]:
    """A number and what it was worked out from. Raises Refused for a name that could be no id."""
    check_name(number.name)
    yield number
    for part in number.inputs if isinstance(number, Measure) else ():
        yield from with_inputs(part)


def origin_rows(numbers: Iterable[Number], used: frozenset[str]) -> Iterator[tuple[Number, bool]]:
    """The rows of "Where the numbers come from", and whether one names its publication by its title alone: it is named
    whole in the first of its rows that running text leads to."""
    named: set[str] = set()
    for number in numbers:
        source = number.source.source if isinstance(number, Figure) else ""
        again = source in named or number.name not in used
        yield number, again
        named |= set() if again else {source}


def cited_in(tables: Tables) -> dict[str, Source]:
    """The publications that tables name without a number."""
    cells = (cell for table in tables.by_id.values() for row in table.rows for cell in row)
    return {source.source: source for cell in cells for source in cell.sources}


def first_places(cautions: Cautions, parts: Iterable[Part]) -> dict[str, str]:
    """Where a page first says each warning in brief, by the id of that place: its box, else a chart or table. One that
    stands beside a number's row of origin alone, or in prose, has none."""
    places = {caveat.caveat: BOX for caveat in cautions.boxed}
    for part in parts:
        if isinstance(part, ChartPart | TablePart):
            model = part.chart if isinstance(part, ChartPart) else part.table
            places = {caveat.caveat: f"{part.kind}-{model.id}" for caveat in part.caveats} | places
    return places


def full_texts(cautions: Cautions, parts: Iterable[Part], numbers: Iterable[Number]) -> dict[str, Caveat]:
    """Every warning of a page, each once, whose full text the page must hold."""
    obliged = [c for number in numbers for c in number.caveats]
    sections = [part.caveats for part in parts if part.kind in (CHART, TABLE, WARNINGS)]
    shown = [c for caveats in sections for c in caveats if c.caveat not in movement.TEXTS]
    return {c.caveat: c for c in [*cautions.boxed, *obliged, *shown]}


def linked_searches(
    html: Iterable[str], entries: Iterable[Entry], notes: Iterable[str], refusals: list[Refusal]
) -> list[Entry]:
    """The searches that a page leads to, by a link or by a caveat. A link to one that is not there is refused."""
    known = {entry["search"]: entry for entry in entries}
    asked = dict.fromkeys(name for part in html for name, _ in LED_TO.findall(part))
    for name in asked:
        if name not in known:
            allowed = f"[words](#search-...) with an id of {searches.FILE}"
            actual = f"found a link to the search {name!r}{nearest(name, known)}"
            refusals.append(Refusal("-", PageError(f"{actual}; allowed: {allowed}")))
    caveats = set(notes)
    return [entry for name, entry in known.items() if name in asked or caveats & set(entry["caveats"].split())]
