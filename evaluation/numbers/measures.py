"""The review's arithmetic: measures calculated from figures, each with its bound and its inputs.

Exact arithmetic gives *derived* numbers; the rounding of a rate, a statistical interval or an assumption gives an
*estimate*, which pages mark apart from published figures.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ..language import LANGUAGES, N_, Text, compose
from ..language.formats import format_number
from ..problems import Refused
from .lists import Pair
from .meaning import Vocabulary
from .notation import MEASURED, RATES
from .number import POINTS, Measure, Number, quantity_of, require_comparable, unit_words
from .number import measure as measure  # for chapters
from .quantity import Quantity, is_above, rounded_fraction

if TYPE_CHECKING:
    from ..methods.counts import Reports


INDEPENDENT = N_("if events were independent; they often come in groups, so the real margin is wider")
CLUSTERED = N_("if events come in cases, so that their variance is {} times that of independent ones")


def by_variance(factor: float) -> Text:
    """The assumption behind an interval of counts, as a text for readers: independent events (factor 1), or events that
    come in cases, with the ``factor`` by which their variance exceeds that of independent ones."""
    if factor == 1:
        return INDEPENDENT
    number = Decimal(f"{factor:g}")
    return compose(CLUSTERED, {each: format_number(number, each) for each in LANGUAGES})


def exact_count(number: Number) -> int:
    """The value of an exact whole number as an int. Raises Refused for any other number; the unit is not looked at."""
    quantity = number.quantity
    if quantity.low != quantity.high or quantity.about or quantity.value.denominator != 1:
        raise Refused(f"found {number.name} {quantity.in_english()}; allowed: an exact whole count")
    return int(quantity.value)


# A full count has no sampling error: chance concerns the underlying rate, and labels of intervals say so.
BEHIND = N_("Change in the underlying rate of reports, with chance counted in")
BEHIND_PER_PERSON = N_("Change per person in the underlying rate of reports, with chance counted in")


Ends = Number | Quantity | int  # of what two ends are asked for


def against(this: Ends, that: Ends) -> str:
    """Where ``this`` lies relative to ``that``: ``above`` or ``below`` if wholly on that side; ``unknown`` if they
    overlap, touch, or one is approximate. Units and definitions are not compared."""
    left, right = quantity_of(this), quantity_of(that)
    if left.about or right.about:
        return "unknown"
    if is_above(left, right):
        return "above"
    return "below" if is_above(right, left) else "unknown"


def direction(change: Ends) -> str:
    """The direction that an interval of change supports: ``rose`` or ``fell`` if it is wholly above or below zero (an
    open end at zero excludes it), ``unchanged`` if exactly zero, else ``unknown``. An approximate number counts by its
    value."""
    quantity = quantity_of(change)
    if quantity.low is not None and (quantity.low > 0 or (quantity.low == 0 and quantity.low_open)):
        return "rose"
    if quantity.high is not None and (quantity.high < 0 or (quantity.high == 0 and quantity.high_open)):
        return "fell"
    return "unchanged" if quantity.low == quantity.high == 0 else "unknown"


def without_origin(name: str, label: Text, value: Any, unit: str, formula: Text, **options: Any) -> Measure:
    """A measure without published inputs, such as a parameter: no place, period or caveat. It is displayed with the
    decimals of a plain ``value``, without trailing zeros; of a `Quantity` with 0. ``options`` are fields of a `Measure`
    and override these."""
    if not isinstance(value, Quantity):
        exponent = Decimal(str(value)).normalize().as_tuple().exponent
        options = {"decimals": max(0, -int(exponent))} | options
        value = Quantity.exact(value)
    parts = {"name": name, "label": label, "quantity": value, "unit": unit, "formula": formula}
    return Measure.of_parts(**parts | options)


def confidence_level(level: float) -> Measure:
    """The confidence level of a page's intervals (0.95) as a measure in per cent, ``confidence_level``, for prose."""
    value = Decimal(str(level)) * 100
    formula = N_("a parameter of this page")
    return without_origin("confidence_level", N_("Confidence level of the intervals"), value, "percent", formula)


def with_words(label: Text, words: Text) -> Text:
    """A label extended, after a comma, by a text of the catalogue: "Investigations, a month on average"; of a text of
    data/ a text of data/ again."""
    longer = compose("{}, {}", label, words)
    return Pair(longer) if isinstance(label, Pair) else longer


COUNTABLE = "a frame, a condition (a column or a frame of true and false), or a frame grouped by a column"


def count_rows(rows: Any, unit: str, formula: Text, label: Any, vocabulary: Vocabulary) -> Any:
    """The number of rows of a frame, or of true values of a condition, as a measure in ``unit`` with its ``label``;
    ``formula`` describes the count. A grouped frame or a frame of conditions alone gives a column of figures, one for
    each group or condition, whose ``label`` is a mapping from group or column to label. Raises Refused for other types,
    for a condition with missing values, and for a group without a label."""
    import pandas as pd

    from .frames import FigureArray

    sizes, meaning = row_counts(rows), {"nouns": vocabulary.nouns(unit), "vocabulary": vocabulary}
    if isinstance(sizes, int):
        return without_origin("", label, sizes, unit, formula, **meaning)
    if missing := [name for name in sizes.index if name not in label]:
        raise Refused(f"found the group {missing[0]!r} without a label; allowed: a label for each, by its name")
    counted = [without_origin("", label[name], int(size), unit, formula, **meaning) for name, size in sizes.items()]
    return pd.Series(FigureArray(counted), index=sizes.index, name=unit)


def row_counts(rows: Any) -> Any:
    """Counts of rows as plain integers: an int of a frame (its rows) or a condition (those true), a Series by group or,
    of a frame of conditions alone, by column. Raises Refused for other types and for a condition with missing
    values."""
    import pandas as pd

    if isinstance(rows, pd.api.typing.DataFrameGroupBy | pd.api.typing.SeriesGroupBy):
        return rows.size()
    if not isinstance(rows, pd.DataFrame | pd.Series):
        raise Refused(f"found {type(rows).__name__} to count rows of; allowed: {COUNTABLE}")
    columns = [rows] if isinstance(rows, pd.Series) else [column for _, column in rows.items()]
    conditions = [str(column.dtype) in ("bool", "boolean") for column in columns]
    if any(column.isna().any() for column, condition in zip(columns, conditions, strict=True) if condition):
        raise Refused("found a condition that is neither true nor false in some rows; allowed: .fillna(False) first")
    if conditions and all(conditions):
        return int(rows.sum()) if isinstance(rows, pd.Series) else rows.sum().astype(int)
    if isinstance(rows, pd.Series):
        raise Refused(f"found a column of {rows.dtype} to count rows of; allowed: {COUNTABLE}")
    return len(rows)


People = tuple[Number, Number]  # the populations of the earlier and of the later year


def change_with_chance(
    name: str,
    label: Text,
    later: Number,
    earlier: Number,
    level: float,
    *,
    people: People | None = None,
    per_person: bool = False,
    variance_factor: float = 1.0,
    **options: Any,
) -> Measure:
    """Confidence interval of the change in per cent between two years' counts, or between two rounded rates with their
    populations, at the worst ends of the rounding (see `counts.ratio_of_counts`); an estimate with one decimal.
    ``level`` is between 0 and 1; ``people`` are the populations of the earlier and the later year, by which counts are
    divided if ``per_person``. Raises DefinitionsDiffer for numbers that do not compare, Refused for what is no count,
    for a rate without a population, and for zero."""
    from ..methods.counts import ratio_of_counts

    require_comparable(later, earlier)
    first, second = people or (None, None)
    scale = (float(people[0].quantity.value), float(people[1].quantity.value)) if people and per_person else (1.0, 1.0)
    counts = reports_of(earlier, first), reports_of(later, second)
    ratio = ratio_of_counts(*counts, populations=scale, level=level, variance_factor=variance_factor)
    quantity = Quantity.between(*(rounded_fraction((end - 1) * 100) for end in (ratio.low, ratio.high)))
    formula = N_("interval of the change between two years, in per cent (Clopper-Pearson; quasi-Poisson where wider)")
    options = {"decimals": 1, "method": by_variance(variance_factor), **options}
    inputs = [earlier, *(people or ()), later]
    return measure(name, label, quantity, inputs, formula, unit="percent", estimate=True, **options)


def reports_of(number: Number, people: Number | None = None) -> Reports:
    """The range of counts that `counts` needs: a published count, or all whole counts consistent with a rounded rate
    and its population ``people``: 334 to 348 for 333.9 to 348.8. Raises Refused for a rate without a population, for a
    number in another unit that is no count (per cent, dollars, a ratio) and for zero; CannotBeKept for a number without
    both ends or whole numbers between them, and for a rate that is not exact."""
    from ..methods.counts import Reports

    if number.unit in RATES:
        if people is None:
            raise Refused(f"found {number.name}, a rate without a population; allowed: a count, or a rate with one")
        number = number.rounding() * people / RATES[number.unit]
    elif number.unit in (*MEASURED, POINTS["unit"]) or number.dimension != {number.unit: 1}:
        actual = f"found {number.expression}, in {unit_words(number)}"
        raise Refused(f"{actual}; allowed: a count, or a rate with its population")
    return Reports(*map(int, number.whole_numbers().quantity.whole_numbers() or ()))
