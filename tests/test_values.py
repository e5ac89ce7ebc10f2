"""What prose is filled with: names recorded, names absent, parameters by their type, and numbers in their order."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evaluation.language import NO_BREAK
from evaluation.numbers.number import DefinitionsDiffer, Number, Undecided
from evaluation.numbers.publication import Caveat
from evaluation.numbers.quantity import Quantity
from evaluation.records.prose import Values, mark_times, renderer
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


def of(number: Callable[..., Number], bound: str, value: object, high: object = None, **said: object) -> Number:
    return number(Quantity.of(bound, value, high), name=f"n_{value}_{high}", **said)


def test_numbers_are_ordered_by_all_that_their_bounds_allow(number: Callable[..., Number]) -> None:
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


def test_numbers_of_unlike_definitions_are_neither_ordered_nor_added_nor_taken_away(
    number: Callable[..., Number],
) -> None:
    one, other = of(number, "exact", 5), of(number, "exact", 7, definition="another")
    for mixed in (lambda: one < other, lambda: one > other, lambda: one + other, lambda: one - other):
        with pytest.raises(DefinitionsDiffer):
            mixed()


def test_a_result_obliges_the_caveats_of_both_sides(number: Callable[..., Number]) -> None:
    one, other = (of(number, "exact", n, caveats=(Caveat(f"c-{n}", ""), Caveat("both", ""))) for n in (2, 3))
    for result in (one + other, one - other, one * other, one / other):
        assert [caveat.caveat for caveat in result.caveats] == ["c-2", "both", "c-3"]
    assert one.counting(one.unit, why="one thing each").caveats == one.caveats


def test_two_shares_of_unlike_years_differ_in_points(number: Callable[..., Number]) -> None:
    shares = [of(number, "exact", 30, unit="percent", start=year, end=year) for year in ("2021", "2022")]
    assert (shares[1] - shares[0]).unit == "percentage_points"
    assert (shares[0] - shares[0]).unit == "percent"


def test_a_rounded_number_has_one_digit_more_before_it_was_rounded(number: Callable[..., Number]) -> None:
    rate = number(Quantity.exact("2.3"), decimals=1).rounding()
    assert (str(rate.quantity.low), str(rate.quantity.high)) == ("9/4", "47/20")
    assert rate.quantity.high_open
    assert rate.decimals == 2
    assert rate.estimate


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


def test_a_paragraph_with_an_absent_name_goes_and_its_heading_with_the_last_of_them() -> None:
    left = Values("en", absent={"gone"}).present(TEMPLATE)
    assert left == "# Finding {always}\n\nFirst {there}.\n\n## Another\n\nKept {there} and all."
    assert Values("en", absent={"gone"}).present("Text {gone}.\n\n## Heading") == "## Heading"


def test_headings_are_headings_or_bold_paragraphs() -> None:
    assert renderer()("## Title\n\nText.") == "<h2>Title</h2>\n<p>Text.</p>\n"


BRIEFING = """## In a briefing

**Safe to say**

- One {there}.
- Two {gone}.
- Three.

**Not safe to say**

- Four {gone}.

## Next

Five."""


def test_a_point_of_a_list_goes_alone_and_a_bold_line_with_the_last_of_them() -> None:
    left = Values("en", absent={"gone"}).present(BRIEFING)
    assert left == "## In a briefing\n\n**Safe to say**\n\n- One {there}.\n- Three.\n\n## Next\n\nFive."
    left = Values("en", absent={"gone", "there"}).present(BRIEFING.replace("- Three.", "- Three {gone}."))
    assert left == "## Next\n\nFive."


def test_the_first_point_may_go() -> None:
    left = Values("en", absent={"gone"}).present("**Safe to say**\n\n- One {gone}.\n- Two.")
    assert left == "**Safe to say**\n\n- Two."


@pytest.mark.parametrize(
    ("bound", "said"),
    [
        ("about", "Qu’environ 50 : la moyenne est d’environ 50."),
        ("at-least", "Qu’au moins 50 : la moyenne est d’au moins 50."),
        ("more-than", "Que plus de 50 : la moyenne est de plus de 50."),
        ("exact", "Que 50 : la moyenne est de 50."),
    ],
)
def test_french_is_elided_before_the_words_of_a_bound(bound: str, said: str, number: Callable[..., Number]) -> None:
    values = Values("fr", numbers={"few": number(Quantity.of(bound, 50), unit="organizations")})
    text = "Que {few} : la moyenne est de {few}."
    assert values.plain(text).replace(NO_BREAK, " ") == said
    assert ("d’<a" in values.html(text)) == ("d’" in said)


def test_french_keeps_its_e_before_eleven(number: Callable[..., Number]) -> None:
    values = Values("fr", numbers={"few": number(Quantity.exact(11), unit="organizations")})
    assert values.plain("de {few.spelt}") == "de onze"
