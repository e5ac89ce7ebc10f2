"""Numbers in running text: rounded, spelt, never saying more than the number does."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import DATA, Make

from evaluation.chapters.series import course
from evaluation.language import LANGUAGES, NO_BREAK
from evaluation.language.spelling import first_number_word, spell_number
from evaluation.numbers.changes import FormRefused
from evaluation.numbers.figures import Figures
from evaluation.numbers.measures import without_origin
from evaluation.numbers.notation import show
from evaluation.numbers.number import Figure, Number
from evaluation.numbers.quantity import Bound, Quantity
from evaluation.numbers.wording import FORMS, number_in_form
from evaluation.records.prose import UnknownName, Values
from evaluation.records.serialization import number_record


def words(number: Number, form: str) -> tuple[str, ...]:
    return tuple(number_in_form(number, form, language).words.replace(NO_BREAK, " ") for language in LANGUAGES)


@pytest.mark.parametrize(
    ("bound", "value", "high", "fields", "en", "fr"),
    [
        ("about", 9666, None, {}, "about 9,700", "environ 9 700"),
        ("more-than", 9666, None, {}, "more than 9,600", "plus de 9 600"),
        ("at-least", 9666, None, {}, "at least 9,600", "au moins 9 600"),
        ("less-than", 9611, None, {}, "fewer than 9,700", "moins de 9 700"),
        ("up-to", 9611, None, {}, "up to 9,700", "jusqu’à 9 700"),
        ("between", 10546, 29035, {}, "between 10,000 and 30,000", "entre 10 000 et 30 000"),
        ("between", "-17.3", "21.3", {"unit": "percent", "decimals": 1}, "between −18% and 22%", "entre −18 % et 22 %"),
        ("between", 0, "21.3", {"unit": "percent", "decimals": 1}, "up to 22%", "jusqu’à 22 %"),
        ("exact", 0, None, {}, "0", "0"),
        ("exact", "2.30", None, {"decimals": 1}, "2.3", "2,3"),
        ("exact", "30.0", None, {"unit": "percent", "decimals": 1}, "30%", "30 %"),
        ("exact", "30.125", None, {"unit": "percent", "decimals": 1}, "about 30%", "environ 30 %"),
        ("exact", "0.996", None, {"decimals": 3}, "about 1.0", "environ 1,0"),
        ("exact", "0.0474", None, {"decimals": 4}, "about 0.047", "environ 0,047"),
        ("more-than", 345_000_000, None, {"unit": "cad"}, "more than $340 million", "plus de 340 M$"),
        ("exact", 1_054_000, None, {"unit": "cad", "decimals": 3}, "about $1.1 million", "environ 1,1 M$"),
        ("exact", "21.21", None, {"unit": "cad", "decimals": 2}, "about $21", "environ 21 $"),
        ("exact", 57_649, None, {"unit": "cad_per_year"}, "about $58,000", "environ 58 000 $"),
    ],
)
def test_rounded_to_two_digits(
    bound: str, value: Any, high: Any, fields: dict[str, Any], en: str, fr: str, number: Make
) -> None:
    assert words(number(Quantity.of(bound, value, high), **fields), "rounded") == (en, fr)


FRACTIONS = st.fractions(min_value=0, max_value=10**7, max_denominator=10**4)
QUANTITIES = st.builds(
    lambda bound, low, more: Quantity.of(bound, low, low + more), st.sampled_from(list(Bound)), FRACTIONS, FRACTIONS
)


@given(quantity=QUANTITIES, decimals=st.integers(0, 3), unit=st.sampled_from(["people", "percent", "cad", "ratio"]))
def test_a_rounded_number_never_says_more_than_the_number(quantity: Quantity, decimals: int, unit: str) -> None:
    made = Figure.of_parts(**fields_of(quantity, decimals, unit))
    shown = number_in_form(made, "rounded", "en")
    low, high = (Fraction(end or shown.value) for end in (shown.low, shown.high))
    exact = quantity.bound in (Bound.EXACT, Bound.ABOUT)
    plain = show(made, "en")
    if shown != plain:
        assert all(len(Decimal(end).normalize().as_tuple().digits) <= 2 for end in (shown.low, shown.high) if end)
    if exact:
        scale = 1_000_000 if unit == "cad" and quantity.value >= 1_000_000 else 1
        assert abs(low - quantity.value) <= max(quantity.value / 20, Fraction(1, 10**decimals) * scale)
        assert shown.bound == ("exact" if quantity.bound is Bound.EXACT and low == quantity.value else "about")
    elif quantity.bound in (Bound.MORE_THAN, Bound.AT_LEAST):
        assert low <= quantity.value
        above_nothing = low == 0 < quantity.value  # at least a half, in whole numbers: more than nothing
        assert shown.bound == (Bound.MORE_THAN if above_nothing else quantity.bound)
    elif quantity.bound in (Bound.LESS_THAN, Bound.UP_TO):
        assert high >= quantity.value
        assert shown.bound == quantity.bound
    else:
        assert quantity.high <= high
        assert low <= quantity.low or shown.bound == Bound.UP_TO


def fields_of(quantity: Quantity, decimals: int = 0, unit: str = "people") -> dict[str, Any]:
    texts = {name: {"en": "A", "fr": "B"} for name in ("label", "definition_label", "place_label")}
    plain = dict.fromkeys(("definition", "place", "start", "end", "place_in_source", "vintage"), "")
    common = {"name": "a", "quantity": quantity, "unit": unit, "decimals": decimals, "caveats": (), "source": None}
    return common | texts | plain


@pytest.mark.parametrize(
    ("bound", "value", "high", "en", "fr"),
    [
        ("exact", 6, None, "six", "six"),
        ("exact", 20, None, "twenty", "vingt"),
        ("exact", 21, None, "21", "21"),
        ("exact", 0, None, "zero", "zéro"),
        ("exact", 1, None, "one", "1"),  # un or une: the noun decides
        ("more-than", 6, None, "more than six", "plus de six"),
        ("between", 1, 3, "between one and three", "entre 1 et 3"),
        ("exact", "6.4", None, "about six", "environ six"),
        ("exact", -6, None, "−6", "−6"),
    ],
)
def test_whole_numbers_up_to_twenty_are_spelt(
    bound: str, value: Any, high: Any, en: str, fr: str, number: Make
) -> None:
    assert words(number(Quantity.of(bound, value, high)), "spelt") == (en, fr)


def test_money_per_cent_and_decimals_are_not_spelt(number: Make) -> None:
    fields: list[dict[str, Any]] = [{"unit": "cad"}, {"unit": "percent"}, {"decimals": 1}]
    assert [words(number(Quantity.exact(6), **meaning), "spelt")[0] for meaning in fields] == ["$6", "6%", "6.0"]


TYPED = {
    "en": {
        "Three in ten": "Three", "one in ten": "ten", "Twenty-one": "Twenty", "hundreds of": "hundreds",
        "about half of it": "half", "a half-year": "half", "a quarter of": "quarter", "two-thirds": "two-thirds",
        "tenfold": "tenfold", "by a third.": "a third", "a third of them": "a third", "two fifths": "fifths",
        "a dozen": "dozen", "$ million": "million", "it tripled": "tripled", "over three-year": "three",
        "x (six).": "six", "zero of the two, and both; once, twice, first, second, third": "",
        "A third announcement, from a third party, on behalf of a stone": "",
        "in millions of dollars, often; fortunately, it unfolds in the manifold scaffold": "",
    },
    "fr": {
        "Trois sur dix": "Trois", "1 sur dix": "dix", "vingt et un": "vingt", "une centaine": "centaine",
        "la moitié": "moitié", "un an et demi": "demi", "le quart": "quart", "les deux tiers": "deux tiers",
        "le tiers des lits": "tiers", "un cinquième": "un cinquième", "a décuplé": "décuplé", "deux cents": "cents",
        "deux millions": "millions", "l’une des trois": "trois", "une dizaine": "dizaine", "mille": "mille",
        "Une des deux, un premier, un second, un troisième": "",
        "un tiers, le tiers payant, pour cent, en millions de dollars": "",
        "Trois-Rivières et Sept-Îles, le quartier, le dixième rapport, un centre, demeurer, décembre": "",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_typed_in_words_are_found_and_grammar_and_other_words_stay(language: str) -> None:
    assert {text: first_number_word(text, language) for text in TYPED[language]} == TYPED[language]
    words = [spell_number(number, language) for number in range(3, 21)]
    assert [first_number_word(word, language) for word in words] == [word.split("-")[0] for word in words]


@pytest.fixture
def values(number: Make) -> Callable[[type[Values]], Values]:
    def make(kind: type[Values], language: str = "en") -> Values:
        made = kind(language)
        for name, quantity, unit in (("total", 9666, "people"), ("share", "30.1", "percent")):
            recorded = number(Quantity.exact(quantity), name=name, unit=unit, decimals=1 if unit == "percent" else 0)
            made.take({"name": name, "number": number_record(recorded)})
        return made

    return make


def test_a_rounded_number_stays_linked_and_machine_readable(values: Callable[..., Values]) -> None:
    page = values(Values)
    assert page.html("{total.rounded}") == (
        '<a href="#from-total" id="use-total"><data value="9700" data-bound="about">about 9,700</data></a>'
    )
    assert page.plain("{share.rounded} of {total.rounded} {total.unit}") == "about 30% of about 9,700 "
    assert values(Values, "fr").plain("{share.rounded}") == "environ 30\u00a0%"


def test_a_form_that_there_is_not_is_named(values: Callable[..., Values]) -> None:
    with pytest.raises(UnknownName, match=r"found \{total.round\}; allowed: \{total\}, \{total.unit\}, "):
        values(Values).html("{total.round}")
    with pytest.raises(FormRefused):
        values(Values).html("{total.changed}")


@pytest.mark.parametrize(
    ("low", "high", "unit", "en", "fr"),
    [
        ("-29.03", "489970.8", "percent", "between −29.1% and 490,000%", "entre −29,1 % et 490 000 %"),
        ("918.51", "236837.4", "percent", "between 918.5% and 240,000%", "entre 918,5 % et 240 000 %"),
        ("0.298", "2262.43", "times", "between 0.2 and 2,300", "entre 0,2 et 2 300"),
        ("5812.4", "5812.4", "percent", "about 5,812%", "environ 5 812 %"),
        ("999.5", "999.5", "percent", "999.5%", "999,5 %"),
        ("1234.5", "56789.1", "people", "between 1,234.5 and 56,789.1", "entre 1 234,5 et 56 789,1"),
    ],
)
def test_an_interval_that_reaches_a_thousand_per_cent_keeps_two_digits(
    low: str, high: str, unit: str, en: str, fr: str
) -> None:
    quantity = Quantity(Fraction(low), Fraction(high))
    number = without_origin("n", "n", quantity, unit, "f", decimals=1, estimate=low != high)
    assert [show(number, language).words.replace(NO_BREAK, " ") for language in LANGUAGES] == [en, fr]


@pytest.mark.parametrize(
    ("quantity", "en", "fr"),
    [
        (Quantity.between("4.5", "13.5"), "rose by 4.5% to 13.5%", "a augmenté de 4,5 % à 13,5 %"),
        (Quantity.between("-13.5", "-4.5"), "fell by 4.5% to 13.5%", "a diminué de 4,5 % à 13,5 %"),
        (Quantity.exact("-13.5"), "fell by 13.5%", "a diminué de 13,5 %"),
        (Quantity.exact(Fraction(53, 555) * 100), "rose by about 9.5%", "a augmenté d’environ 9,5 %"),
        (Quantity.of("more-than", "12.3"), "rose by more than 12.3%", "a augmenté de plus de 12,3 %"),
        (Quantity.between("-17.3", "21.3"), "changed by somewhere between a fall of 17.3% and a rise of 21.3%",
         "a connu une variation comprise entre une baisse de 17,3 % et une hausse de 21,3 %"),
        (Quantity.between(0, "8.7"), "rose by up to 8.7% or did not change",
         "a augmenté d’au plus 8,7 % ou n’a pas changé"),
        (Quantity.between("-8.7", 0), "fell by up to 8.7% or did not change",
         "a diminué d’au plus 8,7 % ou n’a pas changé"),
        (Quantity(Fraction(0), Fraction(87, 10), low_open=True), "rose by 0.0% to 8.7%", "a augmenté de 0,0 % à 8,7 %"),
        (Quantity.between("0.02", "8.7"), "rose by 0.0% to 8.7%", "a augmenté de 0,0 % à 8,7 %"),
        (Quantity.exact("0.02"), "rose by less than 0.1%", "a augmenté de moins de 0,1 %"),
        (Quantity.exact("-0.02"), "fell by less than 0.1%", "a diminué de moins de 0,1 %"),
        (Quantity.exact(0), "did not change", "n’a pas changé"),
        (Quantity(Fraction(-17), None), "changed by somewhere between a fall of 17.0% and a rise of any size",
         "a connu une variation comprise entre une baisse de 17,0 % et une hausse sans limite connue"),
    ],
)  # fmt: skip
def test_a_change_takes_its_verb_from_its_sign(quantity: Quantity, en: str, fr: str, number: Make) -> None:
    assert words(number(quantity, unit="percent", decimals=1), "changed") == (en, fr)


ENDS = st.fractions(min_value=-100, max_value=400, max_denominator=1000)


@given(first=ENDS, second=ENDS, decimals=st.integers(0, 2), form=st.sampled_from(["changed", "would_change", "change"]))
def test_no_change_says_more_or_another_way_than_its_interval(
    first: Fraction, second: Fraction, decimals: int, form: str
) -> None:
    quantity = Quantity.between(*sorted((first, second)))
    made = Figure.of_parts(**fields_of(quantity, decimals, "percent"))
    wording = number_in_form(made, form, "en")
    ups, downs = (re.search(words, wording.words) for words in (r"\bris|\brose", r"\bfall|\bfell"))
    assert bool(ups) == (quantity.high > 0 or (quantity.high != quantity.low and quantity.low >= 0))
    assert bool(downs) == (quantity.low < 0)
    assert "−" not in wording.words
    digits = [Fraction(digit) for digit in re.findall(r"[\d.]+", wording.words.replace(",", ""))]
    assert max(digits, default=0) >= max(abs(quantity.low), abs(quantity.high)) or first == second
    assert replace(wording, words="") == replace(show(made, "en"), words="")


def test_a_change_is_said_in_each_form_and_what_is_no_change_in_none(number: Make) -> None:
    fell = number(Quantity.exact(-9), unit="percent")
    assert [form for form in FORMS if form != "in_tenths" and not all(words(fell, form))] == []
    with pytest.raises(FormRefused, match=r"a_number\.in_tenths, which is −9%"):
        words(fell, "in_tenths")
    assert words(fell, "would_change") == ("would have fallen by 9%", "aurait diminué de 9 %")
    assert words(fell, "change") == ("a fall of 9%", "une baisse de 9 %")
    wide = number(Quantity.between("-29.03", "489970.8"), "estimate", unit="percent", decimals=1)
    assert words(wide, "change")[0] == "between a fall of 29.1% and a rise of 490,000%"
    with pytest.raises(FormRefused, match="allowed: a change in per cent"):
        words(number(Quantity.exact(29000)), "changed")


def series(*values: Any, unit: str) -> list[Number]:
    model = Figures(DATA).figure("incidents_canada_2014_2024")
    model = replace(model, unit=unit, decimals=1 if unit == "per_100k" else 0)
    years = [str(2000 + n) for n in range(len(values))]
    numbers = zip(values, years, strict=True)
    return [
        replace(model.with_meaning(start=year, end=year), quantity=Quantity.exact(value)) for value, year in numbers
    ]


@pytest.mark.parametrize(
    ("values", "unit", "between"),
    [
        ((41, 238, 387, 522, 503), "incidents", ("522", "503")),
        ((41, 30, 60, 50, 70), "incidents", ("60", "50")),  # the last of two
        ((503, 300, 320, 41), "incidents", ("300", "320")),
        ((41, 41, 503), "incidents", None),  # a year without a change is no step the other way
        ((5,), "incidents", None),
        ((50, 40, 60, 50), "incidents", ("50", "60")),
        ((50, 50, 50), "incidents", None),
        # a published rate is all that rounds to it: two rates alike may have moved either way, and neither is told
        (("2.3", "2.3", "2.1", "2.3"), "per_100k", ("2.3", "2.1")),
        (("2.3", "2.3", "2.3"), "per_100k", None),
        (("2.0", "2.3", "2.2", "2.5"), "per_100k", ("2.3", "2.2")),
    ],
)
def test_the_course_between_two_ends(values: tuple[Any, ...], unit: str, between: Any) -> None:
    turns = course(series(*values, unit=unit))
    assert tuple(turn and show(turn, "en").words for turn in turns) == (between or (None, None))
