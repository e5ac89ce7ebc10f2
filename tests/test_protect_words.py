"""How ranges are said and drawn: fewer than so many people, no per cent from a range that begins at nothing, a sentence
that opens with a capital, a bar to the lower end and the range above it."""

import pytest
from small import Make, chart, rows_of

from evaluation import charts
from evaluation.charts import NARROW, WIDE, record
from evaluation.charts.geometry import Scene
from evaluation.language import LANGUAGES
from evaluation.numbers.figures import Figures
from evaluation.numbers.labels import labels_of
from evaluation.numbers.notation import show
from evaluation.numbers.number import Undecided
from evaluation.numbers.quantity import Bound, CannotBeKept, Quantity
from evaluation.numbers.wording import number_in_form
from evaluation.records.prose import capitalize_sentences

FEW, SOME, MANY = Quantity.of(Bound.LESS_THAN, 20), Quantity.between(1, 39), Quantity.between(781, 819)


@pytest.mark.parametrize(
    ("unit", "english", "french"),
    [("people", "fewer than 20", "moins de 20"), ("percent", "less than 20%", "moins de 20\u202f%"),
     ("months", "less than 20", "moins de 20"), ("cad", "less than $20", "moins de 20\u202f$")],
)  # fmt: skip
def test_of_what_is_counted_there_are_fewer(number: Make, unit: str, english: str, french: str) -> None:
    words = [show(number(FEW, unit=unit), language).words.replace("\u00a0", "\u202f") for language in LANGUAGES]
    assert words == [english, french]


def test_a_change_in_what_is_counted_is_less_than_one_below_zero(number: Make) -> None:
    assert show(number(Quantity.exact(20) - Quantity.of(Bound.MORE_THAN, 100)), "en").words == "less than −80"


def test_it_is_fewer_in_every_form(number: Make) -> None:
    few = number(FEW)
    assert [number_in_form(few, form, "en").words for form in ("rounded", "spelt")] == [
        "fewer than 20",
        "fewer than twenty",
    ]


def test_no_per_cent_from_a_range_that_begins_at_nothing(number: Make) -> None:
    with pytest.raises(CannotBeKept, match="begins at nothing"):
        number(MANY).change_from(number(FEW))
    assert number(MANY).change_from(number(SOME)).quantity.low is not None


def test_the_largest_of_overlapping_ranges_is_not_told(number: Make) -> None:
    with pytest.raises(Undecided, match="781"):
        max(number(MANY), number(Quantity.between(800, 838)))


@pytest.mark.parametrize(
    ("html", "opens"),
    [
        ('<p><a href="#a"><data value="20">fewer than 20</data></a> people', "Fewer"),
        ('<li><strong><data value="1">entre 1 et 39</data></strong>', "Entre"),
        ('were served. <data value="1">between 1 and 39</data> more', "Between"),
        ('of <data value="20">fewer than 20</data>', "fewer"),
        ('v. <data value="20">fewer than 20</data>', "fewer"),
    ],
)
def test_a_sentence_opens_with_a_capital(html: str, opens: str) -> None:
    assert f">{opens}" in capitalize_sentences(html)


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_a_bar_reaches_to_the_lower_end_and_the_range_stands_above_it(number: Make, size: int) -> None:
    """Of a range that begins at nothing there is none; of an estimate neither, whose interval is no range."""
    places = [{"en": name, "fr": name} for name in ("North", "South", "East")]
    numbers = [number(MANY, name="a"), number(FEW, name="b"), number(MANY, "estimate", name="c")]
    frame = rows_of(*numbers, place=places)
    recorded = record.record_chart("c", chart(frame).mark_bar().encode(x="number:Q", y="place:N"), labels_of(Figures()))
    picture = Scene(charts.draw("c", recorded.arguments(), recorded.points, "en", size, "A finding"))
    (bar,) = [shape.box for shape in picture.shapes if shape.box.bottom - shape.box.top == pytest.approx(18, abs=1)]
    rules = [(x, x2) for x, y, x2, y2 in picture.mark_lines if y == y2]
    assert any(low == pytest.approx(bar.right, abs=1) and high > low for low, high in map(sorted, rules))
