"""The review's arithmetic: measures worked out from figures, each carrying its bound and what it came from.

Exact arithmetic gives *derived* numbers; a rate's rounding, a statistical interval or an assumption gives an
*estimate*, which pages mark apart from published figures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from .figures import Caveat, Measure, Number, Quantity
from .language import N_, Text, date_of


class DefinitionsDiffer(ValueError):
    """Two numbers of different definitions, units or places cannot be compared."""


INDEPENDENT = N_("if events were independent; real ones cluster, so the truth is less certain")


def measure(
    name: str,
    label: Text,
    quantity: Quantity,
    inputs: Sequence[Number],
    formula: Text,
    *,
    unit: str | None = None,
    decimals: int = 0,
    estimate: bool = False,
    method: Text = "",
    caveats: Sequence[Caveat] = (),
    nouns: dict[str, dict[str, str]] | None = None,
) -> Measure:
    """A measure from a quantity already worked out; period, place and caveats are those of its inputs."""
    first = inputs[0]
    obliged = {c.caveat: c for number in inputs for c in number.caveats} | {c.caveat: c for c in caveats}
    own_unit = unit is not None and unit != first.unit
    return Measure(
        name=name,
        label=label,
        quantity=quantity,
        unit=unit or first.unit,
        decimals=decimals,
        definition=first.definition,
        definition_label=first.definition_label,
        place=first.place,
        place_label=first.place_label,
        start=first.start,
        end=inputs[-1].end if inputs[-1].definition == first.definition else first.end,
        caveats=tuple(obliged.values()),
        nouns=nouns or ({} if own_unit else first.nouns),
        formula=formula,
        inputs=tuple(inputs),
        estimate=estimate,
        method=method,
    )


def divided(name: str, label: Text, total: Number, divisor: Number | int, **options: Any) -> Measure:
    """A total shared out: more than 29,000 over 3 is more than 9,666 (bounds survive, rounded the safe way)."""
    count = divisor.quantity if isinstance(divisor, Number) else Quantity.exact(divisor)
    inputs = [total, divisor] if isinstance(divisor, Number) else [total]
    formula = N_("total ÷ divisor") if isinstance(divisor, Number) else f"total ÷ {divisor}"
    return measure(name, label, total.quantity / count, inputs, options.pop("formula", formula), **options)


def years_in(name: str, label: Text, figure: Number, nouns: dict[str, dict[str, str]]) -> Measure:
    """The (fiscal) years of a figure's period, first and last included."""
    years = int(figure.end[:4]) - int(figure.start[:4]) + 1
    formula = N_("last year − first year + 1")
    return measure(name, label, Quantity.exact(years), [figure], formula, unit="years", nouns=nouns)


def days_in(name: str, label: Text, figure: Number, nouns: dict[str, dict[str, str]]) -> Measure:
    """The days of a figure's fiscal years, from the first April 1 to the last March 31."""
    first = date_of(figure.start)
    last = date_of(figure.end).replace(year=int(figure.end[:4]) + 1)
    formula = N_("days from the first April first to the last March thirty-first")
    return measure(name, label, Quantity.exact((last - first).days), [figure], formula, unit="days", nouns=nouns)


def difference(name: str, label: Text, later: Number, earlier: Number, **options: Any) -> Measure:
    """Later less earlier. Raises CannotBeKept for two open bounds, DefinitionsDiffer for unlike numbers."""
    comparable(later, earlier)
    quantity = later.quantity - earlier.quantity
    return measure(name, label, quantity, [earlier, later], N_("later − earlier"), **options)


def change_percent(name: str, label: Text, later: Number, earlier: Number, **options: Any) -> Measure:
    """Change from earlier to later in per cent of the earlier; of like definition, unit and place only."""
    comparable(later, earlier)
    change = (later.quantity / earlier.quantity - Quantity.exact(1)) * Quantity.exact(100)
    options.setdefault("decimals", 1)
    formula = N_("(later ÷ earlier − 1) × 100")
    return measure(name, label, change, [earlier, later], formula, unit="percent", **options)


def comparable(one: Number, other: Number) -> None:
    """Raises DefinitionsDiffer unless two numbers count the same thing in the same unit and place."""
    for what in ("definition", "unit", "place"):
        if getattr(one, what) != getattr(other, what):
            raise DefinitionsDiffer(
                f"cannot compare {one.name} with {other.name}: "
                f"found {what} {getattr(one, what)!r} and {getattr(other, what)!r}; allowed: the same {what}"
            )


def compounded(name: str, label: Text, changes: Sequence[Number], **options: Any) -> Measure:
    """Yearly changes in per cent, compounded, as wide as the rounding of each year's figure."""
    product = Quantity.exact(1)
    for change in changes:
        product = product * (Quantity.exact(1) + change.rounding() / Quantity.exact(100))
    total = (product - Quantity.exact(1)) * Quantity.exact(100)
    options.setdefault("decimals", 1)
    formula = N_("(product of (1 + yearly change) − 1) × 100, at worst ends of each rounding")
    return measure(name, label, total, changes, formula, unit="percent", estimate=True, **options)


def implied_count(name: str, label: Text, rate: Number, population: Number, **options: Any) -> Measure:
    """The count that a published rate per 100,000 implies: an interval as wide as the rate's rounding."""
    quantity = rate.rounding() * population.quantity / Quantity.exact(100_000)
    return measure(
        name,
        label,
        quantity,
        [rate, population],
        N_("rate, within its rounding, × population ÷ 100,000"),
        unit="incidents",
        estimate=True,
        **options,
    )


def share(name: str, label: Text, part: Number, whole: Number, **options: Any) -> Measure:
    """A part of a whole in per cent."""
    quantity = part.quantity / whole.quantity * Quantity.exact(100)
    options.setdefault("decimals", 1)
    return measure(name, label, quantity, [part, whole], N_("part ÷ whole × 100"), unit="percent", **options)


def share_interval(name: str, label: Text, part: Number, whole: Number, level: float, **options: Any) -> Measure:
    """Clopper-Pearson (1934) interval of a share of counts, in per cent, if events were independent."""
    from scipy.stats import binomtest

    test = binomtest(exact_count(part), exact_count(whole)).proportion_ci(level, "exact")
    quantity = Quantity.between(*(fraction_of(end * 100) for end in (test.low, test.high)))
    options.setdefault("decimals", 1)
    return measure(
        name,
        label,
        quantity,
        [part, whole],
        N_("Clopper-Pearson interval of part ÷ whole"),
        unit="percent",
        estimate=True,
        method=INDEPENDENT,
        **options,
    )


def count_interval(count: int, level: float) -> Quantity:
    """Garwood (1936) exact interval for the mean of a Poisson count; from zero where the count is zero."""
    from scipy.stats import chi2

    tail = (1 - level) / 2
    low = chi2.ppf(tail, 2 * count) / 2 if count else 0.0
    return Quantity.between(fraction_of(low), fraction_of(chi2.ppf(1 - tail, 2 * count + 2) / 2))


def rate_interval(
    name: str,
    label: Text,
    count: Number,
    exposure: Quantity,
    level: float,
    formula: Text,
    unit: str,
    **options: Any,
) -> Measure:
    """Garwood (1936) interval of a count over an exposure, at the worst ends of the exposure's own interval."""
    quantity = count_interval(exact_count(count), level) / exposure
    return measure(name, label, quantity, [count], formula, unit=unit, estimate=True, method=INDEPENDENT, **options)


def ratio_interval(name: str, label: Text, top: Number, bottom: Number, level: float, **options: Any) -> Measure:
    """Conditional-binomial (Clopper-Pearson) interval of a ratio of two counts, if events were independent."""
    from .detection import ratio_of_counts

    interval = ratio_of_counts(exact_count(bottom), exact_count(top), level=level)
    quantity = Quantity.between(fraction_of(interval.low), fraction_of(interval.high))
    formula = N_("conditional binomial (Clopper-Pearson) interval of the ratio of two counts")
    return measure(
        name,
        label,
        quantity,
        [top, bottom],
        formula,
        unit="ratio",
        estimate=True,
        method=INDEPENDENT,
        **options,
    )


def exact_count(number: Number) -> int:
    """A count as a whole number. Raises ValueError where it is not an exact one."""
    quantity = number.quantity
    if quantity.low != quantity.high or quantity.about or quantity.value.denominator != 1:
        raise ValueError(f"found {number.name} {quantity.worded()}; allowed: an exact whole count")
    return int(quantity.value)


def fraction_of(value: float) -> Fraction:
    """A computed float as a fraction of ten significant decimals, so that it prints the same everywhere."""
    return Fraction(f"{float(value):.10f}")


def a_year(
    name: str,
    label: Text,
    total: Number,
    nouns: Callable[[str], dict[str, dict[str, str]]],
    *,
    last_counts: bool,
    decimals: int,
) -> Measure:
    """Money over the years that a source names as a first and a last one, counting the last in full or not at
    all: more than 345 million over 2025 to 2030 is more than 57.5 or more than 69.0 million a year."""
    if last_counts:
        years = years_in(f"{total.name}_years_more", N_("Years, if the last one counts in full"), total, nouns("years"))
    else:
        years = years_between(
            f"{total.name}_years_fewer", N_("Years, if the last one only closes the period"), total, nouns("years")
        )
    return divided(name, label, total, years, unit="cad_per_year", nouns=nouns("cad_per_year"), decimals=decimals)


def years_between(name: str, label: Text, figure: Number, nouns: dict[str, dict[str, str]]) -> Measure:
    """The years from the first of a figure's period to its last, which is not counted."""
    years = int(figure.end[:4]) - int(figure.start[:4])
    formula = N_("last year − first year")
    return measure(name, label, Quantity.exact(years), [figure], formula, unit="years", nouns=nouns)


def total(name: str, label: Text, parts: Sequence[Number], **options: Any) -> Measure:
    """Parts of one unit and place added up. Raises DefinitionsDiffer for unlike units or places."""
    for part in parts[1:]:
        for what in ("unit", "place"):
            if getattr(part, what) != getattr(parts[0], what):
                raise DefinitionsDiffer(f"cannot add {part.name} to {parts[0].name}; allowed: the same {what}")
    quantity = parts[0].quantity
    for part in parts[1:]:
        quantity = quantity + part.quantity
    return measure(name, label, quantity, parts, N_("sum of the parts"), **options)


def against(one: Quantity, other: Quantity) -> str:
    """Whether an interval lies wholly ``above`` or ``below`` another, or is ``unknown`` to do either."""
    if one.about or other.about:
        return "unknown"
    if clears(one, other):
        return "above"
    return "below" if clears(other, one) else "unknown"


def clears(upper: Quantity, lower: Quantity) -> bool:
    """Whether every value of one interval is larger than every value of the other."""
    if upper.low is None or lower.high is None:
        return False
    return upper.low > lower.high or (upper.low == lower.high and (upper.low_open or lower.high_open))


def direction(quantity: Quantity) -> str:
    """What an interval of a change supports: ``rose``, ``fell``, ``unchanged`` or ``unknown``."""
    if quantity.low is not None and (quantity.low > 0 or (quantity.low == 0 and quantity.low_open)):
        return "rose"
    if quantity.high is not None and (quantity.high < 0 or (quantity.high == 0 and quantity.high_open)):
        return "fell"
    return "unchanged" if quantity.low == quantity.high == 0 else "unknown"
