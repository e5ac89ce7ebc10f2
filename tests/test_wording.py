"""A number that nobody named is called by its arithmetic, in both languages."""

from fractions import Fraction
from functools import reduce
from itertools import product
from operator import add
from pathlib import Path
from typing import Any

import pytest
from by_hand import CAVEAT
from golden import compare
from small import Make, Recorded

from evaluation.language import MissingText, translate
from evaluation.language.formats import format_period
from evaluation.numbers import measures, wording
from evaluation.numbers.formula import AT_LEAST
from evaluation.numbers.notation import show
from evaluation.numbers.number import Number
from evaluation.numbers.publication import Caveat
from evaluation.numbers.quantity import Quantity
from evaluation.numbers.wording import RecordedMeasures, formula_in_words, ready_to_record
from evaluation.problems import Refused
from evaluation.records.chapter import Chapter

SERVED = {"en": "People served", "fr": "Personnes servies"}
FUNDED = {"en": "Organizations funded", "fr": "Organismes financés"}


@pytest.fixture
def served(number: Make) -> Number:
    return number(Quantity.of("more-than", 29000), name="served", label=SERVED)


@pytest.fixture
def funded(number: Make) -> Number:
    return number(Quantity.exact(60), name="funded", label=FUNDED, unit="organizations")


def words(made: Number, language: str = "en") -> str:
    return translate(formula_in_words(made), language)


def test_a_formula_is_its_arithmetic_in_both_languages(served: Number, funded: Number) -> None:
    each = served / funded
    assert words(each) == "People served ÷ Organizations funded"
    assert words(each, "fr") == "Personnes servies ÷ Organismes financés"
    thousands = "Personnes servies ÷ 100\N{NO-BREAK SPACE}000 × Organismes financés"
    assert words(served / 100_000 * funded, "fr") == thousands


def test_brackets_stand_where_they_are_needed(served: Number, funded: Number, number: Make) -> None:
    each = ready_to_record(served / funded, "each")
    assert words(each * 2) == "(People served ÷ Organizations funded) × 2"
    assert words(served / each) == "People served ÷ (People served ÷ Organizations funded)"
    other = number(Quantity.exact(5), name="other", label={"en": "Others", "fr": "Autres"})
    assert words((other - 2) * 3) == "(Others − 2) × 3"
    assert words(other - (other - 2)) == "Others − (Others − 2)"
    assert words(other * Fraction(1, 3)) == "Others × 1 ÷ 3"
    assert words(served / (other * 2)) == "People served ÷ (Others × 2)"
    assert words((other + 1).rounding().whole_numbers()) == "whole numbers in what rounding leaves open of (Others + 1)"


def test_equal_labels_are_told_apart_by_what_differs(number: Make) -> None:
    later, earlier = (number(Quantity.exact(v), name=f"n{v}", start=y, end=y) for v, y in ((9, "2024"), (8, "2014")))
    assert words(later / earlier - 1) == "A label (2024) ÷ A label (2014) − 1"
    quebec = number(Quantity.exact(7), name="q", start="2024", end="2024", place_label={"en": "Quebec", "fr": "Québec"})
    assert words(later / quebec, "fr") == "Une étiquette (Ontario) ÷ Une étiquette (Québec)"


def test_a_long_sum_is_said_by_its_ends(number: Make) -> None:
    years = [number(Quantity.exact(y), name=f"n{y}", start=str(y), end=str(y)) for y in range(2015, 2025)]
    assert words(reduce(add, years) / 10) == "(A label (2015) + … + A label (2024)) ÷ 10"
    assert words(reduce(add, years[:3])) == "A label (2015) + A label (2016) + A label (2017)"


def test_a_caveat_that_the_arithmetic_has_met_is_left_out(number: Make) -> None:
    nominal = Caveat("nominal-dollars", {"en": "In dollars of the time.", "fr": "En dollars courants."})
    first = number(Quantity.exact(307), name="first", unit="cad", caveats=(nominal, CAVEAT))
    before, after = (number(Quantity.exact(n), name=f"index_{n}", unit="index_points") for n in (137, 161))
    then = (first * after / before).labelled("Later", estimate=True, answered=["nominal-dollars"])
    assert [caveat.caveat for caveat in then.caveats] == [CAVEAT.caveat]
    with pytest.raises(Refused, match="found 'no-such' answered; allowed: a caveat of its inputs, nominal-dollars, a-"):
        (first * after / before).labelled("Later", answered=["no-such"])


def test_a_published_figure_keeps_its_label(served: Number) -> None:
    with pytest.raises(Refused, match=r"served.*a figure has its own label"):
        served.labelled({"en": "Others", "fr": "Autres"})


def test_an_input_without_french_is_refused(number: Make) -> None:
    with pytest.raises(MissingText, match="Only English"):
        ready_to_record(number(Quantity.exact(5), label="Only English") / 2)


@pytest.mark.parametrize(
    "named",
    [
        lambda number: number.labelled("Only English"),
        lambda number: number.labelled("", method="Only English"),
        lambda number: number.counting("cases", why="Only English"),
    ],
)
def test_a_measure_without_french_is_refused_in_its_cell(named: Any, served: Number, funded: Number) -> None:
    with pytest.raises(MissingText, match=r"'Only English'; allowed: \{\"en\": \.\.\., \"fr\": \.\.\.\}, or N_"):
        Chapter().record(each=named(served / funded))


def test_what_is_no_number_is_told_in_a_line(served: Number) -> None:
    with pytest.raises(Refused, match=r"top: found \[<Figure.* which is no number with an origin; allowed") as error:
        Chapter().record(top=[served])  # type: ignore[arg-type]
    assert len(str(error.value)) < 260


def test_numbers_are_recorded_under_names(served: Number, funded: Number, recorded: Recorded) -> None:
    Chapter().record(each=served / funded, people=served, nothing=None)
    each = recorded.number("each")
    assert (each.name, each.label["fr"]) == ("each", "Personnes servies ÷ Organismes financés")
    assert [part.name for part in each.inputs] == ["served", "funded"]
    assert each.formula == each.label
    assert recorded.number("people").name == "served"
    assert recorded.part("name", "nothing")["absent"] is True


def test_what_was_recorded_stands_in_later_formulas(served: Number, funded: Number, recorded: Recorded) -> None:
    chapter, each = Chapter(), (served / funded).labelled({"en": "People each", "fr": "Personnes chacun"})
    assert each.kind == "derived"  # a label makes no estimate of it
    chapter.record(each=each.round(0))
    chapter.record(a_day=each / 365)
    a_day = recorded.number("a_day")
    assert a_day.formula["en"] == "People each ÷ 365"
    assert [part.name for part in a_day.inputs] == ["each"]


def test_widened_numbers_are_not_taken_for_those_recorded(served: Number) -> None:
    known, total = RecordedMeasures(), served + 5
    known.add(total, ready_to_record(total, "total"))
    assert known.find(total) is not None
    assert known.find((total * 1).apply_function(AT_LEAST)) is None


def test_a_measure_without_arithmetic_is_named_and_its_inputs_with_it(served: Number, funded: Number) -> None:
    each = (served / funded).labelled({"en": "People each", "fr": "Personnes chacun"})
    bound = measures.measure("", "A bound", Quantity.exact(5), [served, each], "a formula")
    recorded = ready_to_record(bound, "bound")
    assert (recorded.name, recorded.label) == ("bound", "A bound")
    assert [part.name for part in recorded.inputs] == ["served", "bound.2"]
    known = RecordedMeasures()
    known.add(each, ready_to_record(each, "each"))
    known.add(bound, ready_to_record(bound, "bound", known))
    measure = known.find(bound)
    assert [part.name for part in measure.inputs] == ["served", "each"]
    assert known.find(measures.measure("", "A bound", Quantity.exact(5), [served], "a formula")) is None


QUANTITIES = [
    *(Quantity.of(bound, value) for bound in ("exact", "more-than", "at-least", "less-than", "up-to", "about")
      for value in ("0", "1", "12.5", "29000", "1250000")), Quantity.exact("-3.2"), Quantity.of("about", "-3.2"),
    Quantity.between(95, 101), Quantity.between("-1.5", "0.5"), Quantity.between(0, 1), 
    Quantity.between("4.96", "5.04"),
    Quantity.between(1_000_000, 2_500_000), Quantity.between(-12, -3), Quantity.exact(Fraction(1, 3)),
]  # fmt: skip


def test_all_words_of_numbers(number: Make, tmp_path: Path) -> None:
    """Every bound and unit in both languages, each form of words or why it would be untrue."""
    lines = []
    for quantity, unit in product(QUANTITIES, ("people", "percent", "cad", "per_100k", "ratio")):
        shown = number(quantity, "derived", name="n", unit=unit, decimals=1)
        words = [show(shown, language).words for language in ("en", "fr")]
        for form in ("", *wording.FORMS) if unit == "percent" else ("", "rounded", "spelt"):
            for language in ("en", "fr") if form else ():
                try:
                    words.append(wording.number_in_form(shown, form, language).words)
                except wording.FormRefused as error:
                    words.append(str(error))
        lines.append(f"{unit}: {' | '.join(words)}")
    moments = ["", "2021", "2021-03", "2021-03-01", "2021/22", "2022", "2022-12-31"]
    for start, end in product(moments, moments):
        lines.append(" | ".join(format_period(start, end, language) for language in ("en", "fr")))
    compare("\n".join(lines) + "\n", "words_of_numbers.txt", tmp_path)
