"""What prose is filled with: names recorded, names absent, parameters by their type, and numbers in their order."""

import pytest
from small import Make

from evaluation.language import NO_BREAK
from evaluation.numbers.number import DefinitionsDiffer, Number, Undecided
from evaluation.numbers.publication import Caveat
from evaluation.numbers.quantity import Quantity
from evaluation.records.prose import Values, mark_times
from evaluation.reviews.parameters import Parameter, Scalar, convert

SCALARS: list[tuple[str, str, bool, Scalar]] = [
    ("bool", "true", False, True),
    ("bool", "false", False, False),
    ("bool", "true", True, "true"),
    ("bool", "yes", False, "yes"),
    ("int", "12", False, 12),
    ("int", "-1", False, -1),
    ("int", "012", False, "012"),
    ("int", "12", True, "12"),
    ("Decimals", "2", False, 2),
    ("float", "0.5", False, 0.5),
    ("str", "12", False, "12"),
]


@pytest.mark.parametrize(("kind", "text", "quoted", "expected"), SCALARS)
def test_a_text_by_its_declared_type(kind: str, text: str, quoted: bool, expected: Scalar) -> None:
    found = convert(text, Parameter("a", kind, ""), quoted=quoted)
    assert (found, type(found)) == (expected, type(expected))


def of(number: Make, bound: str, value: object, high: object = None, **said: object) -> Number:
    return number(Quantity.of(bound, value, high), name=f"n_{value}_{high}", **said)


def test_numbers_are_ordered_by_all_that_their_bounds_allow(number: Make) -> None:
    five, seven, more = of(number, "exact", 5), of(number, "exact", 7), of(number, "more-than", 7)
    assert five < seven
    assert seven > five
    assert five <= seven
    assert seven >= five
    assert not seven < five
    assert not five > seven
    assert more > seven
    with pytest.raises(Undecided) as undecided:
        _ = of(number, "more-than", 4) < five
    told = (
        "found more than 4 [n_4_None] and 5 [n_5_None], which their bounds leave in either order; allowed: bounds apart"
    )
    assert str(undecided.value) == told


def test_numbers_of_unlike_definitions_are_neither_ordered_nor_added_nor_taken_away(number: Make) -> None:
    one, other = of(number, "exact", 5), of(number, "exact", 7, definition="another")
    for mixed in (lambda: one < other, lambda: one > other, lambda: one + other, lambda: one - other):
        with pytest.raises(DefinitionsDiffer):
            mixed()


def test_a_result_obliges_the_caveats_of_both_sides(number: Make) -> None:
    one, other = (of(number, "exact", n, caveats=(Caveat(f"c-{n}", ""), Caveat("both", ""))) for n in (2, 3))
    for result in (one + other, one - other, one * other, one / other):
        assert [caveat.caveat for caveat in result.caveats] == ["c-2", "both", "c-3"]
    assert one.counting(one.unit, why="one thing each").caveats == one.caveats


def test_two_shares_of_unlike_years_differ_in_points(number: Make) -> None:
    shares = [of(number, "exact", 30, unit="percent", start=year, end=year) for year in ("2021", "2022")]
    assert (shares[1] - shares[0]).unit == "percentage_points"
    assert (shares[0] - shares[0]).unit == "percent"


def test_a_rounded_number_has_one_digit_more_before_it_was_rounded(number: Make) -> None:
    rate = number(Quantity.exact("2.3"), decimals=1).rounding()
    assert (str(rate.quantity.low), str(rate.quantity.high)) == ("9/4", "47/20")
    assert rate.quantity.high_open
    assert rate.decimals == 2
    assert rate.estimate
    money = number(Quantity.exact(345_000_000), unit="cad").rounding().quantity
    assert (money.low, money.high) == (344_500_000, 345_500_000)  # printed in millions


def test_a_record_takes_its_place_among_numbers_absences_or_the_rest() -> None:
    values = Values("en")
    values.take({"name": "gone", "absent": True})
    values.take({"name": "said", "en": "a", "fr": "b"})
    values.take({"layer": "checking"})
    assert (values.numbers, values.absent, set(values.others)) == ({}, {"gone"}, {"said"})


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


TEMPLATE = """# Finding {always}

First {there}.

Second {gone}.

## A part

Only {gone}.

## Another

Kept {there} and all."""
BRIEFING = """## In a briefing

**Safe to say**

- One {there}.
- Two {gone}.
- Three.

**Not safe to say**

- Four {gone}.

## Next

Five."""


@pytest.mark.parametrize(
    ("template", "left"),
    [
        (TEMPLATE, "# Finding {always}\n\nFirst {there}.\n\n## Another\n\nKept {there} and all."),
        ("Text {gone}.\n\n## Heading", "## Heading"),
        (BRIEFING, "## In a briefing\n\n**Safe to say**\n\n- One {there}.\n- Three.\n\n## Next\n\nFive."),
        (BRIEFING.replace("{there}", "{gone}").replace("Three", "{gone}"), "## Next\n\nFive."),
        ("**Safe to say**\n\n- One {gone}.\n- Two.", "**Safe to say**\n\n- Two."),
    ],
)
def test_what_has_an_absent_name_goes_and_its_heading_or_bold_line_with_the_last_of_it(
    template: str, left: str
) -> None:
    assert Values("en", absent={"gone"}).present(template) == left


@pytest.mark.parametrize(
    ("bound", "said"),
    [
        ("about", "Qu’environ 50 : la moyenne est d’environ 50."),
        ("at-least", "Qu’au moins 50 : la moyenne est d’au moins 50."),
        ("more-than", "Que plus de 50 : la moyenne est de plus de 50."),
        ("exact", "Que 50 : la moyenne est de 50."),
    ],
)
def test_french_is_elided_before_the_words_of_a_bound(bound: str, said: str, number: Make) -> None:
    values = Values("fr", numbers={"few": number(Quantity.of(bound, 50), unit="organizations")})
    text = "Que {few} : la moyenne est de {few}."
    assert values.plain(text).replace(NO_BREAK, " ") == said
    assert ("d’<a" in values.html(text)) == ("d’" in said)


def test_french_keeps_its_e_before_eleven(number: Make) -> None:
    values = Values("fr", numbers={"few": number(Quantity.exact(11), unit="organizations")})
    assert values.plain("de {few.spelt}") == "de onze"
