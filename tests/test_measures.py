"""What every measure takes from its inputs, and the review's formulas against numbers worked out by hand."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from small import Make, in_both

from evaluation.methods.counts import Reports, ratio_of_counts
from evaluation.numbers import measures
from evaluation.numbers.notation import RATES
from evaluation.numbers.number import DefinitionsDiffer, Number
from evaluation.numbers.publication import Caveat
from evaluation.numbers.quantity import Quantity, rounded_fraction
from evaluation.problems import Refused

NONE = Quantity.exact(1)


@pytest.mark.parametrize(
    ("periods", "span"),
    [
        ([("2013", "2013"), ("2010", "2010")], ("2010", "2013")),
        ([("2021/22", "2023/24"), ("2021", "2022")], ("2021", "2023/24")),
        ([("2021-12", "2023-02"), ("2021-12", "2023-02-22")], ("2021-12", "2023-02")),
        ([("2005", ""), ("2010", "2017-11")], ("2005", "")),
        ([("", ""), ("2010", "2010")], ("", "")),
    ],
)
def test_a_measure_spans_the_periods_of_its_inputs_in_any_order(
    periods: list[tuple[str, str]], span: tuple[str, str], number: Make
) -> None:
    inputs = [number(NONE, name=f"n{i}", start=start, end=end) for i, (start, end) in enumerate(periods)]
    measure = measures.measure("m", "m", NONE, inputs, "formula")
    assert (measure.start, measure.end) == span


def test_an_input_of_another_definition_does_not_move_the_period(number: Make) -> None:
    people = number(NONE, name="people", definition="population", start="1990", end="2030")
    measure = measures.measure("m", "m", NONE, [number(NONE, start="2021", end="2022"), people], "formula")
    assert (measure.start, measure.end) == ("2021", "2022")


def test_a_measure_takes_unit_place_and_words_from_its_first_input_and_no_words_for_another_unit(number: Make) -> None:
    nouns, cases = (
        {"en": {"other": en}, "fr": {"other": fr}} for en, fr in (("people", "personnes"), ("cases", "cas"))
    )
    first = number(NONE, name="first", unit="people", nouns=nouns)
    made = measures.measure("m", "A label", Quantity.exact(2), [first, number(NONE, name="second")], "formula")
    assert (made.name, made.label, made.quantity, made.formula) == ("m", "A label", Quantity.exact(2), "formula")
    alike = ("unit", "nouns", "place", "place_label", "definition", "definition_label")
    assert [getattr(made, name) for name in alike] == [getattr(first, name) for name in alike]
    assert ([n.name for n in made.inputs], made.decimals, made.method) == (["first", "second"], 0, "")
    for fields, words in (({}, nouns), ({"unit": "percent"}, {}), ({"nouns": cases}, cases)):
        assert measures.measure("m", "m", NONE, [first], "", **fields).nouns == words


def test_a_measure_obliges_each_caveat_of_its_inputs_and_its_own_once(number: Make) -> None:
    caveats = {name: Caveat(name, {"en": name, "fr": name}) for name in "abc"}
    first = number(NONE, name="one", caveats=(caveats["a"], caveats["b"]))
    second = number(NONE, name="two", caveats=(caveats["b"],))
    made = measures.measure("m", "m", NONE, [first, second], "", caveats=[caveats["c"], caveats["a"]])
    assert [caveat.caveat for caveat in made.caveats] == ["a", "b", "c"]


def test_what_rests_on_an_estimate_or_says_so_is_one(number: Make) -> None:
    known, guess = number(NONE, name="known"), number(NONE, "estimate", name="guess")
    made = [measures.measure("m", "m", NONE, inputs, "") for inputs in ([known], [known, guess])]
    made.append(measures.measure("m", "m", NONE, [known], "", estimate=True))
    assert [result.kind for result in made] == ["derived", "estimate", "estimate"]


def test_an_exact_count_is_a_whole_number_and_nothing_else(number: Make) -> None:
    assert measures.exact_count(number(Quantity.exact(28))) == 28
    for odd in (Quantity.between(1, 2), Quantity.of("about", 28), Quantity.exact("2.5"), Quantity.of("at-least", 3)):
        with pytest.raises(Refused, match=r"found people .*; allowed: an exact whole count"):
            measures.exact_count(number(odd, name="people"))


def test_a_float_becomes_a_fraction_of_ten_decimals() -> None:
    assert rounded_fraction(1 / 3) == Fraction(3333333333, 10**10)
    assert rounded_fraction(0.1 + 0.2) == Fraction(3, 10)


@pytest.mark.parametrize(
    ("left", "right", "side"),
    [
        (Quantity.between(5, 6), Quantity.between(1, 4), "above"),
        (Quantity.between(1, 4), Quantity.between(5, 6), "below"),
        (Quantity.between(1, 5), Quantity.between(4, 6), "unknown"),
        (Quantity.of("at-least", 9), Quantity.exact(8), "above"),
        (Quantity.of("up-to", 9), Quantity.exact(10), "below"),
        (Quantity.of("about", 9), Quantity.exact(1), "unknown"),
        (Quantity.exact(9), Quantity.of("about", 1), "unknown"),
    ],
)
def test_one_interval_lies_above_or_below_another_or_nobody_knows(left: Quantity, right: Quantity, side: str) -> None:
    assert measures.against(left, right) == side


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Quantity.between(1, 2), "rose"),
        (Quantity.between(-2, -1), "fell"),
        (Quantity.between(-1, 1), "unknown"),
        (Quantity.between(0, 1), "unknown"),
        (Quantity.between(-1, 0), "unknown"),
        (Quantity.exact(0), "unchanged"),
        (Quantity.of("more-than", 0), "rose"),
        (Quantity.of("at-least", 0), "unknown"),
        (Quantity(None, Fraction(0), high_open=True), "fell"),
        (Quantity(None, Fraction(0)), "unknown"),
        (Quantity(None, Fraction(-1)), "fell"),
    ],
)
def test_a_change_has_the_direction_that_its_whole_interval_has(change: Quantity, expected: str) -> None:
    assert measures.direction(change) == expected


@pytest.mark.parametrize(("value", "decimals"), [(3, 0), ("2.50", 1), (Decimal("0.125"), 3), (100, 0)])
def test_a_number_without_origin_has_its_own_decimals_and_nothing_else(value: Any, decimals: int) -> None:
    made = measures.without_origin("n", "A label", value, "ratio", "formula", method="so")
    assert (made.name, made.label, made.unit, made.formula, made.method) == ("n", "A label", "ratio", "formula", "so")
    assert (made.quantity, made.decimals) == (Quantity.exact(value), decimals)
    empty = ("definition", "definition_label", "place", "place_label", "start", "end")
    assert {getattr(made, name) for name in empty} == {""}
    assert (made.caveats, made.inputs, made.kind) == ((), (), "derived")


def test_words_make_a_label_longer_in_both_languages() -> None:
    label, words = {"en": "Cases", "fr": "Affaires"}, {"en": "as printed", "fr": "telles qu’imprimées"}
    longer = in_both(measures.with_words(label, words))
    assert longer == {"en": "Cases, as printed", "fr": "Affaires, telles qu’imprimées"}


def test_what_is_said_of_events_in_cases_has_the_factor_of_their_variance() -> None:
    method: Any = measures.by_variance(2.5)
    assert ("is 2.5 times" in method["en"], "2,5 fois" in method["fr"]) == (True, True)


def two_years(number: Make) -> tuple[Number, Number, tuple[Number, Number]]:
    counts = [number(Quantity.exact(n), name=f"count_{n}", unit="incidents") for n in (400, 440)]
    people = [number(Quantity.exact(n), name=f"people_{n}", unit="people") for n in (1_000_000, 1_100_000)]
    return counts[0], counts[1], (people[0], people[1])


def exact_interval(earlier: int, later: int, level: float) -> list[float]:
    """Clopper and Pearson's interval of the later year's part of both, as a change in per cent."""
    from scipy.stats import beta  # a second and a half, which no quick test waits for

    tail, both = (1 - level) / 2, earlier + later
    ends = beta.ppf(tail, later, both - later + 1), beta.ppf(1 - tail, later + 1, both - later)
    return [float((end / (1 - end) - 1) * 100) for end in ends]


@pytest.mark.slow
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_a_change_with_chance_is_the_conditional_binomial_of_both_counts(level: float, number: Make) -> None:
    earlier, later, people = two_years(number)
    plain = measures.change_with_chance("c", "A label", later, earlier, level)
    ends = [float(end) for end in (plain.quantity.low, plain.quantity.high)]
    assert ends == pytest.approx(exact_interval(400, 440, level), abs=1e-6)
    fields = (plain.name, plain.label, plain.unit, plain.decimals, plain.kind)
    assert fields == ("c", "A label", "percent", 1, "estimate")
    assert (plain.method, plain.inputs) == (measures.INDEPENDENT, (earlier, later))
    given = measures.change_with_chance("c", "c", later, earlier, level, people=people, decimals=3, method="so")
    fields = (given.quantity, given.inputs, given.decimals, given.method)
    assert fields == (plain.quantity, (earlier, *people, later), 3, "so")


@pytest.mark.slow
def test_a_change_per_person_takes_the_growth_of_the_population_out(number: Make) -> None:
    earlier, later, people = two_years(number)
    change = measures.change_with_chance("c", "c", later, earlier, 0.95, people=people, per_person=True)
    expected = [((1 + end / 100) / 1.1 - 1) * 100 for end in exact_interval(400, 440, 0.95)]
    assert [float(change.quantity.low), float(change.quantity.high)] == pytest.approx(expected, abs=1e-6)


def rate_of(number: Make, printed: str, unit: str = "per_100k") -> Number:
    decimals = len(printed.partition(".")[2])
    return number(Quantity.exact(printed), name=f"rate_{printed}", unit=unit, decimals=decimals)


def test_reports_are_a_count_or_all_that_a_rounded_rate_leaves_open(number: Make) -> None:
    count = number(Quantity.exact(28))
    people, many = (number(Quantity.exact(n), name="people", unit="people") for n in (14_842_488, 10**12))
    assert measures.reports_of(rate_of(number, "2.3"), people) == Reports(334, 348)
    assert measures.reports_of(rate_of(number, "2.3"), many) == Reports(22_500_000, 23_499_999)
    assert measures.reports_of(rate_of(number, "2.3", "per_1000_people"), people) == Reports(33_396, 34_879)
    assert measures.reports_of(count, people) == measures.reports_of(count) == Reports(28, 28)


@pytest.mark.parametrize("unit", ["percent", "percentage_points", "cad", "cad_per_year", "index_points", "ratio"])
def test_what_is_measured_and_not_counted_is_no_count_of_reports(unit: str, number: Make) -> None:
    with pytest.raises(Refused, match=rf"found share, in {unit}; allowed: a count, or a rate"):
        measures.reports_of(number(Quantity.exact(93), name="share", unit=unit))


def test_an_average_is_no_count_of_reports(number: Make) -> None:
    reports, years = (number(Quantity.exact(n), name=name, unit=name) for n, name in ((93, "reports"), (3, "years")))
    with pytest.raises(Refused, match="found reports ÷ years, in reports ÷ years; allowed: a count, or a rate"):
        measures.reports_of(reports / years)
    assert measures.reports_of(reports + reports) == Reports(186, 186)


@pytest.mark.parametrize("unit", RATES)
def test_a_rate_without_its_population_is_no_count(unit: str, number: Make) -> None:
    rate = rate_of(number, "2.3", unit)
    for asked in (lambda: measures.reports_of(rate), lambda: measures.change_with_chance("c", "c", rate, rate, 0.95)):
        with pytest.raises(Refused, match=r"found rate_2.3, a rate without a population; allowed: a count, or a rate"):
            asked()


def test_rounded_rates_give_a_wider_change_than_any_of_their_counts(number: Make) -> None:
    people = tuple(number(Quantity.exact(n), name=f"people_{n}") for n in (14_842_488, 16_124_116))
    change = measures.change_with_chance("c", "c", rate_of(number, "2.3"), rate_of(number, "2.3"), 0.95, people=people)
    for first, second in ((334, 378), (348, 363), (340, 370)):
        inside = ratio_of_counts(first, second)
        assert float(change.quantity.low) <= (inside.low - 1) * 100 + 1e-9
        assert float(change.quantity.high) >= (inside.high - 1) * 100 - 1e-9


def test_two_definitions_are_never_compared(number: Make) -> None:
    first, second = number(NONE, name="one"), number(NONE, name="other", definition="another")
    with pytest.raises(DefinitionsDiffer):
        measures.change_with_chance("c", "c", second, first, 0.95)
