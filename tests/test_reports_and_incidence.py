"""What the chapter on reports and incidence records, against numbers worked out by hand: like is compared with like,
conclusions follow from intervals, reversed data reverse them, and reports alone never tell."""

import math
from fractions import Fraction
from functools import cache
from typing import Any

import pandas as pd
import pytest
import small
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from small import DATA, Recorded, in_both

from evaluation.chapters import reports_and_incidence as incidence
from evaluation.chapters import reports_explored
from evaluation.chapters.detection.identification import DetectionBounds
from evaluation.chapters.detection.stories import Indicator, signatures, surviving
from evaluation.chapters.rules import shares_in_order
from evaluation.methods.counts import ratio_of_counts
from evaluation.numbers import flips
from evaluation.numbers.figures import Figures
from evaluation.numbers.frames import FigureArray
from evaluation.numbers.measures import without_origin
from evaluation.numbers.number import Number
from evaluation.numbers.quantity import Quantity
from evaluation.numbers.rules import Rule, written

pytestmark = pytest.mark.slow  # runs the chapter again and again
CHAPTER = "reports_and_incidence"
ALL_LAWS, TABLE = "all_human_trafficking", "trafficking_1525"
LEVEL, FACTOR = 0.95, 5.0


@cache
def ran(chapter: str = CHAPTER, **asked: Any) -> tuple[dict[str, Any], Recorded]:
    """The names that a chapter's cells leave and what they record, with these parameters, on the tests' tables."""
    return small.ran(chapter, **asked)


def recorded(name: str, **asked: Any) -> Number | None:
    return ran(**asked)[1].numbers.get(name)


def table(name: str, **asked: Any) -> list[list[dict[str, Any]]]:
    return ran(**asked)[1].rows(name)


def words(name: str, **asked: Any) -> str:
    return ran(**asked)[1].shown(name)[0] or ""


def choice(name: str, **asked: Any) -> str:
    return ran(**asked)[1].choices.get(name, "")


def chart(name: str, **asked: Any) -> list[dict[str, Any]]:
    return next((r["points"] for r in ran(**asked)[1] if r.get("chart") == name), [])


def in_cases(earlier: int, later: int, factor: float = FACTOR) -> tuple[float, float]:
    """The interval of a ratio of counts whose variance is so many times their mean, by its logarithm."""
    spread = norm.ppf(0.975) * math.sqrt(factor / earlier + factor / later)
    return later / earlier * math.exp(-spread), later / earlier * math.exp(spread)


def test_a_revised_count_is_never_set_against_a_first_one() -> None:
    """597 to 570 is a revision undone, not a fall."""
    pairs = ran()[0]["pairs"]
    two = pairs[(pairs.definition == ALL_LAWS) & (pairs.place == "Canada")]
    two = two[(two.year_earlier == 2022) & (two.year_later == 2023)]
    counts = {p.basis: (int(p.earlier.quantity.value), int(p.later.quantity.value)) for p in two.itertuples()}
    assert counts == {"release": (597, 605), "first": (528, 570)}


def test_one_release_is_one_publication_and_first_releases_are_of_their_years() -> None:
    """Whoever follows the citation finds both numbers there."""
    names, _ = ran()
    pairs, rows = names["pairs"], names["chapter"].tables.rows("police_reported")
    newest = {row["vintage"]: row["year"] for row in sorted(rows, key=lambda row: row["year"])}  # of any place
    assert set(pairs.basis) == {"release", "first", "mixed"}
    for pair in pairs[pairs.basis == "release"].itertuples():
        assert (pair.earlier.vintage, pair.earlier.source) == (pair.later.vintage, pair.later.source)
    for pair in pairs[pairs.basis == "first"].itertuples():
        years = [int(newest[one.vintage]) for one in (pair.earlier, pair.later)]
        assert years == [pair.year_earlier, pair.year_later]


def test_releases_that_are_not_alike_stand_alone_and_tell_nothing() -> None:
    pairs = ran()[0]["pairs"]
    bases = pairs.groupby(["definition", "place", "year_earlier", "year_later"]).basis.agg(set)
    assert all(found == {"mixed"} for found in bases if "mixed" in found)
    asked = {"earlier_year": 2012}
    assert (choice("went", **asked), choice("moved", **asked)) == ("mixed", "unknown-unknown")
    assert ran(**asked)[1].shown("chance", "limit", "confidence") == [None] * 3
    assert ran(**asked)[1].rows("three") == []
    assert chart("plane", **asked) == []
    assert choice("plane_reads", **asked) == ""  # no word on what is not drawn


def test_break_even_is_the_ratio_of_reports() -> None:
    found, limit = recorded("break_even"), recorded("limit")
    assert found.quantity == Quantity.exact(608) / Quantity.exact(555)
    assert limit.quantity == Quantity.exact(100) * Quantity.exact(555) / Quantity.exact(608)
    assert recorded("limit", definition=TABLE, earlier_year=2023) is None  # reports fell: detection need not rise


def pair_of(number: Any, earlier: int, later: int) -> pd.DataFrame:
    """Two years of counts in one release."""
    row = {"definition": "d", "place": "p", "year_earlier": 2021, "year_later": 2024, "basis": "release"}
    counts = {
        f"reports_{side}": FigureArray([number(Quantity.exact(count), name=f"{side}_{count}", unit="incidents")])
        for side, count in (("earlier", earlier), ("later", later))
    }
    return pd.DataFrame([row]).assign(**counts)


def concluded(number: Any, counts: tuple[int, int], bounds: DetectionBounds) -> str:
    return str(incidence.left_open(pair_of(number, *counts), bounds, LEVEL, 1.0).conclusion[0])


@pytest.mark.parametrize(
    ("counts", "bounds", "said"),
    # 608 / 555 with chance is 0.974 to 1.232: detection beyond it tells, detection within does not.
    [
        ((555, 608), (1.3, 1.3), "fell"),
        ((555, 608), (0.9, 0.9), "rose"),
        ((555, 608), (1.2, 1.2), "cannot-be-told"),
        ((608, 555), (0.7, 0.7), "rose"),
        ((608, 555), (1.1, 1.1), "fell"),
        ((1, 5000), (0.0, math.inf), "cannot-be-told"),  # reports alone
    ],
)
def test_supposed_detection_tells_beyond_the_interval(number: Any, counts: Any, bounds: Any, said: str) -> None:
    assert concluded(number, counts, DetectionBounds(*bounds)) == said


def test_each_supposition_leaves_what_it_must(number: Any) -> None:
    pair = pair_of(number, 555, 608)
    bounds = [DetectionBounds.unknown(), DetectionBounds.did_not_fall()]
    bounds += [DetectionBounds(1.0, high) for high in (1.0, 2.0)]
    left = (incidence.left_open(pair, one, LEVEL, FACTOR).left_open[0].quantity for one in bounds)
    anything, at_most, point, stated = left
    assert (anything.low, anything.low_open, anything.high) == (-100, True, None)
    assert at_most.low == -100
    assert float(at_most.high) == pytest.approx((608 / 555 - 1) * 100)
    assert point.low == point.high
    assert float(stated.low) == pytest.approx((608 / 555 / 2 - 1) * 100)


def test_a_conclusion_holds_by_every_comparison_or_not_at_all() -> None:
    """From 2022 first releases show a rise where detection is known to be unchanged; one release does not."""
    shares = dict.fromkeys(("earlier_share_from", "earlier_share_to", "later_share_from", "later_share_to"), 0.1)
    shares["variance_factor"] = 1.0
    names, _ = ran(earlier_year=2022, **shares)
    each = incidence.left_open(names["alike"], DetectionBounds(1.0, 1.0), LEVEL, 1.0).conclusion
    assert list(each) == ["cannot-be-told", "rose"]
    assert choice("told", earlier_year=2022, **shares) == "cannot-be-told"
    assert choice("tight", earlier_year=2022, **shares) == "settles_some"
    assert (choice("told"), choice("tight"), choice("basis")) == ("cannot-be-told", "settles_nothing", "alone")


def test_what_would_change_the_wordings_that_chance_chose_is_worked_out(number: Any) -> None:
    """386 and 503 tell a rise; each side is moved to the first count with which they tell none, by the interval."""
    pair = pair_of(number, 386, 503)
    settled = incidence.settled(incidence.left_open(pair, DetectionBounds(1.0, 1.0), LEVEL, 1.0).conclusion)
    assert settled == "settles"
    found = {(one["input"], one["way"]): int(one["value"]) for one in flips.flips(Rule(*written(settled)))}
    assert found.keys() == {("earlier_386", "higher"), ("later_503", "lower")}
    for changed, before in (((found["earlier_386", "higher"], 503), (found["earlier_386", "higher"] - 1, 503)),
                            ((386, found["later_503", "lower"]), (386, found["later_503", "lower"] + 1))):  # fmt: skip
        assert ratio_of_counts(*changed, level=LEVEL).low <= 1 < ratio_of_counts(*before, level=LEVEL).low


def test_shares_supposed_bound_the_ratio_at_worst_ends() -> None:
    names = ("earlier_share_from", "earlier_share_to", "later_share_from", "later_share_to")
    asked = dict(zip(names, (0.1, 0.2, 0.3, 0.4), strict=True))
    bounds = ran(**asked)[0]["bounds"]
    assert (bounds.low, bounds.high) == pytest.approx((1.5, 4.0))
    assert choice("basis", **asked) == "supposed"
    # What police come to know explains a change, where there is one and no share is supposed.
    assert (choice("explained"), choice("explained", **asked)) == ("changed", "")
    assert choice("explained", definition=TABLE, earlier_year=2011, later_year=2012) == "unchanged"
    assert len(chart("plane", **asked)) == len(chart("plane")) + 1 == 3  # with the line of no change
    assert ran(earlier_share_to=0.5, later_share_from=0.25)[0]["bounds"] == DetectionBounds(0.5, math.inf)


@pytest.mark.parametrize(
    ("shares", "refused"),
    [
        ((0.2, 0.2, 0.3, 0.3), None),
        ((0.3, 0.2, 0.0, 1.0), "earlier_share_from"),
        ((0.0, 1.0, 0.5, 0.4), "later_share_from"),
    ],
)
def test_shares_out_of_order_are_refused(tables: Any, shares: tuple[float, ...], refused: str | None) -> None:
    refusal = shares_in_order(tables, *shares)
    assert (refusal and refusal[0]) == refused


@given(earlier=st.integers(300, 600), later=st.integers(300, 600))
def test_suppositions_around_what_would_explain_the_reports(earlier: int, later: int) -> None:
    """Below a later share that would explain the reports there was more trafficking, at it as much, above it less."""
    ratio = Fraction(later, earlier)
    break_even = FigureArray([without_origin("ratio", "", Quantity.exact(ratio), "ratio", "")])
    pair = pd.DataFrame({"reports_earlier": [1], "reports_later": [1], "break_even": break_even})
    more, same, less = (ratio * 10 / share for share in incidence.shares_around(pair, 10))
    assert less < 0.98 < 0.99 <= same <= 1.011 < 1.02 < more


def test_what_survives_both_suppositions_of_growing_trafficking() -> None:
    """The title of the chart of signs says these two."""
    assert surviving(signatures()) == [Indicator.REPORTS, Indicator.SERVED]
    assert in_both(incidence.listed(surviving(signatures()))) == {
        "en": "police reports and people served by services",
        "fr": "affaires déclarées par la police et personnes servies",
    }


def test_scenarios_hold_every_pair_of_years_once() -> None:
    names, _ = ran()
    found = reports_explored.scenarios(Figures(DATA), names["pairs"], LEVEL)
    first = found[0]
    assert (first["place_key"], first["definition"]) == ("Canada", ALL_LAWS)
    years = first["years"]
    # Two years that only unlike releases give, such as 2009 and 2024, are no pair.
    assert set(first["pairs"]) < {f"{one}-{two}" for one in years for two in years if one < two}
    assert "2009-2024" not in first["pairs"]
    way, beside = first["pairs"]["2021-2024"]
    assert (way["basis"], way["releases"]["en"]) == ("release", "July 29, 2025")
    assert (beside["basis"], beside["releases"]["en"]) == ("first", "May 2, 2023; July 29, 2025")
    low, high, least, most, person = way["ends"]
    assert low == high == pytest.approx(608 / 555, rel=1e-6)
    assert (least, most) == pytest.approx(in_cases(555, 608))
    assert person == pytest.approx(38239864 / 41262329, rel=1e-6)
    assert "reports-are-not-incidence" in first["caveats"]


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [((1, 2), (3, 4), "keeps"), ((1, 2), (-3, -1), "rose-fell"), ((0, 0), (1, 2), "unchanged-rose"),
     ((1, 2), (-1, 2), "unknown")],
)  # fmt: skip
def test_what_a_revision_does_to_the_sign(
    before: tuple[int, int], after: tuple[int, int], effect: str, number: Any
) -> None:
    changes = (number(Quantity.between(*ends), "derived") for ends in (before, after))
    assert incidence.effect_of_revision(*changes) == ("revision_effect", effect)


def test_the_rate_behind_went_a_way_only_where_the_number_of_people_leaves_it_so() -> None:
    """More reports among still more people: the number rose, and no one can tell of the rate."""
    columns = {"number": (10, 10), "person": (1, 1), "chance": (2, 20), "person_chance": (-5, 8)}
    pairs = pd.DataFrame({"basis": ["release"], "unit": ["incidents"]})
    for name, ends in columns.items():
        pairs[name] = FigureArray([without_origin(name, "", Quantity.between(*ends), "percent", "")])
    assert incidence.moved(pairs) == ("number_moved", "rose-unknown")
    assert incidence.moved(pairs.assign(person_chance=pairs.chance)) == ("number_moved", "rose-too")


@pytest.mark.parametrize(
    ("conclusions", "said"),
    [(["rose", "rose"], "settles"), (["fell"], "settles"), (["rose", "fell"], "conflict"), ([], "settles_nothing"),
     (["cannot-be-told", "fell"], "settles_some"), (["cannot-be-told"] * 2, "settles_nothing")],
)  # fmt: skip
def test_what_known_detection_would_settle(conclusions: list[str], said: str) -> None:
    assert incidence.settled(conclusions) == said
