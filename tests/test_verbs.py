"""The verbs of numbers and of a chapter: what they give, by hand, and what they keep; the guide's examples."""

import re
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from small import ROOT, Make, Recorded

from evaluation import N_, measures, review
from evaluation.chapters.series import Series
from evaluation.numbers.frames import FigureArray
from evaluation.numbers.notation import show
from evaluation.numbers.number import DefinitionsDiffer, Figure, Number
from evaluation.numbers.quantity import CannotBeKept, Quantity
from evaluation.problems import Refused
from evaluation.records.chapter import Chapter

WHY = N_("a condition")


@pytest.fixture(scope="module")
def chapter() -> Chapter:
    return Chapter()


def english(number: Number) -> str:
    return show(number, "en").words.replace("\u00a0", " ")


def column(*numbers: Any) -> pd.Series:
    return pd.Series(FigureArray(numbers))


def test_money_over_years_is_money_a_year_and_back(chapter: Chapter) -> None:
    total, years = chapter.figures.york_amount_2021, chapter.figures.york_duration_2021
    assert (total / years).unit == total.per(years).unit == "cad_per_year"
    assert (total / years).nouns["en"]["one"] == "dollar per year"
    assert (total / years * years).dimension == {"cad": 1}
    assert (years / (total / years)).dimension == {"years": 2, "cad": -1}
    expansion = chapter.figures.funds_expansion_2020 / chapter.figures.funds_expansion_duration_2020
    both = chapter.figures.yearly_community_fund_2019 + expansion  # money a year and money a year
    assert english(both * 3) == "between $21.0 million and $48.6 million"  # 7 × 3, and up to 46 ÷ 5 × 3 more


def test_a_change_and_a_share_are_in_per_cent(chapter: Chapter) -> None:
    second, first = chapter.figures.strategy_investment_2025, chapter.figures.strategy_investment_2020
    assert english(second.change_from(first, decimals=1)) == "more than 12.3%"  # 38 / 307 is 12.378%
    existing = chapter.figures.existing_money_2020
    assert existing.share_of(first).quantity == (existing / first).percent().quantity
    with pytest.raises(Refused, match="a ratio of like numbers"):
        second.change_from(chapter.figures.strategy_duration_2016)
    with pytest.raises(CannotBeKept):
        first.change_from(first * 0)


@pytest.mark.parametrize(
    ("printed", "unit", "whole", "ends"),
    [
        ("2.3", "per_100k", 14_800_000, (333, 347)),  # 2.25 × 148 is 333; 2.35 × 148 is 347.8
        ("0.0", "per_100k", 10_000_000, (0, 4)),  # up to 0.05, left out, × 100 is 5
        ("2.5", "per_100k", 10_000_000, (245, 254)),  # 255 would be printed as 2.6
        ("22", "per_1000_people", 10_000, (215, 224)),
        ("30", "percent", 200, (59, 60)),  # 29.5% of 200 is 59; 30.5% is 61, left out
    ],
)
def test_a_rounded_rate_or_share_implies_whole_counts(
    number: Make, chapter: Chapter, printed: str, unit: str, whole: int, ends: tuple[int, int]
) -> None:
    decimals = len(printed.partition(".")[2])
    rate = number(Quantity.exact(printed), unit=unit, decimals=decimals, vocabulary=chapter.vocabulary)
    of = number(Quantity.exact(whole), name="whole", vocabulary=chapter.vocabulary)
    counts = rate.implied_counts(of, "incidents", "Implied")
    assert (counts.quantity.low, counts.quantity.high) == ends
    assert (counts.unit, counts.kind, counts.label) == ("incidents", "estimate", "Implied")
    (same,) = column(rate).figure.implied_counts(of, "incidents", "Implied")
    assert same.quantity == counts.quantity


def test_a_population_of_another_place_leaves_no_count(number: Make, chapter: Chapter) -> None:
    rate = number(Quantity.exact("2.3"), unit="per_100k", decimals=1, vocabulary=chapter.vocabulary)
    few = number(Quantity.exact(10_000), name="few", vocabulary=chapter.vocabulary)  # between 0.225 and 0.235
    with pytest.raises(CannotBeKept, match="no whole number"):
        rate.implied_counts(few, "incidents")
    assert column(rate).figure.implied_counts(few, "incidents").isna().all()
    with pytest.raises(Refused, match=r"in people; allowed: a number in percent, per_100k, per_1000"):
        few.implied_counts(few, "incidents")


def test_the_most_is_a_bound_under_its_assumption(number: Make) -> None:
    between = number(Quantity(Fraction(3), Fraction(5), high_open=True))
    most = between.at_most("The most", assuming=WHY)
    assert (english(most), most.kind, most.method, most.label) == ("fewer than 5", "estimate", WHY, "The most")
    assert english(number(Quantity.of("up-to", 7)).at_most(assuming=WHY)) == "up to 7"
    with pytest.raises(CannotBeKept, match="no upper end"):
        number(Quantity.of("more-than", 3)).at_most(assuming=WHY)
    with pytest.raises(Refused, match="no reason for the most of"):
        between.at_most(assuming="")


def test_columns_have_the_same_verbs_row_by_row(number: Make) -> None:
    first, last = (number(Quantity.exact(v), name=f"n{v}") for v in (40, 50))
    none = number(Quantity.exact(0), name="none")
    changes = column(last, last, last, None).figure.change_from(column(first, none, None, first), ["a", "b", "c", "d"])
    assert [None if cell is pd.NA else (english(cell), cell.label) for cell in changes] == [("25.0%", "a"), *[None] * 3]
    assert [english(cell) for cell in column(first, last).figure.share_of(last)] == ["80.0%", "100.0%"]
    assert [english(cell) for cell in column(first, last).figure.per(first, decimals=1)] == ["1.0", "about 1.2"]
    with pytest.raises(DefinitionsDiffer, match="row 1: "):
        column(first, number(Quantity.exact(3), unit="charges", name="c")) + column(last, last)


def test_what_numbers_are_about_is_a_column(chapter: Chapter, number: Make) -> None:
    pair = column(chapter.figures.people_served, None).figure
    assert pair.period[0] == chapter.figures.people_served.period
    assert pair.label[1] is None
    assert (pair.place[0], pair.definition[0]) == ("Ontario", "people_served")
    assert pair.publisher[0] == chapter.figures.people_served.source.publisher
    assert column(number(Quantity.exact(1), kind="derived")).figure.publisher[0] is None


def test_the_words_of_prose_have_one_verb(chapter: Chapter, recorded: Recorded) -> None:
    served = chapter.figures.people_served
    chapter.say(
        laws=review.phrase("by_laws", "trafficking_1525"),
        none=None,
        window=served.period,
        year=2021,
        span=review.period("2021-12", "2023-02"),
        place=chapter.label("places", "Ontario", "in"),
        text=N_("a condition"),
    )
    by_name = {record.pop("name"): record for record in recorded}
    assert by_name == {
        "laws": {"text": review.phrase("by_laws", "trafficking_1525")},
        "none": {"absent": True},
        "window": {"start": served.start, "end": served.end},
        "year": {"start": "2021", "end": "2021"},
        "span": {"start": "2021-12", "end": "2023-02"},
        "place": {"text": {"en": "in Ontario", "fr": "en Ontario"}},
        "text": {"text": "a condition"},
    }
    with pytest.raises(Refused, match=r"window: found the number more than 29,000.*chapter.record"):
        chapter.say(window=served)
    with pytest.raises(Refused, match="year: found 2024 to 2021; allowed: a period that starts before it ends"):
        chapter.say(year=("2024", "2021"))


def test_what_there_is_not_is_a_row_of_none() -> None:
    frame = pd.DataFrame({"number": [1, 2], "year": [2021, 2022]})
    assert (review.first(frame).year, review.last(frame).year) == (2021, 2022)
    assert (review.first(frame.year), review.last(frame.year)) == (2021, 2022)
    assert [*review.first(frame[:0])] == [None, None]
    assert review.last(frame.year[:0]) is None


def test_the_way_out_of_a_sum_over_places_leads_out(chapter: Chapter) -> None:
    people = chapter.frame("population").drop_duplicates("place").people
    first, second = people.iloc[:2]
    with pytest.raises(DefinitionsDiffer, match=r"found place .*\.counting\(unit, why=, definition=, place=\)"):
        first + second
    both = [part.counting("people", why=WHY, place="Ontario") for part in (first, second)]
    assert (both[0] + both[1]).place == "Ontario"
    total = chapter.whole([first, second], "people", why=WHY, place="Ontario")
    assert (total.place_label["fr"], total.quantity) == ("Ontario", (both[0] + both[1]).quantity)
    with pytest.raises(Refused, match=r"found 'Ontaria' \(nearest: Ontario\); allowed: an id of data/places.csv"):
        first.counting("people", why=WHY, place="Ontaria")


@pytest.mark.slow
def test_the_examples_of_the_guide_run(recorded: Recorded) -> None:
    pages = [ROOT / "docs" / f"{page}.md" for page in ("numbers", "writing-a-chapter")]
    part = "".join(page.read_text(encoding="utf-8") for page in pages)
    names: dict[str, Any] = {"N_": N_, "review": review, "measures": measures, "Series": Series}
    blocks = re.findall(r"```python\n(.*?)```", part, re.S)
    for block in blocks:
        exec(block, names)
    assert len(blocks) == 6
    assert english(names["a_year"]) == "more than 9,666"
    assert english(names["most_money"]) == "up to $57.6 million"
    assert {"people_served", "window", "in_place", "first", "rate_there"} <= {record.get("name") for record in recorded}
    assert isinstance(names["served"], Figure)


FRAME = pd.DataFrame({"kind": ["a", "b", "a", "a"], "given": [True, False, False, True], "other": [True] * 4})
LABELS = {"a": "The first", "b": "The second", "c": "The third", "given": "Given", "other": "Other"}


@pytest.mark.parametrize(
    ("rows", "words"),
    [(FRAME, "4"), (FRAME[FRAME.kind == "c"], "0"), (FRAME.given, "2"), (FRAME.kind == "a", "3")],
)
def test_rows_are_counted_with_what_was_counted(chapter: Chapter, rows: Any, words: str) -> None:
    number = chapter.count(rows, "statements", "rows of a list", "Rows")
    assert (show(number, "en").words, number.label) == (words, "Rows")
    assert (number.unit, number.formula, number.kind) == ("statements", "rows of a list", "derived")
    assert (number.place, number.start, number.caveats, number.figures()) == ("", "", (), [])
    assert number.nouns["fr"]["other"] == "énoncés"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (FRAME.groupby("kind"), {"a": 3, "b": 1}),
        (  # none of them is a "c"
            FRAME.assign(kind=pd.Categorical(FRAME.kind, ["b", "c", "a"])).groupby("kind", observed=False),
            {"b": 1, "c": 0, "a": 3},
        ),
        (FRAME[["given", "other"]], {"given": 2, "other": 4}),
    ],
)
def test_groups_and_conditions_are_counted_into_a_column_of_figures(
    chapter: Chapter, rows: Any, expected: dict[str, int]
) -> None:
    counts = chapter.count(rows, "statements", "rows of a list", LABELS)
    assert str(counts.dtype) == "figure"
    counted = {name: (number.label, int(number.quantity.value)) for name, number in counts.items()}
    assert counted == {name: (LABELS[name], number) for name, number in expected.items()}


@pytest.mark.parametrize(
    ("rows", "match"),
    [
        (7, "found int to count rows of; allowed: a frame"),
        ([1, 2], "found list"),
        (FRAME.kind, "found a column of str"),
        (FRAME.assign(kind="d").groupby("kind"), "found the group 'd' without a label"),
        (pd.Series([True, None], dtype="boolean"), "neither true nor false"),
        (pd.DataFrame({"a": pd.array([True, None], dtype="boolean")}), "neither true nor false"),
    ],
)
def test_what_is_no_count_of_rows_is_refused(chapter: Chapter, rows: Any, match: str) -> None:
    with pytest.raises(Refused, match=match):
        chapter.count(rows, "statements", "rows of a list", LABELS)
