"""Whether a JSON value has the shape asked for, and where it has not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from . import quoted

Told = Iterator[tuple[str, str, str]]  # where, what was found, what is allowed
# a type, (types), [shape of each item], {key: shape}; a key with "?" may be missing; a function that tells
Shape = Any


def check_shape(value: Any, shape: Shape, where: str = "") -> Told:
    """Where a JSON value has not the shape asked for: (place, found, allowed)."""
    if callable(shape) and not isinstance(shape, type):
        yield from shape(value, where)
        return
    kinds = shape if isinstance(shape, tuple) else (shape if isinstance(shape, type) else type(shape),)
    if not isinstance(value, kinds) or (isinstance(value, bool) and shape is not bool):
        yield where, kind_of_json(value), " or ".join(JSON_KINDS[kind] for kind in kinds)
    elif isinstance(shape, list):
        for number, item in enumerate(value, start=1):
            yield from check_shape(item, shape[0], f"{where}[{number}]")
    elif isinstance(shape, dict):
        for key, part in shape.items():
            name = key.rstrip("?")
            place = f"{where}.{name}".lstrip(".")
            if name in value:
                yield from check_shape(value[name], part, place)
            elif not key.endswith("?"):
                yield place, f"no {name}", "the keys " + ", ".join(each for each in shape if not each.endswith("?"))


def either(*shapes: Shape) -> Callable[[Any, str], Told]:
    """Any one of several shapes; what is wrong is told by the first."""

    def check(value: Any, where: str) -> Told:
        found = [list(check_shape(value, shape, where)) for shape in shapes]
        if all(found):
            yield from found[0][:1]

    return check


JSON_KINDS = {dict: "an object", list: "a list", str: "a text", int: "a whole number", bool: "true or false"}


def kind_of_json(value: Any) -> str:
    """A value of JSON in a message: null, a number or a text as it stands, else "an object" or "a list"."""
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    return f"the text {quoted(value)}" if isinstance(value, str) else JSON_KINDS[type(value)]
