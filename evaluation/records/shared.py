"""Records with each thing said once: an executed notebook's records share their numbers, sources, caveats and texts.

In a kernel a record is whole. A published notebook holds, in ``metadata.evaluation.shared``, each part that several
records hold, under an id: that of a source or a caveat, else a number. In records
``{"shared": id}`` stands for it, and within the shared parts too. What a number has in common with others (what is
counted, where, by whom) is a part of its own, ``like``.
"""

from __future__ import annotations

import json
from collections import Counter
from itertools import count
from typing import Any

from .recorded import CHART, TABLE, VALUE

SHARED = "shared"
WORTH = 30  # characters of JSON; what is shorter is no longer than what would stand for it
NUMBER = "#"
LIKE = "like"
IN_COMMON = {  # by a field that tells what a mapping is
    "quantity": (
        "caveats", "conflicts_with", "decimals", "definition", "definition_label", "estimate", "nouns", "place",
        "place_label", "unit",
    ),
    "low": ("about", "bound", "high_open", "low_open"),
}  # fmt: skip
IDS = ("source", "caveat")


def records_of(notebook: Any) -> list[tuple[dict[str, Any], str]]:
    """Where the records of a notebook stand: the data of an output, and the kind of record in it."""
    data = [output.get("data", {}) for cell in notebook["cells"] for output in cell.get("outputs", [])]
    return [(one, kind) for one in data for kind in (VALUE, TABLE, CHART) if kind in one]


def gather(notebook: Any) -> None:
    """Have the records of a notebook share what several of them hold; where nothing is, they stay whole."""
    gathered = Gathered()
    found = records_of(notebook)
    trees = [gathered.record(data[kind]) for data, kind in found]
    written = [gathered.written(tree, whole=True) for tree in trees]
    if not gathered.shared:
        return
    for (data, kind), record in zip(found, written, strict=True):
        data[kind] = record
    notebook["metadata"]["evaluation"][SHARED] = gathered.shared


def spread(notebook: Any) -> None:
    """Make the records of a notebook whole again; those that are whole stay as they are."""
    shared = notebook["metadata"].get("evaluation", {}).pop(SHARED, {})
    whole: dict[str, Any] = {}
    for data, kind in records_of(notebook) if shared else []:
        data[kind] = spread_value(data[kind], shared, whole)


def spread_value(value: Any, shared: dict[str, Any], whole: dict[str, Any]) -> Any:
    """A part of a record without references; ``whole`` are the shared parts that have been made so."""
    if isinstance(value, list):
        return [spread_value(part, shared, whole) for part in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {SHARED}:
        name = value[SHARED]
        if name not in whole:
            whole[name] = spread_value(shared[name], shared, whole)
        return whole[name]
    spread = {key: spread_value(part, shared, whole) for key, part in value.items()}
    return spread.pop(LIKE, {}) | spread


def parted(value: dict[str, Any]) -> dict[str, Any]:
    """A mapping whose fields in common with others of its kind stand in one field."""
    fields = next((IN_COMMON[told] for told in IN_COMMON if told in value), ())
    common = {field: value[field] for field in fields if field in value}
    return {key: held for key, held in value.items() if key not in common} | ({LIKE: common} if common else {})


class Gathered:
    """The mappings of some records, each numbered once however often it occurs."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.parts: list[Any] = []
        self.used: Counter[int] = Counter()
        self.ids: dict[int, str] = {}
        self.shared: dict[str, Any] = {}

    def record(self, record: dict[str, Any]) -> Any:
        """A record as `number` gives it; it is written whole each time, so that its parts are used each time."""
        known = len(self.parts)
        tree = self.number(record)
        if known == len(self.parts):
            self.used.update(numbers_in(list(self.part(tree[NUMBER]).values())))
        return tree

    def part(self, number: int) -> Any:
        return self.parts[number if number >= 0 else -1 - number]

    def number(self, value: Any) -> Any:
        """A value in which ``{NUMBER: n}`` stands for a mapping, and for a list of mappings: equal ones have the same
        n."""
        if isinstance(value, dict):
            return self.numbered({key: self.number(held) for key, held in parted(value).items()})
        if not isinstance(value, list):
            return value
        parts = [self.number(part) for part in value]
        return self.numbered(parts) if any(isinstance(part, dict) for part in parts) else parts

    def numbered(self, part: Any) -> dict[str, int]:
        """The number of a mapping or list, below zero where it is too short to be worth sharing."""
        text = json.dumps(part)
        if text not in self.numbers:
            self.numbers[text] = len(self.parts) if len(text) >= WORTH else -1 - len(self.parts)
            self.parts.append(part)
            self.used.update(numbers_in(list(part.values()) if isinstance(part, dict) else part))
        return {NUMBER: self.numbers[text]}

    def written(self, value: Any, whole: bool = False) -> Any:
        """A value with its mappings, or with references to those that are used more than once."""
        if isinstance(value, list):
            return [self.written(part) for part in value]
        if not isinstance(value, dict):
            return value
        number = value[NUMBER]
        if not whole and number >= 0 and self.used[number] > 1:
            return {SHARED: self.id_of(number)}
        part = self.part(number)
        return self.written(part) if isinstance(part, list) else {k: self.written(held) for k, held in part.items()}

    def id_of(self, number: int) -> str:
        """The id of a shared part, which is written when it is first asked for."""
        if number not in self.ids:
            part = self.parts[number] if isinstance(self.parts[number], dict) else {}
            named = next((part[key] for key in IDS if isinstance(part.get(key), str)), "")
            taken = set(self.ids.values())
            free = (f"{named} {n}".strip() for n in count(2 if named else 1))
            self.ids[number] = named if named and named not in taken else next(one for one in free if one not in taken)
            self.shared[self.ids[number]] = self.written({NUMBER: number}, whole=True)
        return self.ids[number]


def numbers_in(value: Any) -> list[int]:
    """The numbers of the mappings in a numbered value."""
    if isinstance(value, list):
        return [number for part in value for number in numbers_in(part)]
    return [value[NUMBER]] if isinstance(value, dict) else []
