"""Bounds survive arithmetic, and round the safe way."""

import csv
import math
import operator
import pickle
import re
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small import ROOT, Make

from evaluation.numbers.figures import NoFigure
from evaluation.numbers.formula import absolute_value
from evaluation.numbers.notation import RATES, decimals_of, noun_of, show
from evaluation.numbers.number import Number
from evaluation.numbers.quantity import Bound, CannotBeKept, NotANumber, Quantity, fraction, quantile, sum_of
from evaluation.problems import Refused
from evaluation.records import chapter as records

EXACT, MORE, LEAST, LESS, UP, ABOUT = "exact", "more-than", "at-least", "less-than", "up-to", "about"


@pytest.mark.parametrize(
    ("dividend", "divisor", "bound", "value"),
    [
        ((MORE, 29000), (EXACT, 3), MORE, Fraction(29000, 3)), ((ABOUT, 70), (EXACT, 7), ABOUT, 10),
        ((MORE, 10), (UP, 5), MORE, 2), ((MORE, 10), (LESS, 5), MORE, 2), ((LEAST, 10), (UP, 5), LEAST, 2),
        ((LEAST, 10), (LESS, 5), MORE, 2),  # 10 over less than 5 is more than 2
        ((UP, 72), (EXACT, 4), UP, 18), ((LESS, 72), (EXACT, 4), LESS, 18), ((UP, 10), (LEAST, 5), UP, 2),
        ((UP, 10), (MORE, 5), LESS, 2),  # at most 10 over more than 5 is less than 2 (or zero)
    ],
)  # fmt: skip
def test_division(dividend: tuple[str, int], divisor: tuple[str, int], bound: str, value: Fraction) -> None:
    result = Quantity.of(*dividend) / Quantity.of(*divisor)
    assert (result.bound, result.value) == (Bound(bound), value)


def test_sum_and_difference() -> None:
    assert (Quantity.of(MORE, 5) + Quantity.of(LEAST, 3)).bound is Bound.MORE_THAN
    assert (Quantity.of(MORE, 345) - Quantity.exact(307)) == Quantity.of(MORE, 38)
    assert (Quantity.of(MORE, 345) - Quantity.of(UP, 72)).value == 273
    assert Quantity.between(1, 2) - Quantity.between(1, 2) == Quantity.between(-1, 1)
    less = Quantity.exact(10) - Quantity.of("less-than", 3)  # more than 7: the open end changes sides
    assert less == Quantity(Fraction(7), Fraction(10), low_open=True)


@pytest.mark.parametrize(
    ("left", "right", "operation"),
    [
        (Quantity.of(MORE, 2), Quantity.of(MORE, 1), "__sub__"),  # two "more than" do not subtract
        (Quantity.of(ABOUT, 2), Quantity.of(MORE, 1), "__add__"),
        (Quantity.exact(2), Quantity.exact(0), "__truediv__"),
        (Quantity.exact(2), Quantity.between(-1, 1), "__truediv__"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_with_a_reason(left: Quantity, right: Quantity, operation: str) -> None:
    with pytest.raises(CannotBeKept, match="bound"):
        getattr(left, operation)(right)


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (Quantity.exact(100) - Quantity.of(MORE, 80), "less than 20"),
        (Quantity.of(UP, 2) - Quantity.of(MORE, 1), "less than 1"),
        (Quantity.of(LEAST, 5) - Quantity.of(UP, 5), "at least 0"),
        (Quantity.exact(2) / Quantity.between(-4, -1), "between -2 and -1/2"),
        (Quantity.exact(1) / (Quantity.exact(0) - Quantity.of(MORE, 2)), "between -1/2 and 0"),
        (Quantity.exact(1) / Quantity.of(LEAST, 0), "more than 0"),
        (absolute_value(Quantity.of(MORE, 2)), "more than 2"),
        (absolute_value(Quantity.exact(1) - Quantity.of(MORE, 0)), "at least 0"),
    ],
)
def test_a_bound_that_follows_is_kept(result: Quantity, words: str) -> None:
    assert result.in_english() == words


def test_an_open_end_is_not_in_the_interval() -> None:
    ends = Fraction(1), Fraction(2)
    for low_open, high_open in ((False, False), (False, True), (True, False)):
        membership = [Quantity(*ends, low_open, high_open).contains(n) for n in (0, 1, 2, 3)]
        assert membership == [False, not low_open, not high_open, False]


def test_rounded_for_show_the_safe_way() -> None:
    assert (Quantity.of(MORE, 29000) / Quantity.exact(3)).round_outwards(0) == Quantity.of(MORE, 9666)
    assert Quantity.of(UP, "9.1").round_outwards(0) == Quantity.of(UP, 10)
    assert Quantity.between("2.25", "2.35").round_outwards(1) == Quantity.between("2.2", "2.4")
    assert Quantity.exact("2.5").round_outwards(0) == Quantity.of(ABOUT, 2)  # half to even, and no longer exact
    assert Quantity.exact("2.0").round_outwards(0) == Quantity.exact(2)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "NaN", "Infinity"])
def test_only_finite_numbers(value: object) -> None:
    with pytest.raises(NotANumber, match="a finite number"):
        fraction(value)


@pytest.mark.parametrize(
    ("quantity", "unit", "decimals", "en", "fr"),
    [
        (Quantity.of(MORE, 29000), "people", 0, "more than 29,000", "plus de 29\u00a0000"),
        (Quantity.of(MORE, 345_000_000), "cad", 0, "more than $345\u00a0million", "plus de 345\u00a0M$"),
        (Quantity.of(UP, 72_000_000), "cad", 0, "up to $72\u00a0million", "jusqu’à 72\u00a0M$"),
        (Quantity.exact("75"), "cad", 0, "$75", "75\u00a0$"),
        (Quantity.exact(-2_000_000), "cad", 0, "−$2\u00a0million", "−2\u00a0M$"),
        (Quantity.exact("51.2"), "percent", 1, "51.2%", "51,2\u00a0%"),
        (Quantity.between("2.25", "2.35"), "per_100k", 2, "between 2.25 and 2.35", "entre 2,25 et 2,35"),
        (Quantity.exact("0.123456789"), "per_1000_people", 9, "about 0.123", "environ 0,123"),
        (Quantity.exact(-44), "percent", 0, "−44%", "−44\u00a0%"),
        (Quantity.exact("4.6428"), "ratio", 1, "about 4.6", "environ 4,6"),
        (Quantity.of("less-than", 10), "percent", 0, "less than 10%", "moins de 10\u00a0%"),
        (Quantity.between("0.77", "81.5"), "percent", 0, "between 0% and 82%", "entre 0\u00a0% et 82\u00a0%"),
    ],
)
def test_words(number: Make, quantity: Quantity, unit: str, decimals: int, en: str, fr: str) -> None:
    made = number(quantity, unit=unit, decimals=decimals)
    assert (show(made, "en").words, show(made, "fr").words) == (en, fr)


def test_what_a_machine_reads_is_what_is_shown(number: Make) -> None:
    money = show(number(Quantity.of(MORE, 345_400_000), unit="cad", decimals=0), "en")
    assert (money.value, money.bound, money.words) == ("345000000", "more-than", "more than $345\u00a0million")
    exact = [show(number(Quantity.exact(1_054_000), unit="cad", decimals=3), lang).words for lang in ("en", "fr")]
    assert exact == ["$1,054,000", "1\u00a0054\u00a0000\u00a0$"]
    between = show(number(Quantity.between("2.25", "2.35"), decimals=2), "fr")
    assert (between.low, between.high) == ("2.25", "2.35")


@pytest.mark.parametrize(
    ("bound", "ends"),
    [
        ("exact", ("72", "72")), ("about", ("72", "72")), ("up-to", ("", "72")), ("less-than", ("", "72")),
        ("at-least", ("72", "")), ("more-than", ("72", "")),
    ],
)  # fmt: skip
def test_an_end_that_a_bound_lacks_is_empty(number: Make, bound: str, ends: tuple[str, str]) -> None:
    shown = show(number(Quantity.of(bound, 72)), "en")
    assert (shown.value, shown.low, shown.high) == ("72", *ends)


@pytest.mark.parametrize(
    ("count", "en", "fr"), [(0, "incidents", "incident"), (1, "incident", "incident"), (2, "incidents", "incidents")]
)
def test_nouns_agree(number: Make, count: int, en: str, fr: str) -> None:
    nouns = {lang: {"one": "incident", "other": "incidents"} for lang in ("en", "fr")}
    made = number(Quantity.exact(count), nouns=nouns)
    assert (noun_of(made, "en"), noun_of(made, "fr")) == (en, fr)


def test_a_number_whose_period_ends_before_it_starts_is_refused(number: Make) -> None:
    with pytest.raises(ValueError, match="found a_number, 2013 to 2010; allowed: a period that starts before it ends"):
        number(Quantity.exact(1), start="2013", end="2010")
    assert number(Quantity.exact(1), start="2005", end="").period["en"] == "since 2005, end not stated"


@pytest.mark.parametrize("data", [ROOT / "data", ROOT / "tests" / "data"], ids=["review", "tests"])
def test_the_base_of_each_rate_is_that_of_its_words(data: Path) -> None:
    with (data / "units.csv").open(encoding="utf-8") as file:
        words = {row["unit"]: row["other_en"] for row in csv.DictReader(file)}
    bases = {unit: re.search(r"per (1[\d,]+)", noun) for unit, noun in words.items()}
    assert {unit: int(base[1].replace(",", "")) for unit, base in bases.items() if base} == RATES


def test_decimals_as_published() -> None:
    assert [decimals_of(v, "per_100k") for v in ("2.3", "1.0", "0.40", "2", "1000000.5")] == [1, 1, 2, 0, 1]
    assert [decimals_of(v, "cad") for v in ("345000000", "18600000", "1054000")] == [0, 1, 3]


fractions = st.fractions(min_value=-1000, max_value=1000, max_denominator=50)
positive = st.fractions(min_value=0, max_value=1000, max_denominator=50)
ends = st.one_of(st.none(), fractions)


@st.composite
def any_interval(draw: st.DrawFn) -> Quantity:
    """An interval with one end or two, open or closed, below zero too."""
    low, high = draw(ends), draw(ends)
    if low is None and high is None:
        high = Fraction(draw(st.integers(-5, 5)))
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
    apart = low != high
    return Quantity(low, high, apart and draw(st.booleans()), apart and draw(st.booleans()))


quantities = st.one_of(
    st.builds(Quantity.of, st.sampled_from(["exact", "more-than", "at-least", "up-to"]), positive),
    st.builds(Quantity.of, st.just("less-than"), positive.filter(bool)),
    st.tuples(positive, positive).map(lambda ends: Quantity.between(min(ends), max(ends))),
    any_interval(),
)


FAR = 5000  # how far members of an open-ended interval lie


def least_and_most(quantity: Quantity) -> tuple[Fraction, Fraction]:
    """The ends between which members are drawn."""
    low = quantity.low if quantity.low is not None else Fraction(-FAR)
    return low, quantity.high if quantity.high is not None else Fraction(FAR)


@st.composite
def quantity_and_member(draw: st.DrawFn) -> tuple[Quantity, Fraction]:
    """A quantity and a number that it allows."""
    quantity = draw(quantities)
    low, high = least_and_most(quantity)
    member = draw(st.fractions(min_value=low, max_value=high, max_denominator=10**6).filter(quantity.contains))
    return quantity, member


OPERATIONS = {"+": operator.add, "−": operator.sub, "×": operator.mul, "÷": operator.truediv}


@given(quantity_and_member(), quantity_and_member(), st.sampled_from([*OPERATIONS]))
def test_a_result_is_never_tighter_than_its_inputs_allow(
    left: tuple[Quantity, Fraction], right: tuple[Quantity, Fraction], symbol: str
) -> None:
    if symbol == "÷" and right[1] == 0:
        return
    try:
        result = OPERATIONS[symbol](left[0], right[0])
    except CannotBeKept:
        return
    assert result.contains(OPERATIONS[symbol](left[1], right[1]))


def points(quantity: Quantity) -> list[Fraction]:
    """Members of an interval near its ends and zero, and far out where it has no end."""
    low, high = least_and_most(quantity)
    near = [end + step for end in (low, high, Fraction(0)) for step in (0, Fraction(1, 10**9), -Fraction(1, 10**9))]
    far = [end * 10**9 for end, known in ((low, quantity.low), (high, quantity.high)) if known is None]
    return [point for point in [*near, (low + high) / 2, *far] if quantity.contains(point)]


@pytest.mark.long
@settings(max_examples=500)
@given(any_interval(), any_interval(), st.sampled_from([*OPERATIONS]))
def test_no_bound_follows_where_arithmetic_is_refused(left: Quantity, right: Quantity, symbol: str) -> None:
    """Points of the operands give results as far out as one likes, on both sides; nothing else is refused."""
    try:
        OPERATIONS[symbol](left, right)
    except CannotBeKept:
        pairs = [(a, b) for a in points(left) for b in points(right) if b or symbol != "÷"]
        results = [OPERATIONS[symbol](a, b) for a, b in pairs]
        undefined = symbol == "÷" and right == Quantity.exact(0)
        of_nothing = symbol == "÷" and left == Quantity.exact(0)  # nothing over what may be nothing
        assert undefined or of_nothing or (max(results) > 10**5 and min(results) < -(10**5))


@given(st.lists(quantity_and_member(), min_size=1, max_size=6), st.fractions(min_value=0, max_value=1))
def test_sums_and_orders_of_many_hold_those_of_their_members(
    pairs: list[tuple[Quantity, Fraction]], place: Fraction
) -> None:
    terms, members = [pair[0] for pair in pairs], sorted(pair[1] for pair in pairs)
    at = place * (len(members) - 1)
    below, above = members[math.floor(at)], members[math.ceil(at)]
    for many, value in (
        (sum_of, sum(members)),
        (lambda all_: quantile(all_, place), below + (above - below) * (at % 1)),
    ):
        with suppress(CannotBeKept):
            assert many(terms).contains(value)


@given(quantities, quantities)
def test_the_size_and_one_over_hold_those_of_each_member(quantity: Quantity, divisor: Quantity) -> None:
    assert all(absolute_value(quantity).contains(abs(point)) for point in points(quantity))
    with suppress(CannotBeKept):
        assert all(divisor.reciprocal().contains(1 / point) for point in points(divisor) if point)


@given(quantity_and_member(), st.integers(min_value=0, max_value=3))
def test_rounding_never_excludes_what_was_allowed(pair: tuple[Quantity, Fraction], decimals: int) -> None:
    quantity, member = pair
    assert quantity.round_outwards(decimals).contains(member)


@given(quantities, st.integers(min_value=1, max_value=10**6))
def test_conversion_goes_through_and_back(quantity: Quantity, factor: int) -> None:
    assert quantity.scale_by(factor).scale_by(Fraction(1, factor)) == quantity
    assert Quantity.from_record(quantity.record()) == quantity


def test_a_column_that_holds_no_figures_is_refused_with_those_that_do() -> None:
    message = "found police_reported.year, which is no column of figures; allowed: incidents, rate_per_100k"
    with pytest.raises(Refused, match=message):
        records.Chapter().column("police_reported", "year")


def test_a_figure_that_is_misspelt_is_told_the_nearest() -> None:
    figures = records.Chapter().figures
    message = r"found no figure 'people_serve' \(nearest: people_served\); allowed: an id of data/figures.csv"
    with pytest.raises(AttributeError, match=message):
        figures.people_serve  # noqa: B018
    with pytest.raises(NoFigure, match=message):
        figures["people_serve"]
    assert figures.people_served is figures["people_served"]
    assert figures.get("people_serve") is None
    assert not hasattr(figures, "people_serve")
    assert type(figures[["people_served"]]) is type(figures.dropna()) is pd.Series
    assert pickle.loads(pickle.dumps(figures)).people_served == figures.people_served


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [("2021/22", "2023/24", 3), ("2025", "2030", 6), ("2020/21", "2020/21", 1), ("2021-12", "2023-02", 3)],
)
def test_fiscal_years_count_the_first_and_the_last(number: Make, start: str, end: str, years: int) -> None:
    length = Number.fiscal_years(number(Quantity.exact(1), start=start, end=end))
    assert (length.quantity, length.unit) == (Quantity.exact(years), "years")
    assert length.nouns["fr"]["other"] == "ans"


@pytest.mark.parametrize(
    ("start", "end", "low", "high"),
    [
        # December 31 to February 1, and December 1 to February 28, last days included.
        ("2021-12", "2023-02", Fraction(1, 31) + 13 + Fraction(1, 28), 15),
        ("2021-12", "2023-02-22", Fraction(1, 31) + 13 + Fraction(22, 28), 14 + Fraction(22, 28)),
        ("2023-02-01", "2023-02-28", 1, 1),
        ("2023-02-28", "2023-02-28", Fraction(1, 28), Fraction(1, 28)),
        ("2024-02-01", "2024-02-15", Fraction(15, 29), Fraction(15, 29)),  # a leap year
    ],
)
def test_months_are_an_interval_where_a_day_is_not_stated(
    number: Make, start: str, end: str, low: Fraction, high: Fraction
) -> None:
    months = Number.months(number(Quantity.exact(65), start=start, end=end))
    assert (months.quantity.low, months.quantity.high, months.kind) == (low, high, "derived")


@pytest.mark.parametrize(
    ("first", "second", "years"),
    [
        (("2009/10", "2019/20"), ("2008/09", "2017/18"), 9),
        (("2012", "2015"), ("2015", "2020"), 1),
        (("2012", "2013"), ("2015", "2020"), 0),
    ],
)
def test_years_that_two_periods_share(
    number: Make, first: tuple[str, str], second: tuple[str, str], years: int
) -> None:
    pair = [number(Quantity.exact(1), name=s, start=s, end=e) for s, e in (first, second)]
    assert Number.shared_years(*pair).quantity == Quantity.exact(years)


@pytest.mark.parametrize("length", [Number.fiscal_years, Number.months])
@pytest.mark.parametrize(("start", "end"), [("2020", ""), ("", "")])
def test_a_period_that_is_not_stated_has_no_length(
    number: Make, length: Callable[[Number], Number], start: str, end: str
) -> None:
    with pytest.raises(Refused, match=r"whose period is not stated .*; allowed: a first and a last year"):
        length(number(Quantity.exact(1), start=start, end=end))
