"""A change in the words of its sign, and the course of a series between its ends."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import DATA
from test_said import fields_of, words

from evaluation.numbers.changes import NotSaid, course
from evaluation.numbers.figures import Figures
from evaluation.numbers.notation import show
from evaluation.numbers.number import Figure, Number
from evaluation.numbers.quantity import Quantity
from evaluation.numbers.wording import said

Make = Callable[..., Number]


@pytest.mark.parametrize(
    ("quantity", "en", "fr"),
    [
        (Quantity.between("4.5", "13.5"), "rose by 4.5% to 13.5%", "a augmenté de 4,5 % à 13,5 %"),
        (Quantity.between("-13.5", "-4.5"), "fell by 4.5% to 13.5%", "a diminué de 4,5 % à 13,5 %"),
        (Quantity.exact("-13.5"), "fell by 13.5%", "a diminué de 13,5 %"),
        (Quantity.exact(Fraction(53, 555) * 100), "rose by about 9.5%", "a augmenté d’environ 9,5 %"),
        (Quantity.of("more-than", "12.3"), "rose by more than 12.3%", "a augmenté de plus de 12,3 %"),
        (Quantity.between("-17.3", "21.3"), "changed by somewhere between a fall of 17.3% and a rise of 21.3%",
         "a connu une évolution située entre une baisse de 17,3 % et une hausse de 21,3 %"),
        (Quantity.between(0, "8.7"), "rose by up to 8.7% or did not change",
         "a augmenté d’au plus 8,7 % ou n’a pas changé"),
        (Quantity.between("-8.7", 0), "fell by up to 8.7% or did not change",
         "a diminué d’au plus 8,7 % ou n’a pas changé"),
        (Quantity(Fraction(0), Fraction(87, 10), low_open=True), "rose by up to 8.7%", "a augmenté d’au plus 8,7 %"),
        (Quantity.between("0.02", "8.7"), "rose by up to 8.7%", "a augmenté d’au plus 8,7 %"),
        (Quantity.exact("0.02"), "rose by less than 0.1%", "a augmenté de moins de 0,1 %"),
        (Quantity.exact("-0.02"), "fell by less than 0.1%", "a diminué de moins de 0,1 %"),
        (Quantity.exact(0), "did not change", "n’a pas changé"),
        (Quantity(Fraction(-17), None), "changed by somewhere between a fall of 17.0% and a rise of any size",
         "a connu une évolution située entre une baisse de 17,0 % et une hausse sans limite connue"),
    ],
)  # fmt: skip
def test_a_change_takes_its_verb_from_its_sign(quantity: Quantity, en: str, fr: str, number: Make) -> None:
    assert words(number(quantity, unit="percent", decimals=1), "changed") == (en, fr)


def test_a_change_that_is_supposed_and_one_as_a_noun(number: Make) -> None:
    fell = number(Quantity.exact(-9), unit="percent")
    assert words(fell, "would_change") == ("would have fallen by 9%", "aurait diminué de 9 %")
    assert words(fell, "change") == ("a fall of 9%", "une baisse de 9 %")


def test_a_number_that_is_no_change_has_no_direction(number: Make) -> None:
    with pytest.raises(NotSaid, match="allowed: a change in per cent"):
        words(number(Quantity.exact(29000)), "changed")


ENDS = st.fractions(min_value=-100, max_value=400, max_denominator=1000)


@given(one=ENDS, other=ENDS, decimals=st.integers(0, 2), form=st.sampled_from(["changed", "would_change", "change"]))
def test_no_change_says_more_or_another_way_than_its_interval(
    one: Fraction, other: Fraction, decimals: int, form: str
) -> None:
    quantity = Quantity.between(*sorted((one, other)))
    made = Figure(**fields_of(quantity, decimals, "percent"))
    told = said(made, form, "en")
    ups, downs = (re.search(words, told.words) for words in (r"\bris|\brose", r"\bfall|\bfell"))
    assert bool(ups) == (quantity.high > 0 or (quantity.high != quantity.low and quantity.low >= 0))
    assert bool(downs) == (quantity.low < 0)
    assert "−" not in told.words
    digits = [Fraction(digit) for digit in re.findall(r"[\d.]+", told.words.replace(",", ""))]
    assert max(digits, default=0) >= max(abs(quantity.low), abs(quantity.high)) or one == other
    assert replace(told, words="") == replace(show(made, "en"), words="")


def series(*values: Any, unit: str = "incidents") -> list[Number]:
    model = Figures(DATA).figure("incidents_canada_2014_2024")
    decimals = 1 if unit == "per_100k" else 0
    changed: dict[str, Any] = {"unit": unit, "decimals": decimals}
    return [
        replace(model, quantity=Quantity.exact(value), start=str(2000 + n), end=str(2000 + n), **changed)
        for n, value in enumerate(values)
    ]


@pytest.mark.parametrize(
    ("values", "choice", "between"),
    [
        ((41, 238, 387, 522, 503), "rose-but", ("522", "503")),
        ((41, 30, 60, 50, 70), "rose-but", ("60", "50")),  # the last of two
        ((503, 300, 320, 41), "fell-but", ("300", "320")),
        ((41, 238, 503), None, None),
        ((41, 41, 503), None, None),  # a year without a change is no step the other way
        ((503, 503), None, None),
        ((5,), None, None),
        ((50, 40, 60, 50), "level-rose", ("50", "60")),
        ((50, 50, 50), None, None),
    ],
)
def test_the_course_between_two_ends(values: tuple[int, ...], choice: str | None, between: Any) -> None:
    found = course(series(*values))
    assert (found and found.choice) == choice
    assert found is None or (show(found.before, "en").words, show(found.after, "en").words) == between


@pytest.mark.parametrize(
    ("rates", "choice"),
    [
        (("2.3", "2.3", "2.1", "2.3"), "level-fell"),
        (("2.3", "2.3", "2.3"), None),
        (("2.0", "2.3", "2.2", "2.5"), "rose-but"),
    ],
)
def test_a_published_rate_is_all_that_rounds_to_it(rates: tuple[str, ...], choice: str | None) -> None:
    """Two rates alike may have moved either way, so that neither the one nor the other is told."""
    found = course(series(*rates, unit="per_100k"))
    assert (found and found.choice) == choice
