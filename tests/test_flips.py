"""What would change a conclusion: at the value that is stated its rule chooses another wording, one unit before it does
not, for every one."""

from dataclasses import replace
from fractions import Fraction

from small import Make

from evaluation.chapters import (
    evidence,
)
from evaluation.numbers import flips, measures
from evaluation.numbers.changes import moved
from evaluation.numbers.number import Figure, Number
from evaluation.numbers.quantity import Quantity
from evaluation.numbers.rules import Choice, Rule, rule, written
from evaluation.pages import conclusions as pages
from evaluation.records.prose import Values
from evaluation.records.record import rule_record


def test_a_statement_and_a_copy_agree_until_one_of_them_moves(number: Make) -> None:
    stated, copy = (number(Quantity.exact(72), name=name) for name in ("stated", "copy"))
    chosen = evidence.agreement_of((stated,), copy, "each")
    assert chosen == "equal"
    assert written(chosen)[0] == ["agreement_of", ["list", "stated"], "copy", {"text": "each"}]
    assert told(chosen) == [
        (name, *side, True) for name in ("stated", "copy") for side in (("lower", "71"), ("higher", "73"))
    ]
    rounded = number(Quantity.of("about", 240), name="rounded")
    assert evidence.agreement_of([rounded], number(Quantity.exact(245)), "each") == "within"
    assert evidence.agreement_of([rounded], number(Quantity.exact(246)), "each") == "different"
    assert evidence.agreement_of([stated, copy], number(Quantity.of("more-than", 143)), "sum") == "within"


def rate(number: Make, value: str, year: str, name: str) -> Figure:
    return number(Quantity.exact(value), name=name, unit="per_100k", decimals=1, start=year, end=year)


def told(choice: str) -> list[tuple[str, str, str, bool]]:
    own = Rule(*written(choice))
    return [(flip["input"], flip["way"], flip["value"], flip["beyond"]) for flip in flips.flips(own)]


def test_a_rate_that_rose_by_hand(number: Make) -> None:
    """A rounded rate's upper end is left out: 2.1 is below 2.15, where 2.2 begins; only what is printed alike ties."""
    chosen = moved(rate(number, "2.1", "2023", "before"), rate(number, "2.5", "2024", "now"))
    assert chosen == "rose"
    assert told(chosen) == [("before", "higher", "5/2", True), ("now", "lower", "21/10", True)]


def test_a_result_of_a_method_is_moved_as_it_is(number: Make) -> None:
    """The figures that it was worked out from are not: what they would give, nobody has worked out."""

    @rule
    def how_far_apart(lowest: Number, highest: Number) -> str:
        return "apart" if highest.quantity.value / lowest.quantity.value >= Fraction(3, 2) else "near"

    seen = number(Quantity.exact(2744), name="seen")
    ends = [measures.measure(name, name, Quantity.exact(value), [seen], "a model", estimate=True)
            for name, value in (("lowest", 10_000), ("highest", 16_000))]  # fmt: skip
    assert sorted(told(how_far_apart(*ends))) == [
        ("highest", "lower", "14999", True), ("lowest", "higher", "10667", True)
    ]  # fmt: skip


def test_no_value_changes_what_bounds_leave_open(number: Make) -> None:
    most, some = number(Quantity.of("up-to", 5), name="most"), number(Quantity.of("at-least", 1), name="some")
    assert measures.against(most, some) == "unknown"
    assert [flip[0] for flip in told(measures.against(most, 0))] == []
    least = number(Quantity.of("more-than", 1), name="least")
    assert [measures.ranked(one, [most]) for one in (least, some)] == ["minimum", "unknown"]


def test_a_rule_that_is_not_the_same_everywhere_beyond_says_so(number: Make) -> None:
    @rule
    def in_a_gap(one: Number) -> str:
        return "in" if one.quantity.value in (12, 13) else "out"

    figure = number(Quantity.exact(10), name="ten")
    assert told(in_a_gap(figure)) == [("ten", "higher", "12", False)]


def test_another_wording_further_on_is_no_old_one_and_a_division_by_nothing_says_nothing(number: Make) -> None:
    """The last step was down, from 522 to 503: at 503 it is none, below that up, and from 0 there is no step."""
    before, now = (number(Quantity.exact(v), name=n, unit="incidents") for n, v in (("before", 522), ("now", 503)))
    change = now.change_from(before)
    for chosen in (measures.direction(change), measures.direction(replace(change, name="change"))):
        assert chosen == "fell"
        assert {(f["input"], f["value"], f["beyond"], f["choice"]) for f in flips.flips(Rule(*written(chosen)))} == {
            ("before", "503", True, "unchanged"), ("now", "522", True, "unchanged"),
        }  # fmt: skip


def test_a_bound_keeps_its_kind(number: Make) -> None:
    figure = number(Quantity.between(10, 12), name="a")
    assert flips.changed(figure, Fraction(20)).quantity == Quantity.between(20, 22)
    least = replace(figure, quantity=Quantity.of("more-than", 10))
    assert flips.changed(least, Fraction(20)).quantity == Quantity.of("more-than", 20)
    most = replace(figure, quantity=Quantity.of("up-to", 10))
    assert flips.changed(most, Fraction(20)).quantity == Quantity.of("up-to", 20)


def test_what_no_tree_can_hold_is_not_written(number: Make) -> None:
    assert rule_record("rose") == rule_record(measures.direction(Quantity.exact(1))) == {}
    nameless = number(Quantity.exact(1), kind="derived", name="")
    assert rule_record(measures.direction(nameless)) == {}
    assert written(measures.direction(nameless), lambda one: replace(one, name="n"))[0] == ["direction", "n"]
    odd = Choice("rose")
    odd.rule = ("direction", object())
    assert rule_record(odd) == {}


def test_below_nothing_there_is_nothing_and_a_wording_is_quoted_within_marks_of_the_second_kind(number: Make) -> None:
    figure = number(Quantity.exact(1), name="one")
    flip = {"input": "one", "way": "lower", "value": "0", "beyond": True}
    assert pages.flip_in_words("en", [flip], figure, "Teams") == "if Teams were 0 (it is 1)"
    higher = flip | {"way": "higher", "value": "3"}
    both = "if Teams were 1 or lower, or 3 or higher (it is 1)"
    assert pages.flip_in_words("en", [flip | {"value": "1"}, higher], figure, "Teams") == both
    words = "nomme un «\u00a0indicateur\u00a0», sous conditions"
    assert pages.marked(words, "fr") == "nomme un “indicateur”, sous conditions"
    assert pages.marked("names one “indicator”", "en") == "names one ‘indicator’"


def test_wordings_that_the_same_values_change_stand_together_each_within_its_sentence(number: Make) -> None:
    counts = [number(Quantity.exact(value), name=f"c{value}", label=f"Count {value}") for value in (40, 50)]
    values = Values("en")
    for name, words in (("told", "rose"), ("why", "Reports rose")):
        chosen = rule_record(measures.direction(counts[1].change_from(counts[0])))
        wording = {"phrase": "", "choice": "rose", "wording": {"en": words, "fr": words}}
        values.take({"name": name} | wording | chosen)
    names = dict(pages.sentences_of("# Of *all*, [reports](x.html) {told}. {why}.\n\nNo {other}."))
    (found,) = pages.conclusions(values, names, pages.QUOTED_IN)
    assert found.sentences == [
        "“rose” in “Of all, reports rose”; “Reports rose” would no longer be said",
        "if Count 50, Ontario, 2021 to 2022 were 40 or lower (it is 50)",
        "if Count 40, Ontario, 2021 to 2022 were 50 or higher (it is 40)",
    ]
