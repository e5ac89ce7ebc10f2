"""What prose is filled with: names recorded, names absent, parameters by their type, and numbers in their order."""

import re

import pytest
from small import ROOT, Make, in_both, read_table

from evaluation import figure
from evaluation.language import NO_BREAK
from evaluation.numbers import measures
from evaluation.numbers.notation import RATES
from evaluation.numbers.number import DefinitionsDiffer, Measure, Number, Undecided
from evaluation.numbers.publication import Caveat
from evaluation.numbers.quantity import CannotBeKept, Quantity
from evaluation.problems import Refused
from evaluation.records.prose import Values, mark_times
from evaluation.reviews.parameters import Parameter, Scalar, convert

SCALARS: list[tuple[str, str, bool, Scalar]] = [
    ("bool", "true", False, True), ("bool", "true", True, "true"), ("bool", "yes", False, "yes"),
    ("int", "12", False, 12), ("int", "012", False, "012"), ("int", "12", True, "12"), ("Decimals", "2", False, 2),
    ("float", "0.5", False, 0.5), ("str", "12", False, "12"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "quoted", "expected"), SCALARS)
def test_a_text_by_its_declared_type(kind: str, text: str, quoted: bool, expected: Scalar) -> None:
    converted = convert(text, Parameter("a", kind, ""), quoted=quoted)
    assert (converted, type(converted)) == (expected, type(expected))


def of(number: Make, bound: str, value: object, high: object = None, **meaning: object) -> Number:
    return number(Quantity.of(bound, value, high), name=f"n_{value}_{high}", **meaning)


def test_numbers_are_ordered_by_all_that_their_bounds_allow(number: Make) -> None:
    five, seven, more = of(number, "exact", 5), of(number, "exact", 7), of(number, "more-than", 7)
    assert [five < seven, seven > five, five <= seven, seven >= five, more > seven, five < 6, five <= 5] == [True] * 7
    assert [seven < five, five > seven, seven <= five, five >= seven, five > 6, five < 5] == [False] * 6
    assert (hash(five), five == 5, five == of(number, "exact", 5)) == (hash(5), True, True)
    with pytest.raises(TypeError, match="found '5' beside 5"):
        five + "5"
    with pytest.raises(Undecided) as undecided:
        _ = of(number, "more-than", 4) < five
    message = "found more than 4 [n_4_None] and 5 [n_5_None], which their bounds leave in either order"
    assert str(undecided.value) == f"{message}; allowed: bounds apart"


@pytest.mark.parametrize(
    ("what", "other", "actual"),
    [
        ("definition", {"definition": "another"}, "'a_definition' and 'another'"),
        ("unit", {"unit": "charges"}, "'people' and 'charges'"),
        ("place", {"place": "Quebec"}, "'Ontario' and 'Quebec'"),
    ],
)
def test_unlike_numbers_are_neither_ordered_nor_added_nor_taken_away(
    what: str, other: dict[str, str], actual: str, number: Make
) -> None:
    five, seven = of(number, "exact", 5), of(number, "exact", 7, **other)
    message = (
        f"cannot compare n_5_None with n_7_None: found {what} {actual}; allowed: the same {what} (or a ratio of the "
    )
    message += "two, by ÷; or parts of a whole, each by .counting(unit, why=, definition=, place=); or sort_values(), "
    message += "which orders for show)"
    for mixed in (lambda: five < seven, lambda: five + seven, lambda: five - seven):
        with pytest.raises(DefinitionsDiffer) as differ:
            mixed()
        assert str(differ.value) == message


def test_units_are_told_as_a_formula(number: Make) -> None:
    people, charges, days = (of(number, "exact", 4, unit=unit) for unit in ("people", "charges", "days"))
    for made, units in ((people * charges / days, "people × charges ÷ days"), (1 / people / days, "1 ÷ people ÷ days")):
        with pytest.raises(Refused, match=f"in {units}; allowed: a ratio of like numbers, which has no unit"):
            made.percent()
    with pytest.raises(Refused, match=r"worked out from no data; allowed: a number of data/ to count as cases$"):
        people.with_meaning(vocabulary=None).counting("cases", why="each is one")


def test_a_length_of_time_says_what_it_is_and_how_it_was_counted(number: Make) -> None:
    longer, shorter = (number(Quantity.exact(1), name=name, start=start, end=end)
                  for name, start, end in (("a", "2012", "2015"), ("b", "2014", "2020")))  # fmt: skip
    lengths = [longer.fiscal_years(), longer.shared_years(shorter), longer.months(decimals=2)]
    assert [(length.name, length.label, length.formula, length.unit, length.decimals) for length in lengths] == [
        ("a_fiscal_years", "Fiscal years covered", "last year − first year + 1", "years", 0),
        ("a_b_shared_years", "Fiscal years in both periods", "years that both periods hold", "years", 0),
        ("a_months", "Months covered",
         "months from the first to the last day, at the earliest and latest that the source allows", "months", 2),
    ]  # fmt: skip
    assert [[part.name for part in length.inputs] for length in lengths] == [["a"], ["a", "b"], ["a"]]
    assert in_both(longer.with_period) == {"en": "A label, 2012 to 2015", "fr": "Une étiquette, 2012 à 2015"}


def test_a_ratio_shows_what_tells_it_and_keeps_what_its_sides_have(number: Make) -> None:
    caveats = (Caveat("both", ""),)
    about = {"place_label": {"en": "There", "fr": "Là"}, "caveats": caveats, "start": "2020"}
    whole = of(number, "exact", 1000, kind="estimate", **about)
    decimals = [(of(number, "exact", value) / whole).decimals for value in (34, 10, 9, 1000, 4500, 0)]
    assert decimals == [3, 3, 4, 1, 1, 1]
    assert (of(number, "exact", 1, decimals=2) / 10**9).decimals == 6
    each = of(number, "exact", 340, decimals=1) / whole
    assert (each.percent().decimals, (each / 100).percent().decimals, each.kind) == (1, 2, "estimate")
    assert (each.unit, each.place_label["fr"], each.definition_label["en"]) == ("ratio", "Ontario", "A definition")
    assert (each.start, each.end, each.caveats, each.meaning.vocabulary) == (
        "2020",
        "2022",
        caveats,
        whole.meaning.vocabulary,
    )
    assert [part.name for part in each.inputs] == ["n_340_None", "n_1000_None"]
    bare = Measure(quantity=Quantity.exact(1))
    assert (bare.unit, bare.label, bare.place, bare.decimals, round(bare, 2).decimals) == ("", "", "", 0, 2)
    assert (whole * 1.5 * 2).quantity == (whole * 3).quantity
    with pytest.raises(TypeError, match=r"found 0.3333333333333333, a float that was computed; allowed: a decimal as"):
        whole * (1 / 3)
    with pytest.raises(TypeError, match=r"whose bound a float would lose; allowed: float\(number.quantity.value\)"):
        float(whole.rounding())


def test_a_result_obliges_the_caveats_of_both_sides(number: Make) -> None:
    left, right = (of(number, "exact", n, caveats=(Caveat(f"c-{n}", ""), Caveat("both", ""))) for n in (2, 3))
    for result in (left + right, left - right, left * right, left / right):
        assert [caveat.caveat for caveat in result.caveats] == ["c-2", "both", "c-3"]
    assert left.counting(left.unit, why="one thing each").caveats == left.caveats


def test_two_shares_of_unlike_years_differ_in_points(number: Make) -> None:
    shares = [of(number, "exact", 30, unit="percent", start=year, end=year) for year in ("2021", "2022")]
    points = shares[1] - shares[0]
    assert (points.unit, points.nouns["en"]["one"]) == ("percentage_points", "percentage point")
    assert points.nouns["fr"] == {"one": "point de pourcentage", "other": "points de pourcentage"}
    assert (shares[0] - shares[0]).unit == "percent"


def test_a_rounded_number_has_one_digit_more_before_it_was_rounded(number: Make) -> None:
    rate = number(Quantity.exact("2.3"), decimals=1).rounding()
    assert (str(rate.quantity.low), str(rate.quantity.high)) == ("9/4", "47/20")
    assert rate.quantity.high_open
    assert rate.decimals == 2
    assert rate.estimate
    money = number(Quantity.exact(345_000_000), unit="cad").rounding().quantity
    assert (money.low, money.high) == (344_500_000, 345_500_000)  # printed in millions


@pytest.mark.parametrize("unit", sorted(RATES))
def test_no_rate_was_below_nothing_before_it_was_rounded(unit: str, number: Make) -> None:
    assert number(Quantity.exact("0.0"), unit=unit, decimals=1).rounding().quantity.low == 0


@pytest.mark.parametrize("printed", ["more than 2.3%", "less than 2.3%", "between 2 and 3%", "about 2.3%"])
def test_no_rounding_is_read_off_a_bound_or_an_interval(printed: str) -> None:
    with pytest.raises(
        CannotBeKept, match=r"found .* 2.*, whose bound an interval around it would lose; allowed: an ex"
    ):
        figure(printed).rounding()


def test_an_approximate_number_has_no_upper_end_to_rely_on() -> None:
    with pytest.raises(CannotBeKept, match="found about 5, which has no upper end; allowed: a number with one"):
        figure("about 5 deaths").at_most(assuming="as before")


def test_an_approximate_number_does_not_become_an_exact_whole_one() -> None:
    about = figure("about 1500 incidents")
    for exact in (about.whole_numbers, lambda: measures.reports_of(about)):
        with pytest.raises(CannotBeKept, match="found about 1500, which leaves no whole number between two ends"):
            exact()


def test_a_change_is_between_numbers_of_one_definition_and_place() -> None:
    first, of_others, elsewhere = (figure("40 deaths", definition=d, place=p) for d, p in ("aa", "ba", "ab"))
    for later in (of_others, elsewhere):
        with pytest.raises(DefinitionsDiffer, match="cannot compare"):
            later.change_from(first)


@pytest.mark.parametrize(("share", "counts"), [(0, (0, 4)), (100, (995, 1000)), (50, (495, 504))])
def test_the_counts_behind_a_share_are_none_of_them_outside_its_whole(
    share: int, counts: tuple[int, int], number: Make
) -> None:
    part = figure(str(share), unit="percent").implied_counts(figure("1000 people"), "people")
    assert (part.quantity.low, part.quantity.high) == counts


def test_every_unit_of_so_many_a_thousand_is_a_rate() -> None:
    units = {row["unit"] for row in read_table(ROOT / "data" / "units.csv") if re.match(r"per_1\d+", row["unit"])}
    assert units == RATES.keys()


@pytest.mark.parametrize(
    ("escaped", "marked"),
    [
        ("in 2021", 'in <time datetime="2021">2021</time>'),
        ("2021-22 to 2023-24", '<time datetime="2021">2021-22</time> to <time datetime="2023">2023-24</time>'),
        ("no digits", "no digits"),
        ("table 35-10", '<span data-name="name">table 35-10</span>'),
        ("table 7 of 2021", '<span data-name="name">table 7 of <time datetime="2021">2021</time></span>'),
    ],
)
def test_years_are_times_and_other_digits_stand_in_a_name(escaped: str, marked: str) -> None:
    assert mark_times(escaped) == marked


def test_a_period_leads_with_its_start_or_its_end() -> None:
    values = Values("en")
    values.take({"name": "since", "start": "2021-12", "end": "2023-02", "en": "since", "fr": "depuis"})
    values.take({"name": "until", "start": "", "end": "2023", "en": "until", "fr": "avant"})
    assert 'datetime="2021-12"' in values.html("{since}")
    assert 'datetime="2023"' in values.html("{until}")


@pytest.mark.parametrize(
    ("bound", "expected"),
    [("about", "Qu’environ 50 : la moyenne est d’environ 50."),
     ("at-least", "Qu’au moins 50 : la moyenne est d’au moins 50."),
     ("more-than", "Que plus de 50 : la moyenne est de plus de 50."), ("exact", "Que 50 : la moyenne est de 50.")],
)  # fmt: skip
def test_french_is_elided_before_the_words_of_a_bound(bound: str, expected: str, number: Make) -> None:
    values = Values("fr", numbers={"few": number(Quantity.of(bound, 50), unit="organizations")})
    text = "Que {few} : la moyenne est de {few}."
    assert values.plain(text).replace(NO_BREAK, " ") == expected
    assert ("d’<a" in values.html(text)) == ("d’" in expected)
    eleven = Values("fr", numbers={"few": number(Quantity.exact(11), unit="organizations")})
    assert eleven.plain("de {few.spelt}") == "de onze"
