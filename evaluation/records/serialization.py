"""Records as JSON, and back: numbers, points of charts and cells of tables."""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from ..charts import Point
from ..language import LANGUAGES, Text, translate
from ..numbers.meaning import MEANING_FIELDS
from ..numbers.number import Figure, Measure, Number
from ..numbers.publication import NOT_GIVEN, Caveat, Release, Source
from ..numbers.quantity import Quantity
from ..numbers.wording import ready_to_record
from ..problems import Refused

VALUE = "application/vnd.evaluation.value+json"
TABLE = "application/vnd.evaluation.table+json"
CHART = "application/vnd.evaluation.chart+json"
SCHEMA = 1
Record = dict[str, Any]  # what a cell leaves: a value, a table or a chart


@dataclasses.dataclass(frozen=True)
class PageLink:
    """A cell with a link to another page of the review."""

    slug: str
    text: Text


@dataclasses.dataclass(frozen=True)
class Cited:
    """A cell of numbers, and of further publications, which it names and the page must cite."""

    numbers: Sequence[Number]
    sources: Sequence[Source]


Cell = Number | Text | int | PageLink | Cited | Sequence[Number]


def point_record(point: Point) -> dict[str, Any]:
    """The record of a chart's point: its fields, with the records of its number and of its interval (None without
    one)."""
    names = [field.name for field in dataclasses.fields(point) if field.name not in ("number", "interval")]
    record = {name: getattr(point, name) for name in names}
    record["number"] = number_record(point.number)
    record["interval"] = number_record(point.interval) if point.interval else None
    return record


def cell_record(cell: Cell) -> dict[str, Any]:
    """The record of a table's cell: a number, several numbers, `Cited` ones, a link, or else a text (a whole number in
    its digits). Raises Refused for a list of anything but numbers."""
    match cell:
        case Number():
            return {"number": number_record(cell)}
        case PageLink(slug, text):
            return {"page": slug, "text": text}
        case Cited(numbers, sources):
            parts = [number_record(number) for number in numbers]
            return {"numbers": parts, "sources": [dataclasses.asdict(source) for source in sources]}
        case list() | tuple():
            if others := [value for value in cell if not isinstance(value, Number)]:
                raise Refused(
                    f"found a list with {str(others[0])[:80]!r} in a cell; allowed: numbers, or one text a cell"
                )
            return {"numbers": [number_record(number) for number in cell]}
        case _:
            return {"text": cell if isinstance(cell, dict) else str(cell)}


def number_record(number: Number) -> dict[str, Any]:
    """The record of a number with all that a page states of it, sources and inputs included; a measure without words
    gets those of its arithmetic. Raises MissingText for a text without French, Refused for a figure without a
    source."""
    number = ready_to_record(number)
    if isinstance(number, Measure):
        for language, text in product(LANGUAGES, (number.label, number.formula, number.method)):
            translate(text, language)
    # formula and inputs are recorded instead
    apart = ("quantity", "meaning", "inputs", "operation", "calculation", "units", "cell", "rows")
    keep = {f.name: getattr(number, f.name) for f in dataclasses.fields(number) if f.name not in apart}
    keep |= {name: getattr(number, name) for name in MEANING_FIELDS if name != "vocabulary"}
    keep["caveats"] = [dataclasses.asdict(caveat) for caveat in number.caveats]
    keep["quantity"] = number.quantity.record()
    if isinstance(number, Figure):
        require_source(number)
        keep["source"] = dataclasses.asdict(number.source)
        keep["conflicts_with"] = list(number.conflicts_with)
        del keep["releases"]
        keep |= {"releases": [list(release) for release in number.releases]} if number.releases else {}
        keep |= {"rows": number.rows} if number.rows else {}
    if isinstance(number, Measure):
        keep["inputs"] = [number_record(part) for part in number.inputs]
        keep["tree"] = number.tree
        keep |= {"units": number.dimension} if number.dimension != {number.unit: 1} else {}
    return keep


def require_source(figure: Figure) -> None:
    """Raise Refused for a figure without a source, which no page can show."""
    if figure.source == NOT_GIVEN:
        raise Refused(f"found no source of {figure}; allowed: source=, where it is made")


def require_file_name(name: str) -> None:
    """Raise Refused for a name of a number, chart or table that could not be an id and a file name."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]*", name):
        raise Refused(f"found the name {name!r}; allowed: a letter, then letters, digits, _ . -")


def read_number(record: dict[str, Any]) -> Number:
    """The number of a record, equal to the one recorded except for its arithmetic, which is a tree by names
    (``calculation``), and for nouns and vocabulary, which a record has not."""
    fields = dict(record)
    fields["quantity"] = Quantity.from_record(fields["quantity"])
    fields["caveats"] = tuple(Caveat(**caveat) for caveat in fields["caveats"])
    if "source" in fields:
        fields["source"] = Source.of(fields["source"])
        fields["releases"] = tuple(Release(*release) for release in fields.get("releases", ()))
        return Figure.of_parts(**(fields | {"conflicts_with": tuple(fields["conflicts_with"])}))
    fields["calculation"] = tuple(fields.pop("tree", None) or ())
    return Measure.of_parts(**(fields | {"inputs": tuple(read_number(part) for part in fields["inputs"])}))


def read_points(record: dict[str, Any]) -> list[Point]:
    """The points in a chart's record, in order."""
    numbers = ("number", "interval")
    return [Point(**p | {n: read_number(p[n]) if p[n] else None for n in numbers}) for p in record["points"]]


def read_cell_numbers(cell: dict[str, Any]) -> list[Number]:
    """The numbers in the record of a table's cell, in order; none of a text or a link."""
    return list(map(read_number, cell_number_records(cell)))


def cell_number_records(cell: Record) -> list[Record]:
    """The records of the numbers in the record of a table's cell, in order; none of a text or a link."""
    return list(cell.get("numbers", [cell["number"]] if "number" in cell else []))


def records_in(notebook: Any) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Every record of an executed notebook, in order: (cell's index from 0, MIME type, record)."""
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            for kind in (VALUE, TABLE, CHART):
                if kind in output.get("data", {}):
                    yield index, kind, output["data"][kind]
