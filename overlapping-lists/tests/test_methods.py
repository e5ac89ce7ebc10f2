"""The methods: by hand, against statsmodels and scipy, on simulated lists."""

import math
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, linprog, minimize_scalar
from scipy.stats import bootstrap

from overlapping_lists import choice, intervals
from overlapping_lists.bounds import chao_lower_bound, sensitivity
from overlapping_lists.choice import Selection, choose, forward, lowest_bic_totals
from overlapping_lists.intervals import Ends, ends_at
from overlapping_lists.loglinear import counts_of, design, fit_models, standard_error
from overlapping_lists.nesting import Nesting, nestings
from overlapping_lists.table import Overlap, TableError, drop, frame_of, merge, overlap_of

EXAMPLE = Path(__file__).parents[1] / "examples" / "united_kingdom_2013.csv"


def by_rule(overlap: Overlap, rule: str, level: float = 0.95) -> Any:
    """A rule's estimate, the ends of its profile interval and the pairs that it chose."""
    chosen = choose(overlap, Selection(rule))
    ends = intervals.profile_ends(overlap, chosen, level)
    terms = tuple(name for name, held in zip(overlap.pairs, chosen.pairs[0], strict=True) if held)
    return SimpleNamespace(estimate=float(chosen.total[0]), low=ends.low, high=ends.high, terms=terms)


@pytest.fixture(scope="module")
def five() -> Overlap:
    return overlap_of(merge(pd.read_csv(EXAMPLE), "PF", "NCA"))


@pytest.fixture(scope="module")
def four(five: Overlap) -> Overlap:
    return overlap_of(drop(frame_of(five), "GP"))


def lists_of(**counts: int) -> Overlap:
    """`lists_of(A=3, AB=1)`: people by the one-letter lists that they are on."""
    names = sorted(set("".join(counts)))
    dense = [0] * 2 ** len(names)
    for history, count in counts.items():
        dense[sum(1 << names.index(name) for name in history)] = count
    return Overlap(tuple(names), tuple(dense[1:]))


def pairs_held(overlap: Overlap, *terms: str) -> np.ndarray:
    return np.array([[name in terms for name in overlap.pairs]])


def poisson(counts: Any, columns: Any) -> Any:
    """Statsmodels' model of counts, imported where it is asked for: that takes a second."""
    import statsmodels.api as sm  # type: ignore[import-untyped, unused-ignore]

    return sm.GLM(counts, columns, family=sm.families.Poisson())


def columns(overlap: Overlap, terms: Sequence[str], first: int = 1) -> np.ndarray:
    """An intercept, the lists and some pairs, a row each history from the first one on."""
    lists = {name: np.arange(first, 2 ** len(overlap.lists)) >> i & 1 for i, name in enumerate(overlap.lists)}
    pairs = [np.prod([lists[name] for name in term.split(":")], axis=0) for term in overlap.pairs if term in terms]
    return np.column_stack([np.ones(len(pairs[0]) if pairs else 2 ** len(lists) - first), *lists.values(), *pairs])


def by_statsmodels(overlap: Overlap, terms: Sequence[str]) -> Any:
    return poisson(overlap.counts, columns(overlap, terms)).fit(tol=1e-12, maxiter=100)


EVERY = ("A:B", "A:C", "B:C")
BY_HAND: dict[str, tuple[dict[str, int], tuple[str, ...], float]] = {
    # 40 on A x 30 on B / 10 on both = 120.
    "Lincoln and Petersen": ({"A": 30, "B": 20, "AB": 10}, (), 120 - 60),
    # 40 x 30 x 20 x 6 / (12 x 10 x 8) = 150 on no list.
    "every pair of three": ({"A": 40, "B": 30, "C": 20, "AB": 12, "AC": 10, "BC": 8, "ABC": 6}, EVERY, 150),
    # Half or twice as many on all three, half or twice as many hidden: no count says which.
    "half on all three": ({"A": 40, "B": 30, "C": 20, "AB": 12, "AC": 10, "BC": 8, "ABC": 3}, EVERY, 75),
    "twice on all three": ({"A": 40, "B": 30, "C": 20, "AB": 12, "AC": 10, "BC": 8, "ABC": 12}, EVERY, 300),
    # A or B, which nobody is on together, against C: 50 without C x 25 C alone / 10 both = 125.
    "an empty pair": ({"A": 30, "B": 20, "C": 25, "AC": 6, "BC": 4}, ("A:B",), 125),
}


@pytest.mark.parametrize(("counts", "terms", "hidden"), BY_HAND.values(), ids=BY_HAND.keys())
def test_the_hidden_number_by_hand(counts: dict[str, int], terms: tuple[str, ...], hidden: float) -> None:
    overlap = lists_of(**counts)
    fitted = fit_models(design(len(overlap.lists)), counts_of(overlap), pairs_held(overlap, *terms))
    assert fitted.usable[0]
    assert fitted.total[0] == pytest.approx(overlap.observed + hidden)
    # A pair at minus infinity counts as a parameter too.
    parameters = 1 + len(overlap.lists) + len(terms)
    assert fitted.bic[0] - fitted.aic[0] == pytest.approx(parameters * (math.log(overlap.observed) - 2))
    if len(terms) == 3:  # all counts fit a model of every pair exactly, whatever it hides
        assert fitted.expected[0, 1:] == pytest.approx(counts_of(overlap)[0, 1:])


@pytest.mark.parametrize(
    ("counts", "terms"),
    [
        ({"A": 30, "B": 20, "AB": 10}, ("A:B",)),  # a pair of two lists
        ({"A": 30, "B": 20, "C": 25, "AC": 6, "BC": 4}, EVERY),  # 5 histories are left for 6 finite terms
        # Every pair has people, but nobody is on all three: 40 x 30 x 20 x 0 / ... has no finite logarithm.
        ({"A": 40, "B": 30, "C": 20, "AB": 12, "AC": 10, "BC": 8}, EVERY),
    ],
)
def test_where_there_is_no_estimate_there_is_no_number(counts: dict[str, int], terms: tuple[str, ...]) -> None:
    overlap = lists_of(**counts)
    fitted = fit_models(design(len(overlap.lists)), counts_of(overlap), pairs_held(overlap, *terms))
    assert (fitted.usable[0], fitted.total[0], fitted.aic[0], fitted.bic[0]) == (False, np.inf, np.inf, np.inf)


@pytest.mark.filterwarnings("ignore:Perfect separation")  # said of tables that the model fits exactly
@settings(max_examples=12, deadline=None)
@given(
    counts=st.lists(st.integers(1, 400), min_size=15, max_size=15),
    pairs=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_fits_what_statsmodels_fits(counts: list[int], pairs: list[bool]) -> None:
    overlap = Overlap(("A", "B", "C", "D"), tuple(counts))
    fitted = fit_models(design(4), counts_of(overlap), np.array([pairs]))
    other = by_statsmodels(overlap, [name for name, held in zip(overlap.pairs, pairs, strict=True) if held])
    held = np.array([True] * 5 + pairs)
    assert fitted.coefficients[0, held] == pytest.approx(other.params, abs=1e-7)
    assert fitted.aic[0] == pytest.approx(other.aic, abs=1e-6)
    assert standard_error(design(4), fitted, 0) == pytest.approx(other.bse[0], rel=1e-6)


def test_the_search_stops_where_the_new_term_has_p_above_a_twentieth() -> None:
    overlap = lists_of(A=41, B=26, AB=14, C=25, AC=6, BC=9, ABC=2)
    with_pair, without = by_statsmodels(overlap, ("A:C",)), by_statsmodels(overlap, ())
    # The pair lowers AIC (which asks for p below 0.157), and its p is 0.087.
    assert with_pair.aic < without.aic
    assert with_pair.pvalues[-1] == pytest.approx(0.0868, abs=1e-4)
    assert by_rule(overlap, "forward").terms == ()


def fienberg_rinaldo(matrix: np.ndarray, counts: np.ndarray) -> bool:
    """The published linear program: some table with the fitted margins has every entry above 0."""
    result = linprog(
        [*np.zeros(len(counts)), -1],
        A_ub=np.column_stack([-np.eye(len(counts)), np.ones(len(counts))]),
        b_ub=np.zeros(len(counts)),
        A_eq=np.column_stack([matrix.T, np.zeros(matrix.shape[1])]),
        b_eq=matrix.T @ counts,
    )
    return bool(-result.fun > 1e-9)


@settings(max_examples=40, deadline=None)
@given(
    counts=st.lists(st.sampled_from([0, 0, 0, 1, 2, 9, 1000]), min_size=15, max_size=15),
    pairs=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_existence_is_what_the_published_linear_program_says(counts: list[int], pairs: list[bool]) -> None:
    try:
        overlap = Overlap(("A", "B", "C", "D"), tuple(counts))
    except TableError:
        return
    shared, table = design(4), counts_of(overlap)
    fitted, held = fit_models(shared, table, np.array([pairs])), np.array([True] * 5 + pairs)
    active = held & (table[0, 1:] @ shared.matrix[1:] > 0)
    # The histories of empty pairs, and that of nobody, have left the table.
    cells = (shared.matrix[:, held & ~active].sum(1) == 0) & (np.arange(16) > 0)
    matrix = shared.matrix[cells][:, active]
    identified = np.linalg.matrix_rank(matrix) == active.sum()
    assert fitted.usable[0] == (identified and fienberg_rinaldo(matrix, table[0, cells]))


def test_the_bootstrap_repeats_the_choice(four: Overlap) -> None:
    totals = intervals.bootstrap_totals(four, draws=200, seed=3)
    assert (totals == intervals.bootstrap_totals(four, draws=200, seed=3)).all()
    profile = by_rule(four, "all")
    ends = ends_at(totals, np.array([0.025, 0.975]))
    # Choosing adds doubt that an interval given the model does not know of.
    assert ends.low < profile.low
    assert ends.high > profile.high


def test_each_resample_gets_the_model_that_it_would_get_alone(five: Overlap) -> None:
    counts = counts_of(five)[0]
    draws = np.random.default_rng(5).multinomial(2744, counts / counts.sum(), size=5).astype(float)
    alone = [lowest_bic_totals(five, draws[i : i + 1])[0] for i in range(5)]
    assert lowest_bic_totals(five, draws) == pytest.approx(alone, rel=1e-9)


def test_a_resample_that_loses_a_list_is_fitted_without_it() -> None:
    # C, with one person on A as well, is lost: 40 x 30 / 10 = 120 from A and B.
    counts = np.array([[0, 30, 20, 10, 0, 0, 0, 0]], dtype=float)
    assert forward(design(3), counts).total[0] == pytest.approx(120)


def profile_by_statsmodels(overlap: Overlap, terms: Sequence[str], dark: float) -> float:
    """Multinomial log likelihood with `dark` people on no list, of a Poisson regression on all 2**t counts."""
    counts = np.array([dark, *overlap.counts])
    fitted = poisson(counts, columns(overlap, terms, first=0)).fit(tol=1e-13, maxiter=200)
    shares = fitted.mu / counts.sum()
    return float((counts * np.log(shares)).sum() + math.lgamma(counts.sum() + 1) - math.lgamma(dark + 1))


@pytest.mark.parametrize(("level", "quantile"), [(0.5, 0.45493642), (0.95, 3.84145882)])  # of chi-squared, one degree
def test_the_profile_interval_against_statsmodels(four: Overlap, level: float, quantile: float) -> None:
    found = by_rule(four, "forward", level=level)

    def below(dark: float) -> float:
        return -profile_by_statsmodels(four, found.terms, dark)

    top = minimize_scalar(below, bounds=(found.low - four.observed, found.high - four.observed), method="bounded")
    ends = (
        brentq(lambda dark: below(dark) - top.fun - quantile / 2, *between)
        for between in ((top.x / 3, top.x), (top.x, top.x * 3))
    )
    assert (found.low, found.high) == pytest.approx([four.observed + end for end in ends], rel=2e-4)


def test_bca_against_scipy() -> None:
    # Lincoln and Petersen of 60 people, on A, on B; the same resampled totals are given to both programs.
    people = np.array([1] * 30 + [0] * 20 + [1] * 10), np.array([0] * 30 + [1] * 20 + [1] * 10)

    def petersen(a: np.ndarray, b: np.ndarray, axis: int = -1) -> np.ndarray:
        return a.sum(axis) * b.sum(axis) / (a * b).sum(axis)

    drawn = bootstrap(people, petersen, paired=True, n_resamples=4000, confidence_level=0.9, rng=3, vectorized=True)
    totals = np.sort(drawn.bootstrap_distribution)
    ours = intervals.bca_ends(lists_of(A=30, B=20, AB=10), 120.0, totals, 0.9)
    # scipy interpolates between the totals, so it is off by less than one of them.
    assert (ours.low, ours.high) == pytest.approx(tuple(drawn.confidence_interval), rel=5e-3)
    assert ours.high != pytest.approx(np.quantile(totals, 0.95), rel=0.02)


def test_the_error_of_a_percentile_is_that_of_its_rank(four: Overlap) -> None:
    # Of 10,000 uniform totals the 2.5% point has a standard error of sqrt(0.025 x 0.975 / 10,000) = 0.00156.
    found = ends_at(np.arange(1, 10_001) / 10_000, np.array([0.025, 0.975]))
    assert (found.low, found.high) == (0.025, 0.975)
    assert (found.low_error, found.high_error) == pytest.approx((0.00156, 0.00156), abs=1e-4)


@pytest.mark.parametrize(
    ("error", "low", "high"),
    [(0.0, 1234.5, 5678.5), (0.4, 1234, 5679), (3, 1234, 5679), (30, 1230, 5680), (3400, 1200, 6000)],
)
def test_ends_are_rounded_outward_to_what_their_error_earns(error: float, low: float, high: float) -> None:
    rounded = intervals.earned(
        Ends(low=1234.5, high=5678.5, low_error=error, high_error=error), 1200
    )  # 1,200 people were seen
    assert (rounded.low, rounded.high) == (low, high)


def test_the_sparse_search_lets_in_a_pair_that_nobody_is_on() -> None:
    # A or B, 400 without C and 120 with, against C alone, 200: 400 x 200 / 120 = 666.67 on no list.
    found = by_rule(lists_of(A=200, B=200, C=200, AC=60, BC=60), "sparse")
    assert found.terms == ("A:B",)
    assert found.estimate == pytest.approx(720 + 666.667, abs=0.001)


def test_the_search_near_the_lowest_bic_finds_every_model_there(five: Overlap) -> None:
    assert np.sort(choice.fit_near(five).supported().total) == pytest.approx(
        np.sort(choice.looked_at(five).supported().total)
    )


def test_chao_by_hand() -> None:
    # Two lists: Lincoln and Petersen, 40 x 30 / 10.
    bound = chao_lower_bound(lists_of(A=30, B=20, AB=10))
    assert bound.total == pytest.approx(120)
    # Sekar and Deming's variance, 40 x 30 x 30 x 20 / 10**3 = 720; exp(1.95996 x sqrt(log(1 + 720 / 60**2))) = 2.3094.
    assert (bound.low, bound.high) == pytest.approx((60 + 60 / 2.3094, 60 + 60 * 2.3094), rel=1e-3)
    assert chao_lower_bound(lists_of(A=5, B=6, C=4, ABC=1)) is None


def drawn(seed: int, people: int, *chances: float, apart: float = 0.0) -> np.ndarray:
    """Who is on which list (people x lists); `apart` is the standard deviation of a person's own log odds."""
    random = np.random.default_rng(seed)
    odds = np.divide(chances, np.subtract(1, chances)) * np.exp(random.normal(0, apart, (people, 1)))
    return random.random(odds.shape) < odds / (1 + odds)


def inside(seed: int, lists: np.ndarray, outer: list[int], share: float, lost: float = 0.0) -> np.ndarray:
    """The first list holds a share of whoever is on one of `outer`, and `lost` of as many people of nobody else's."""
    random, others = np.random.default_rng(seed), lists[:, outer].any(1)
    within = others & (random.random(len(lists)) < share)
    lists[:, 0] = within | (~others & (random.random(len(lists)) < lost * within.sum() / (~others).sum()))
    return lists


def counted(lists: np.ndarray) -> Overlap:
    histories = np.bincount(lists @ (1 << np.arange(lists.shape[1])), minlength=2 ** lists.shape[1])[1:]
    return Overlap(tuple("ABCDEFGH"[: lists.shape[1]]), tuple(histories.tolist()))


FOUR, EIGHT = (0.1, 0.15, 0.2, 0.1), (0.03, 0.15, 0.06, 0.04, 0.08, 0.02, 0.05, 0.03)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in (1, 2))])
@pytest.mark.parametrize(
    ("chances", "outer", "share", "lost"),
    [
        ((0.1, 0.3), [1], 0.4, 0.0),
        (EIGHT, [1], 0.3, 0.0),
        (FOUR, [1], 0.4, 0.05),  # a twentieth lost in matching
        (FOUR, [1], 1.0, 0.0),  # a duplicate
        (FOUR, [1], 0.97, 0.02),  # a register copied with slips
        (FOUR, [1, 2, 3], 0.3, 0.0),  # in all three others together
    ],
)
def test_a_list_inside_others_is_named(
    chances: tuple[float, ...], outer: list[int], share: float, lost: float, seed: int
) -> None:
    overlap = counted(inside(seed, drawn(seed, 2000, *chances), outer, share, lost))
    names = tuple("ABCD"[place] for place in outer)
    assert (("A",), names) in [(one.inner, one.outer) for one in nestings(overlap)]


@pytest.mark.parametrize(
    ("overlap", "nesting"),
    [
        (lists_of(B=200, C=260, AB=70, BC=40, ABC=15), Nesting(("A",), ("B",), 85, 0)),  # B holds everybody on A
        (lists_of(B=200, C=260, BC=30, BD=70, CD=80, BCD=15), Nesting(("D",), ("B", "C"), 165, 0)),
        (lists_of(A=1, B=120, AB=99), Nesting(("A",), ("B",), 100, 1)),  # all but one on A are on B
    ],
)
def test_a_nesting_says_how_many_people_are_outside(overlap: Overlap, nesting: Nesting) -> None:
    assert nestings(overlap) == (nesting,)


@pytest.mark.parametrize(
    ("chances", "apart"),
    [
        ((0.7, 0.8, 0.6), 0.0),
        (FOUR, 1.5),
        ((0.3, 0.2, 0.3, 0.1), 3.0),  # people who differ much
        ((0.85, 0.2, 0.2, 0.1, 0.1), 0.0),  # one that reaches most
    ],
)
def test_lists_that_lie_apart_are_not_called_nested(chances: tuple[float, ...], apart: float) -> None:
    tables = [counted(drawn(seed, 1000, *chances, apart=apart)) for seed in range(6)]
    assert [overlap.counts for overlap in tables if nestings(overlap)] == []


def test_the_interaction_of_all_lists_multiplies_the_hidden_number() -> None:
    # As half and twice as many on all three lists do by hand, above.
    assert sensitivity(126, 276, 276) == (126 + 75, 126 + 300)
    assert sensitivity(100, 150, 400) == (125, 700)
