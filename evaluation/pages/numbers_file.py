"""The numbers of a review for machines: each with its bound, unit, place, period and definition, its source or its
formula, and its cell of data/.

A run's numbers stand beside its notebook, all together in ``numbers.json`` (of the shape of `numbers.schema.json`),
and those of a page inside the page, so that it can be checked alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from ..language import LANGUAGES, translate
from ..numbers.formula import UPPER, leaf_of, names_in
from ..numbers.notation import show
from ..numbers.number import Figure, Measure, Number
from ..numbers.publication import Source
from ..numbers.quantity import Bound, Quantity
from ..records.prose import Values
from ..records.record import outputs, read_number, wording_of
from .model import PageError

NO_SOURCE = Source("", "", "", "", "", "", False, "", "", "")
NAME, SCHEMA = "numbers.json", 1
Record = dict[str, Any]
# What a page's block has of each number, to work it out again: labels, sources, caveats stand on the page itself.
IN_A_PAGE = (
    "id", "kind", "low", "high", "bound", "interval", "unit", "decimals", "place", "start", "end", "definition",
    "exact", "formula", "inputs", "source",
)  # fmt: skip
RECURRING = ("kind", "bound", "unit", "place", "start", "end", "definition", "source")
NAMING = ("formula", "inputs", "interval")  # what names other numbers
LISTS = ("sources", "caveats", "definitions", "places", "units")  # by id, what the numbers name


def of_run(notebook: Any, languages: Sequence[str] = LANGUAGES) -> Record:
    """The numbers and the chosen wordings of an executed notebook, and by id what they name: its sources, caveats,
    definitions, places and units."""
    about = notebook.metadata["evaluation"]
    run = {"run": about["slug"], "run_key": about.get("run_key", "")}
    values = {language: Values.of(notebook, language) for language in languages}
    found: dict[str, Record] = {}
    claims: list[Record] = []
    lists: dict[str, Any] = {name: {} for name in LISTS}
    for _, _, record in outputs(notebook):
        for number, interval in numbers_in(record):
            keep(found, lists, number, languages)
            if part := part_of(record):
                found[number["name"]]["shown_in"] = list(dict.fromkeys([*found[number["name"]]["shown_in"], part]))
            if interval:
                keep(found, lists, interval, languages)
                found[number["name"]]["interval"] = interval["name"]
        if "phrase" in record:
            for number in record.get("inputs", []):
                keep(found, lists, number, languages)
            claims.append(run | claim(record, values))
    rows = [{"id": name} | run | row for name, row in found.items()]
    return {"numbers": rows, "claims": claims} | lists


def part_of(record: Record) -> str:
    """The id on the page of the chart or the table that a record is."""
    return next((f"{part}-{record[part]}" for part in ("chart", "table") if part in record), "")


def numbers_in(record: Record) -> Iterator[tuple[Record, Record | None]]:
    """The recorded numbers of a value, a chart or a table, a chart's each with its interval."""
    if "number" in record:
        yield record["number"], None
    for point in record.get("points", []):
        yield point["number"], point["interval"]
    for cell in (cell for row in record.get("rows", []) for cell in row):
        for number in cell.get("numbers", [cell["number"]] if "number" in cell else []):
            yield number, None


def keep(found: dict[str, Record], lists: dict[str, Any], record: Record, languages: Sequence[str]) -> None:
    """Keep a number and, before it, what it was worked out from, each under its name. Raises PageError for another
    number of one name: whoever follows a formula would come to the wrong one."""
    for part in record.get("inputs", []):
        keep(found, lists, part, languages)
    name = record["name"]
    if name not in found:
        found[name] = row(record, languages)
        note(lists, record, languages)
    elif exact(Quantity.from_record(record["quantity"])) != found[name]["exact"]:
        raise PageError(f"found two numbers named {name}; allowed: one number a name")


def row(record: Record, languages: Sequence[str]) -> Record:
    """A recorded number as a row: ``value``, ``low`` and ``high`` as the page shows them, ``exact`` as they are."""
    number, source, tree = read_number(record), record.get("source") or {}, record.get("tree")
    shown, quantity = show(number, "en"), number.quantity
    low = None if quantity.low is None or shown.bound in UPPER else shown.low
    return {
        "kind": number.kind,
        "label": said(record["label"], languages),
        "value": plain(shown.value),
        "low": plain(low),
        "high": None if quantity.high is None else plain(shown.high),
        "bound": quantity.bound.value,
        "interval": None,
        "unit": number.unit,
        "decimals": number.decimals,
        "place": number.place,
        "start": number.start,
        "end": number.end,
        "definition": number.definition,
        "exact": exact(quantity),
        "formula": tree,
        "formula_text": said(record.get("formula", ""), languages),
        "method": said(record.get("method", ""), languages),
        "inputs": sorted(names_in(tree)) if tree else [part["name"] for part in record.get("inputs", [])],
        "source": source.get("source", ""),
        "address": source.get("address", ""),
        "place_in_source": said(record.get("place_in_source", ""), languages),
        "vintage": record.get("vintage", ""),
        "data": record.get("data", ""),
        "caveats": [caveat["caveat"] for caveat in record["caveats"]],
        "shown_in": [],
    }


def exact(quantity: Quantity) -> list[str | None]:
    """The ends of a quantity as fractions, as `formula.leaf_of` reads them, the lower one of an upper bound as unknown
    as in ``low``; which end of an interval is not in it stands third, where one is not."""
    low = None if quantity.bound in UPPER else quantity.low
    ends = [None if end is None else str(end) for end in (low, quantity.high)]
    opened = "(" * quantity.low_open + ")" * quantity.high_open
    return [*ends, opened] if opened and quantity.bound is Bound.BETWEEN else ends


def plain(text: str | None) -> float | int | None:
    """A shown number as JSON has it."""
    return None if text is None else float(text) if "." in text else int(text)


def said(text: Any, languages: Sequence[str]) -> dict[str, str]:
    """A text in the languages of a review; nothing where there is none."""
    return {language: translate(text, language) for language in languages} if text else {}


def note(lists: dict[str, Any], record: Record, languages: Sequence[str]) -> None:
    """Note what a number names, by id."""
    for name in ("definition", "place"):
        if record[name]:
            lists[f"{name}s"][record[name]] = said(record[f"{name}_label"], languages)
    if record["nouns"]:
        lists["units"][record["unit"]] = {language: record["nouns"][language] for language in languages}
    for caveat in record["caveats"]:
        lists["caveats"][caveat["caveat"]] = said(caveat["text"], languages)
    if source := record.get("source"):
        kept = ("title", "title_language", "address", "published", "first_hand", "licence_address")
        publisher = said(source["publisher"], languages)
        lists["sources"][source["source"]] = {"publisher": publisher} | {name: source[name] for name in kept}


def claim(record: Record, values: Mapping[str, Values]) -> Record:
    """A wording that the numbers chose: its name in the prose, its family and choice, its words, and what chose it."""
    words = wording_of(record)
    chosen = {"name": record["name"], "phrase": record["phrase"], "choice": record["choice"]}
    filled = {language: own.plain(words[language]) for language, own in values.items()}
    return chosen | {"words": filled, "rule": record.get("rule"), "flips": record.get("flips")}


def merged(title: Mapping[str, str], runs: Iterable[Record], confidential: bool = False) -> Record:
    """The numbers of a whole review, from those of its runs."""
    whole: Record = {"schema": SCHEMA, "review": dict(title), "confidential": confidential}
    whole |= {"numbers": [], "claims": []} | {name: {} for name in LISTS}
    for run in runs:
        whole["numbers"] += run["numbers"]
        whole["claims"] += run["claims"]
        for name in LISTS:
            whole[name] |= run[name]
    return whole | {name: dict(sorted(whole[name].items())) for name in LISTS}


def to_json(whole: Record) -> str:
    """JSON with a number a line."""
    lists = {name: value for name, value in whole.items() if name not in ("numbers", "claims")}
    rows = {name: ",\n".join(compact(row) for row in whole[name]) for name in ("numbers", "claims")}
    inside = "".join(f',\n"{name}": [\n{text}\n]' for name, text in rows.items())
    return compact(lists)[:-1] + inside + "}\n"


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def in_page(run: Record, language: str) -> Markup:
    """A run's numbers as they stand in a page, so that they weigh little: the names of the columns, then a row a number
    in their order; ``exact`` where it is not as shown, ``inputs`` where no formula names them; what recurs by its place
    in a list, and a number within another's formula by its row, ``"#0"`` the first. Read back by `rows_in`."""
    about = {name: run["numbers"][0][name] for name in ("run", "run_key")} if run["numbers"] else {}
    words = Places()
    places = {row["id"]: f"#{place}" for place, row in enumerate(run["numbers"])}
    rows = []
    for row in run["numbers"]:
        own = (
            row | {name: words[row[name]] for name in RECURRING} | {name: renamed(row[name], places) for name in NAMING}
        )
        own |= {"exact": None} if row["exact"] == as_shown(row) else {}
        own |= {"inputs": []} if row["formula"] else {}
        rows.append([own[name] for name in IN_A_PAGE])
    claims = [
        {name: one[name] for name in ("name", "phrase", "choice")}
        | {"words": one["words"][language], "rule": renamed(one["rule"], places)}
        for one in run["claims"]
    ]
    block = {"schema": SCHEMA, **about, "language": language, "words": [*words]}
    return data_block(block | {"columns": IN_A_PAGE, "numbers": rows, "claims": claims})


def renamed(tree: Any, names: Mapping[str, str]) -> Any:
    """A formula, a rule, a list of names or a name, with other names in it."""
    if isinstance(tree, list):
        return [renamed(side, names) for side in tree]
    return names.get(tree, tree) if isinstance(tree, str) else tree


class Places(dict[str, int]):
    """Words by their place in the order in which they were asked for."""

    def __missing__(self, word: str) -> int:
        self[word] = len(self)
        return self[word]


def as_shown(row: Record) -> list[str | None]:
    """The ends of a number as they are shown, in the form of ``exact``."""
    return [None if row[end] is None else str(row[end]) for end in ("low", "high")]


def number_of(row: Record, rows: Mapping[str, Record] | None = None) -> Number:
    """The number of a row, without texts, as far as its words need it; with the ``rows`` of its run by id, as rules and
    formulas ask it."""
    fields = {name: row[name] for name in ("unit", "decimals", "definition", "place", "start", "end")}
    fields |= {"name": row["id"], "label": "", "definition_label": "", "place_label": "", "caveats": ()}
    fields |= {"quantity": leaf_of(row).quantity}
    if row["kind"] == "published":
        return Figure(**fields, source=NO_SOURCE, place_in_source="", vintage="")
    inputs = tuple(number_of(rows[name], rows) for name in row["inputs"]) if rows else ()
    own = {"estimate": row["kind"] == "estimate", "calculation": tuple(row["formula"] or ())}
    return Measure(**fields, formula="", inputs=inputs, **own)


def rows_in(block: Record) -> list[Record]:
    """The rows of a page's block, each as in ``numbers.json``, as far as `IN_A_PAGE` goes."""
    about = {"run": block["run"], "run_key": block["run_key"]} if block["numbers"] else {}
    rows = [about | dict(zip(block["columns"], cells, strict=True)) for cells in block["numbers"]]
    names = {f"#{place}": row["id"] for place, row in enumerate(rows)}
    for row in rows:
        row |= {name: block["words"][row[name]] for name in RECURRING}
        row |= {name: renamed(row[name], names) for name in NAMING}
        row["exact"] = row["exact"] or as_shown(row)
        row["inputs"] = sorted(names_in(row["formula"])) if row["formula"] else row["inputs"]
    return rows


def claims_in(block: Record) -> list[Record]:
    """The chosen wordings of a page's block, with what chose each."""
    names = {f"#{place}": row["id"] for place, row in enumerate(rows_in(block))}
    return [claim | {"rule": renamed(claim["rule"], names)} for claim in block["claims"]]


def data_block(value: Any) -> Markup:
    """JSON that may stand in an element: no sign of it can end one."""
    signs = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
    return Markup(compact(value).translate(signs))
