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

from .labels import TAKES_FIGURES, is_column_of_figures, is_missing
from .notation import show
from .number import Number
from .quantity import Bound

ALTAIR = "altair"


def for_altair(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a copy of a frame that Altair can draw: a column of figures ``deaths`` becomes its printed numbers; others
    for the ends (``deaths_low``, ``deaths_high``; missing if unbounded or approximate) and the words (``deaths_words``,
    in English) are appended, unless the frame has a column of that name. Fractions and decimals become floats.

    >>> from evaluation import figure
    >>> table = figure.frame(pd.DataFrame({"n": ["<5"]}), "n", unit="people")
    >>> for_altair(table).to_dict("records")
    [{'n': 5.0, 'n_low': 0.0, 'n_high': 5.0, 'n_words': 'fewer than 5'}]
    """
    drawn = frame.copy()
    for name, column in frame.items():
        if is_column_of_figures(column):
            columns = columns_for_altair(str(name), column)
            drawn[name] = columns.pop(str(name))
            for other, cells in columns.items():
                if other not in frame.columns:
                    drawn[other] = cells
        elif column.dtype == object and any(isinstance(cell, Fraction | Decimal) for cell in column):
            drawn[name] = [float(cell) if isinstance(cell, Fraction | Decimal) else cell for cell in column]
    return drawn


def columns_for_altair(name: str, column: Any) -> dict[str, list[Any]]:
    """A column of figures as four lists of plain cells, by column name: printed numbers (``name``), ends (``name_low``,
    ``name_high``), English words (``name_words``). None for a missing figure, an unbounded end, and the ends of an
    approximate number."""
    numbers = [None if is_missing(number) else number for number in column]
    columns: dict[str, list[Any]] = {name: [number and float(number.quantity.value) for number in numbers]}
    bounded = [number.quantity if number and not number.quantity.about else None for number in numbers]
    for end in ("low", "high"):  # an approximate number has no ends to rely on
        ends = [getattr(quantity, end, None) for quantity in bounded]
        columns[f"{name}_{end}"] = [None if value is None else float(value) for value in ends]
    return columns | {f"{name}_words": [number and show(number, "en").words for number in numbers]}


def wrap_altair(altair: ModuleType) -> None:
    """Patch Altair, in place: each data transformer that its registry gives out from now on receives frames as
    `for_altair` makes them (unless it is marked `TAKES_FIGURES`), and single exact figures are accepted where a number
    may stand; one with a bound raises a TypeError there. A second call would wrap it twice."""
    in_force = altair.data_transformers.get

    def get() -> Any:
        transformer = in_force()
        if transformer is None or getattr(transformer, TAKES_FIGURES, False):
            return transformer
        return lambda data, **options: transformer(
            for_altair(data) if isinstance(data, pd.DataFrame) else data, **options
        )

    altair.data_transformers.get = wraps(in_force)(get)
    accept_exact_figures(altair)


def accept_exact_figures(altair: ModuleType) -> None:
    """Patch Altair's serialization, so that an exact figure may stand where a chart takes one number: a mark's place or
    size, an end of a scale, a filter (see `plain_number`)."""
    schema: Any
    core: Any
    schema, core = (import_module(f"{altair.__name__}.{name}") for name in ("utils.schemapi", "expr.core"))
    as_dict, as_code = schema._todict, core._js_repr
    schema._todict = wraps(as_dict)(lambda value, *sides, **named: as_dict(plain_number(value), *sides, **named))
    core._js_repr = wraps(as_code)(lambda value: as_code(plain_number(value)))
    json_of = core.DatumType.__call__
    core.DatumType.__call__ = wraps(json_of)(lambda self, value, **named: json_of(self, plain_number(value), **named))


def plain_number(value: Any) -> Any:
    """An exact figure or measure as a float, a whole one as an int; anything else unchanged. Raises TypeError for one
    with a bound, which one number of a chart would lose."""
    if not isinstance(value, Number):
        return value
    if value.quantity.bound is not Bound.EXACT:
        allowed = "a column of the chart's frame, or float(number.quantity.value), the number as it is printed"
        raise TypeError(f"found {value} as one number of a chart, which would lose its bound; allowed: {allowed}")
    number = value.quantity.value
    return int(number) if number == int(number) else float(number)


class AltairImportHook(MetaPathFinder):
    """Import hook that calls `wrap_altair` when Altair is imported, and is gone after that."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Altair's own spec, with a loader that calls `wrap_altair` after execution, and remove this hook from
        Python's; None for any other module."""
        if name != ALTAIR:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(name)
        if spec is None or spec.loader is None:
            return spec
        run = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            run(module)
            wrap_altair(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]  # of this one loader
        return spec


if ALTAIR in sys.modules:
    wrap_altair(sys.modules[ALTAIR])
else:
    sys.meta_path.insert(0, AltairImportHook())
