"""The numbers of a review for machines: each with its bound, unit, place, period and definition, its source or formula,
and its cell in data/.

The numbers of a run are in a file next to its notebook, those of all runs in ``numbers.json`` (schema:
`numbers.schema.json`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ..language import LANGUAGES, translate
from ..numbers.formula import names_in_tree
from ..numbers.notation import CALENDAR_YEAR, MONEY, noun_of, show
from ..numbers.number import Figure, Measure, Number
from ..numbers.publication import Source
from ..numbers.quantity import UPPER_BOUNDS, Bound, Quantity
from ..numbers.sensitivity import numbers_behind
from ..records.claims import Claims, drawn_in
from ..records.prose import Values
from ..records.serialization import Record, cell_number_records, read_number, records_in
from ..runs.execute import numbered_cells
from .blocks import Block, PrintedNumber
from .errors import PageError
from .templates import compact_json

NO_SOURCE = Source("", "", "", "", "", "", False, "", "", "")
NAME, SCHEMA = "numbers.json", 2
NumbersRow = dict[str, Any]  # a number, a claim or a sentence
WITHOUT_NOUN = (*MONEY, "percent", CALENDAR_YEAR)  # units whose words include a sign, or that are dates
ROWS = ("numbers", "claims", "sentences")
BELOW_ZERO = "-"  # third item of ``exact``: an upper bound of a difference, which may be negative
NAMED = ("sources", "caveats", "definitions", "places", "units")  # what numbers refer to by id


def numbers_of_run(notebook: Any, languages: Sequence[str] = LANGUAGES) -> dict[str, Any]:
    """The numbers and claims of an executed notebook, and by id the sources, caveats, definitions, places and units
    that they refer to. The list of sentences is empty; it needs the pages (see `sentence_rows`). Raises PageError for
    two numbers of one name."""
    about = notebook.metadata["evaluation"]
    run = {"run": about["slug"], "run_key": about.get("run_key", "")}
    values = {language: Values.of(notebook, language) for language in languages}
    rows_by_name: dict[str, NumbersRow] = {}
    references: dict[str, Any] = {name: {} for name in NAMED}
    for _, _, record in records_in(notebook):
        for number, interval in numbers_of_record(record):
            add_number(rows_by_name, references, number, languages)
            for part in (f"{part}-{record[part]}" for part in ("chart", "table") if part in record):
                rows_by_name[number["name"]]["shown_in"] = list(
                    dict.fromkeys([*rows_by_name[number["name"]]["shown_in"], part])
                )
            if interval:
                add_number(rows_by_name, references, interval, languages)
                rows_by_name[number["name"]]["interval"] = interval["name"]
    claims = [run | row for row in claim_rows(notebook, values)]
    rows = [{"id": name} | run | row for name, row in rows_by_name.items()]
    return {"numbers": rows, "claims": claims, "sentences": []} | references


def sentence_rows(slug: str, rows: Sequence[NumbersRow], pages: Mapping[str, Iterable[Block]]) -> Iterator[NumbersRow]:
    """The sentences with numbers in the running text of a run's pages (their blocks by language), each with the ids of
    its numbers once; sentences whose numbers match no row are left out. A number in a title, which has no link, matches
    all rows with its value and bound."""
    for language, page in pages.items():
        for block in (block for block in page if block.numbers and not block.folded):
            pending = [*block.numbers]
            for sentence in block.sentences:
                names: list[str] = []
                unread = sentence
                while pending and (remainder := text_after(pending[0].words, unread)) is not None:
                    datum, unread = pending.pop(0), remainder
                    names += [row["id"] for row in rows if is_printed_as(row, datum)]
                if names:
                    yield {"run": slug, "language": language, "sentence": sentence, "numbers": [*dict.fromkeys(names)]}


def text_after(words: str, text: str) -> str | None:
    """The text after the first occurrence of ``words`` as whole words; None if they do not occur."""
    match = re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text)
    return text[match.end() :] if match else None


def is_printed_as(row: NumbersRow, datum: PrintedNumber) -> bool:
    """Whether a number on a page is that of a row: by name, or in a title, which has no link, by value and bound."""
    return row["id"] == datum.name if datum.name else (row["value"], row["bound"]) == (float(datum.value), datum.bound)


def numbers_of_record(record: Record) -> Iterator[tuple[Record, Record | None]]:
    """The recorded numbers of a value, a chart or a table, in order, each with its interval (None outside charts); none
    for a record of words."""
    if "number" in record:
        yield record["number"], None
    for point in record.get("points", []):
        yield point["number"], point["interval"]
    for cell in (cell for row in record.get("rows", []) for cell in row):
        yield from ((number, None) for number in cell_number_records(cell))


def add_number(
    rows_by_name: dict[str, NumbersRow], references: dict[str, Any], record: Record, languages: Sequence[str]
) -> None:
    """Add in place the row of a recorded number to ``rows_by_name``, after those of its inputs, and its source, caveats
    and labels to ``references``; a row of its name stays. Raises PageError for a second number of the same name with
    another quantity, since formulas refer to numbers by name."""
    for part in record.get("inputs", []):
        add_number(rows_by_name, references, part, languages)
    name = record["name"]
    if name not in rows_by_name:
        rows_by_name[name] = number_row(record, languages)
        _add_references(references, record, languages)
    elif exact_ends(Quantity.from_record(record["quantity"])) != rows_by_name[name]["exact"]:
        raise PageError(f"found two numbers named {name}; allowed: one number a name")


def number_row(record: Record, languages: Sequence[str]) -> NumbersRow:
    """The row of a recorded number, without ``id`` and ``run``: ``value``, ``low`` and ``high`` as rounded on pages, in
    dollars where those have millions (None if there is none), ``exact`` without rounding; ``interval`` (None) and
    ``shown_in`` (empty) are for the caller to fill in."""
    number, source, tree = read_number(record), record.get("source") or {}, record.get("tree")
    shown, quantity = show(number, "en"), number.quantity
    unit = noun_of if number.unit not in WITHOUT_NOUN else lambda *_: ""
    return {
        "kind": number.kind,
        "label": by_language(record["label"], languages),
        "words": {
            language: f"{show(number, language).words} {unit(number, language)}".rstrip() for language in languages
        },
        "period": {language: number.period[language] for language in languages},
        "value": json_number(shown.value),
        "low": json_number(shown.low),
        "high": json_number(shown.high),
        "bound": quantity.bound.value,
        "interval": None,
        "unit": number.unit,
        "decimals": number.decimals,
        "place": number.place,
        "start": number.start,
        "end": number.end,
        "definition": number.definition,
        "exact": exact_ends(quantity),
        "formula": tree,
        "formula_text": by_language(record.get("formula", ""), languages),
        "method": by_language(record.get("method", ""), languages),
        "inputs": sorted(names_in_tree(tree)) if tree else [part["name"] for part in record.get("inputs", [])],
        "source": source.get("source", ""),
        "address": source.get("address", ""),
        "place_in_source": by_language(record.get("place_in_source", ""), languages),
        "vintage": record.get("vintage", ""),
        "data": record.get("data", ""),
        "caveats": [caveat["caveat"] for caveat in record["caveats"]],
        "shown_in": [],
    }


def exact_ends(quantity: Quantity) -> list[str | None]:
    """The ends of a quantity as texts of fractions ("7/2"), None if unbounded; the lower end of an upper bound is None.
    A third item, only where it is needed, is "(", ")" or "()" for the ends excluded from an interval, or `BELOW_ZERO`
    for an upper bound whose values may be negative. `quantity_of_row` is the inverse."""
    low = None if quantity.bound in UPPER_BOUNDS else quantity.low
    ends = [None if end is None else str(end) for end in (low, quantity.high)]
    opened = "(" * quantity.low_open + ")" * quantity.high_open
    if quantity.bound in UPPER_BOUNDS and quantity.low is None:  # a difference, which may be negative
        return [*ends, BELOW_ZERO]
    return [*ends, opened] if opened and quantity.bound is Bound.BETWEEN else ends


def quantity_of_row(row: NumbersRow) -> Quantity:
    """The quantity of a row, from its ``exact`` ends and its bound. The unpublished lower end of an upper bound is
    zero, unless it may be negative."""
    low, high, opened = (*row["exact"], "")[:3]
    low = "0" if low is None and row["bound"] in UPPER_BOUNDS and opened != BELOW_ZERO else low
    ends = [None if end is None else Fraction(end) for end in (low, high)]
    low_open, high_open = row["bound"] == "more-than" or "(" in opened, row["bound"] == "less-than" or ")" in opened
    return Quantity(ends[0], ends[1], low_open, high_open, row["bound"] == "about")


def json_number(text: str) -> float | int | None:
    """A number's text as a JSON number, int or float; None for an empty one."""
    return None if not text else float(text) if "." in text else int(text)


def by_language(text: Any, languages: Sequence[str]) -> dict[str, str]:
    """A recorded text by language; an empty dict for an empty text."""
    return {language: translate(text, language) for language in languages} if text else {}


def _add_references(references: dict[str, Any], record: Record, languages: Sequence[str]) -> None:
    """Add in place the definition, place, unit, caveats and source that the record of a number has, each by id, to
    ``references["definitions"]`` and so on; they replace those of the same id."""
    for name in ("definition", "place"):
        if record[name]:
            references[f"{name}s"][record[name]] = by_language(record[f"{name}_label"], languages)
    if record["nouns"]:
        references["units"][record["unit"]] = {language: record["nouns"][language] for language in languages}
    for caveat in record["caveats"]:
        references["caveats"][caveat["caveat"]] = by_language(caveat["text"], languages)
    if source := record.get("source"):
        fields = ("title", "title_language", "address", "published", "first_hand", "licence_address")
        publisher = by_language(source["publisher"], languages)
        references["sources"][source["source"]] = {"publisher": publisher} | {name: source[name] for name in fields}


def claim_rows(notebook: Any, values: Mapping[str, Values]) -> Iterator[NumbersRow]:
    """The claims of a run's sentences, in order, one row each: the claim's name (default: "line_CELL_LINE"), its text,
    its truth, the sentence in plain text by language (those of ``values``, one at least), and the names of the numbers
    it rests on."""
    first = next(iter(values))
    claims = Claims.of(notebook, values[first])
    for stated in claims.stated_claims(numbered_cells(notebook.cells), drawn_in(notebook)):
        numbers = [number.name for number in numbers_behind(stated.claim.text, claims.names)]
        yield {
            "name": stated.claim.name or f"line_{stated.cell}_{stated.place + 1}",
            "claim": stated.claim.text,
            "truth": stated.verdict.truth.value,
            "words": {each: without_markdown(worded.plain(stated.lines[each])) for each, worded in values.items()},
            "numbers": numbers,
        }


def without_markdown(line: str) -> str:
    """A line of Markdown as plain text: marks of headings, lists, emphasis and links are removed."""
    return re.sub(r"^(?:#+|-) |\*+|\[([^\]]*)\]\([^)]*\)", lambda link: link[1] or "", line)


def merge_runs(title: Mapping[str, str], runs: Iterable[dict[str, Any]], confidential: bool = False) -> dict[str, Any]:
    """The content of ``numbers.json`` for a whole review, with its title by language, from that of its ``runs``, rows
    in their order; sources, caveats and labels are sorted by id, those of a later run replacing an earlier one's."""
    whole: dict[str, Any] = {"schema": SCHEMA, "review": dict(title), "confidential": confidential}
    whole |= {name: [] for name in ROWS} | {name: {} for name in NAMED}
    for run in runs:
        for name in ROWS:
            whole[name] += run[name]
        for name in NAMED:
            whole[name] |= run[name]
    return whole | {name: dict(sorted(whole[name].items())) for name in NAMED}


def to_json(whole: dict[str, Any]) -> str:
    """Serialize the numbers of a run or a review as JSON: on the first line all but the lists of `ROWS`, then these
    with one row on each line."""
    others = {name: value for name, value in whole.items() if name not in ROWS}
    rows = {name: ",\n".join(compact_json(row) for row in whole[name]) for name in ROWS}
    lists = "".join(f',\n"{name}": [\n{text}\n]' for name, text in rows.items())
    return compact_json(others)[:-1] + lists + "}\n"


def number_of_row(row: NumbersRow, rows: Mapping[str, NumbersRow] | None = None) -> Number:
    """The number of a row, with the fields that its words need and its formula; without labels, caveats and source.
    Its inputs are restored, recursively, if the ``rows`` of its run are given by id. Raises KeyError for an input that
    ``rows`` lacks."""
    fields = {name: row[name] for name in ("unit", "decimals", "definition", "place", "start", "end")}
    fields |= {"name": row["id"], "label": "", "definition_label": "", "place_label": "", "caveats": ()}
    fields |= {"quantity": quantity_of_row(row)}
    if row["kind"] == "published":
        return Figure.of_parts(**fields, source=NO_SOURCE, place_in_source="", vintage="")
    inputs = tuple(number_of_row(rows[name], rows) for name in row["inputs"]) if rows else ()
    extra = {"estimate": row["kind"] == "estimate", "calculation": tuple(row["formula"] or ())}
    return Measure.of_parts(**fields, formula="", inputs=inputs, **extra)


def words_of_row(row: NumbersRow, language: str) -> str:
    """The words of a row's number, as on a page, without the noun of its unit, which ``words`` of the row has."""
    return show(number_of_row(row), language).words
