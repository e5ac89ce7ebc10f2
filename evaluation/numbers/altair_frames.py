"""Frames of figures for Altair: each column of figures becomes plain numbers, their two ends and their words.

Importing this module hooks it into Altair, before or after Altair itself is imported, without loading it. The data
transformer in force then receives plain numbers.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import wraps
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import pandas as pd

from .labels import TAKES_FIGURES, absent, is_figures
from .notation import show
from .number import Number
from .quantity import Bound

ALTAIR = "altair"


def for_altair(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame that Altair can draw: a column of figures ``deaths`` becomes its printed numbers; columns for the
    ends (``deaths_low``, ``deaths_high``; missing if open) and the words (``deaths_words``) are appended, unless the
    frame has a column of that name. Fractions and decimals become floats.

    >>> from evaluation import figure
    >>> table = figure.frame(pd.DataFrame({"n": ["<5"]}), "n", unit="people")
    >>> for_altair(table).to_dict("records")
    [{'n': 5.0, 'n_low': 0.0, 'n_high': 5.0, 'n_words': 'fewer than 5'}]
    """
    drawn = frame.copy()
    for name, column in frame.items():
        if is_figures(column):
            columns = expanded(str(name), column)
            drawn[name] = columns.pop(str(name))
            for other, cells in columns.items():
                if other not in frame.columns:
                    drawn[other] = cells
        elif column.dtype == object and any(isinstance(cell, Fraction | Decimal) for cell in column):
            drawn[name] = [float(cell) if isinstance(cell, Fraction | Decimal) else cell for cell in column]
    return drawn


def expanded(name: str, column: Any) -> dict[str, list[Any]]:
    """A column of figures as four columns: printed numbers, lower ends, upper ends, words."""
    numbers = [None if absent(number) else number for number in column]
    made: dict[str, list[Any]] = {name: [number and float(number.quantity.value) for number in numbers]}
    bounded = [number.quantity if number and not number.quantity.about else None for number in numbers]
    for end in ("low", "high"):  # an approximate number has no ends to rely on
        ends = [getattr(quantity, end, None) for quantity in bounded]
        made[f"{name}_{end}"] = [None if value is None else float(value) for value in ends]
    return made | {f"{name}_words": [number and show(number, "en").words for number in numbers]}


def attach(altair: ModuleType) -> None:
    """Wrap Altair's registry, so that each data transformer, present or future, receives frames without figures."""
    in_force = altair.data_transformers.get

    def get() -> Any:
        transformer = in_force()
        if transformer is None or getattr(transformer, TAKES_FIGURES, False):
            return transformer
        return lambda data, **options: transformer(without_figures(data), **options)

    altair.data_transformers.get = wraps(in_force)(get)
    take_single_figures(altair)


def take_single_figures(altair: ModuleType) -> None:
    """Have a figure stand where a chart takes one number: a mark's place or size, an end of a scale, a filter."""
    schema: Any
    core: Any
    schema, core = (import_module(f"{altair.__name__}.{name}") for name in ("utils.schemapi", "expr.core"))
    as_dict, as_code = schema._todict, core._js_repr
    schema._todict = wraps(as_dict)(lambda thing, *sides, **named: as_dict(plain(thing), *sides, **named))
    core._js_repr = wraps(as_code)(lambda thing: as_code(plain(thing)))
    json_of = core.DatumType.__call__
    core.DatumType.__call__ = wraps(json_of)(lambda self, thing, **named: json_of(self, plain(thing), **named))


def plain(thing: Any) -> Any:
    """An exact figure as the number that it is, a whole one as an int; anything else as it is. Raises TypeError for a
    bound, which one number of a chart would lose."""
    if not isinstance(thing, Number):
        return thing
    if thing.quantity.bound is not Bound.EXACT:
        allowed = "a column of the chart's frame, or float(number.quantity.value), the number as it is printed"
        raise TypeError(f"found {thing} as one number of a chart, which would lose its bound; allowed: {allowed}")
    value = thing.quantity.value
    return int(value) if value == int(value) else float(value)


def without_figures(data: Any) -> Any:
    """A frame with its figures expanded; any other data unchanged."""
    return for_altair(data) if isinstance(data, pd.DataFrame) else data


class AfterImport(MetaPathFinder):
    """Import hook that calls `attach` once Altair has been imported."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Altair's own spec, with a loader that calls `attach` after execution; None for any other module."""
        if name != ALTAIR:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(name)
        if spec is None or spec.loader is None:
            return spec
        run = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            run(module)
            attach(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]  # of this one loader
        return spec


if ALTAIR in sys.modules:
    attach(sys.modules[ALTAIR])
else:
    sys.meta_path.insert(0, AfterImport())
