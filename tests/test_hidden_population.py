"""Multiple systems estimation: by hand, against statsmodels, against what was published."""

import itertools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm  # type: ignore[import-untyped, unused-ignore]
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from evaluation.hidden_population import (
    HiddenPopulationError,
    NotConvergedError,
    NotIdentifiedError,
    Overlap,
    Rule,
    TableError,
    bootstrap_totals,
    choose,
    clusters,
    drop_lists,
    estimate_population,
    fit_all,
    loglinear,
    merge_lists,
    read_overlap,
)
from evaluation.hidden_population.choice import forward
from evaluation.hidden_population.design import design
from evaluation.hidden_population.existence import has_estimate
from evaluation.hidden_population.intervals import _acceleration, percentile_interval
from evaluation.hidden_population.loglinear import counts_of, fit_models, standard_error

# Silverman (2014): potential victims of trafficking in the UK in 2013, by list.
UK = """LA,NG,PF,GO,GP,NCA,count
1,0,0,0,0,0,54
0,1,0,0,0,0,463
0,0,1,0,0,0,907
0,0,0,1,0,0,695
0,0,0,0,1,0,316
0,0,0,0,0,1,57
1,1,0,0,0,0,15
1,0,1,0,0,0,19
1,0,0,1,0,0,3
0,1,1,0,0,0,56
0,1,0,1,0,0,19
0,1,0,0,1,0,1
0,1,0,0,0,1,3
0,0,1,1,0,0,69
0,0,1,0,1,0,10
0,0,1,0,0,1,31
0,0,0,1,1,0,8
0,0,0,1,0,1,6
0,0,0,0,1,1,1
1,1,1,0,0,0,1
1,1,0,1,0,0,1
0,1,1,1,0,0,4
0,1,1,0,0,1,3
0,0,1,1,0,1,1
1,1,1,1,0,0,1
"""


def table(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def six(tmp_path_factory: pytest.TempPathFactory) -> Overlap:
    return read_overlap(table(tmp_path_factory.mktemp("uk") / "uk.csv", UK))


@pytest.fixture(scope="module")
def five(six: Overlap) -> Overlap:
    return merge_lists(six, "PF+NCA")


@pytest.fixture(scope="module")
def four(five: Overlap) -> Overlap:
    return drop_lists(five, ["GP"])


def lists_of(**counts: int) -> Overlap:
    """`lists_of(A=3, AB=1)`: people by the one-letter lists that they are on."""
    names = sorted(set("".join(counts)))
    dense = [0] * 2 ** len(names)
    for history, count in counts.items():
        dense[sum(1 << names.index(name) for name in history)] = count
    return Overlap(tuple(names), tuple(dense[1:]))


def pairs_held(overlap: Overlap, *terms: str) -> np.ndarray:
    names = [f"{overlap.lists[i]}:{overlap.lists[j]}" for i, j in overlap.pairs]
    return np.array([[name in terms for name in names]])


def by_statsmodels(overlap: Overlap, terms: tuple[str, ...]) -> tuple[Any, list[tuple[int, int]]]:
    lists = len(overlap.lists)
    histories = np.array([[h >> i & 1 for i in range(lists)] for h in range(1, 2**lists)])
    pairs = [(i, j) for i, j in overlap.pairs if f"{overlap.lists[i]}:{overlap.lists[j]}" in terms]
    columns = [np.ones(len(histories)), *histories.T, *(histories[:, i] * histories[:, j] for i, j in pairs)]
    model = sm.GLM(overlap.counts, np.column_stack(columns), family=sm.families.Poisson())
    return model.fit(tol=1e-12, maxiter=100), pairs


# Reading


def test_reads_the_published_table(six: Overlap) -> None:
    assert six.lists == ("LA", "NG", "PF", "GO", "GP", "NCA")
    assert six.observed == 2744
    # Police force with any other: 19 + 56 + 69 + 10 + 31 + 1 + 4 + 3 + 1 + 1 = 195, alone 907.
    assert six.on_all(0b000100) == 907 + 195


def test_reads_byte_order_mark_blank_lines_and_spaces(tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", "\ufeffA, B,n\r\n1,0,30\r\n\r\n0,1,20\r\n1, 1,10\r\n")
    assert read_overlap(path) == Overlap(("A", "B"), (30, 20, 10), str(path))


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("", "-:-", "empty file"),
        ("\n\n", "-:-", "empty file"),
        ("A,n\n1,3\n", "1:-", "1 list; allowed: 2 to 8"),
        ("A;B;n\n1;0;3\n", "1:1", "semicolons"),
        ("A,B,C,D,E,F,G,H,I,n\n", "1:-", "9 lists; allowed: 2 to 8"),
        ("1,0,3\n0,1,2\n", "1:1", "the number 1 as a name"),
        ("A,A,n\n1,0,3\n", "1:2", "the list A twice"),
        ("A,,n\n1,0,3\n", "1:2", "without a name"),
        ("A,B,n\n1,0,-3\n", "2:3", "'-3' in n; allowed: whole numbers"),
        ("A,B,n\n1,0,3\n0,1,2.5\n", "3:3", "'2.5' in n"),
        ("A,B,n\n1,0,2.0\n", "2:3", "'2.0' in n"),
        ("A,B,n\n1,0,three\n", "2:3", "'three' in n"),
        ("A,B,n\n1,0,\n", "2:3", "'' in n"),
        ("A,B,n\n1,0,٣\n", "2:3", "in n"),
        ("A,B,n\n1,0,1000000001\n", "2:3", "allowed: whole numbers from 0 to 1000000000"),
        (f"A,B,n\n1,0,{'9' * 5000}\n", "2:3", "in n"),
        ("A,B,n\n1,2,3\n", "2:2", "'2' in B; allowed: 0 or 1"),
        ("A,B,n\nx,0,3\n", "2:1", "'x' in A"),
        ("A,B,n\n1,0\n", "2:-", "2 columns; allowed: 3"),
        ("A,B,n\n1,0,3\n0,0,9\n", "3:-", "people on no list"),
        ("A,B,n\n1,0,3\n0,1,2\n1,0,4\n", "4:-", "the history of row 2 again"),
        ("A,B,n\n1,0,3\n1,1,0\n", "1:2", "no person on B"),
        ('A,B,n\n1,0,"3\n', "2:-", "unexpected end of data"),
    ],
)
def test_refuses_a_table_with_the_place(tmp_path: Path, text: str, place: str, says: str) -> None:
    path = table(tmp_path / "bad.csv", text)
    with pytest.raises(TableError) as refused:
        read_overlap(path)
    message = str(refused.value)
    assert message.startswith(f"{path}:{place}: found ")
    assert says in message
    assert "; allowed: " in message
    assert "\n" not in message


def test_refuses_a_table_without_overlap(tmp_path: Path) -> None:
    path = table(tmp_path / "apart.csv", "A,B,C,n\n1,0,0,3\n0,1,0,2\n0,0,1,2\n")
    with pytest.raises(NotIdentifiedError, match=r"apart\.csv:-:-: found no person on two lists"):
        read_overlap(path)


def test_refuses_what_is_not_a_text_file(tmp_path: Path) -> None:
    (tmp_path / "latin.csv").write_bytes("A,B,n\n1,0,3\n0,1,é\n".encode("latin-1"))
    with pytest.raises(TableError, match=r"latin\.csv:3:-: found the byte 0xe9; allowed: text in UTF-8"):
        read_overlap(tmp_path / "latin.csv")
    with pytest.raises(TableError, match="no such file"):
        read_overlap(tmp_path / "none.csv")
    with pytest.raises(TableError, match="allowed: the path of a CSV file"):
        read_overlap(tmp_path)


@pytest.mark.parametrize("counts", [(1, 2), (1, 2, -1), (1, 2, 1.5), (1, 2, True)])
def test_refuses_counts_given_in_code(counts: tuple[int, ...]) -> None:
    with pytest.raises(TableError, match="found"):
        Overlap(("A", "B"), counts)


# Merging and dropping


def test_merging_is_being_on_either(six: Overlap, five: Overlap) -> None:
    assert five.lists == ("LA", "NG", "PF+NCA", "GO", "GP")
    assert five.observed == 2744
    # PF 1,102 and NCA 57 + 3 + 31 + 6 + 1 + 3 + 1 = 102, both 31 + 3 + 1 = 35: 1,102 + 102 - 35 = 1,169.
    assert five.on_all(0b00100) == 1169


def test_dropping_loses_who_is_on_no_other_list(five: Overlap, four: Overlap) -> None:
    assert four.lists == ("LA", "NG", "PF+NCA", "GO")
    assert four.observed == 2744 - 316


@pytest.mark.parametrize("merge", ["PF", "PF+PF", "PF+XX", "", "PF+", "LA+NG+PF+GO+GP+NCA"])
def test_refuses_what_cannot_be_merged(six: Overlap, merge: str) -> None:
    with pytest.raises(HiddenPopulationError, match="found"):
        merge_lists(six, merge)


def test_refuses_what_cannot_be_dropped(four: Overlap) -> None:
    with pytest.raises(HiddenPopulationError, match="drop: found 'GP'; allowed: LA, NG, PF"):
        drop_lists(four, ["GP"])
    with pytest.raises(TableError, match="found 1 list; allowed: 2 to 8"):
        drop_lists(four, ["LA", "NG", "GO"])


def test_refuses_a_merge_that_leaves_no_overlap() -> None:
    with pytest.raises(NotIdentifiedError, match="no person on two lists"):
        merge_lists(lists_of(A=5, B=4, AB=3, C=2), "A+B")


# Estimates by hand


def test_two_lists_are_lincoln_and_petersen() -> None:
    found = estimate_population(lists_of(A=30, B=20, AB=10), "main-effects")
    # 40 on A x 30 on B / 10 on both = 120.
    assert found.estimate == pytest.approx(120)
    assert (found.observed, found.terms) == (60, ())


def test_three_lists_with_every_pair() -> None:
    overlap = lists_of(A=40, B=30, C=20, AB=12, AC=10, BC=8, ABC=6)
    fitted = fit_models(design(3), counts_of(overlap), pairs_held(overlap, "A:B", "A:C", "B:C"))
    # 40 x 30 x 20 x 6 / (12 x 10 x 8) = 150 on no list.
    assert fitted.dark_figure[0] == pytest.approx(150)


def test_an_empty_pair_is_minus_infinity() -> None:
    overlap = lists_of(A=30, B=20, C=25, AC=6, BC=4)
    fitted = fit_models(design(3), counts_of(overlap), pairs_held(overlap, "A:B"))
    # A or B, which nobody is on together, against C: 50 without C x 25 C alone / 10 both = 125.
    assert fitted.dark_figure[0] == pytest.approx(125)
    assert fitted.coefficients[0, 4] == -np.inf
    # The pair counts as a parameter: intercept, A, B, C, A:B.
    assert fitted.parameters[0] == 5
    assert fitted.usable[0]


def test_a_pair_of_two_lists_is_not_identified() -> None:
    overlap = lists_of(A=30, B=20, AB=10)
    fitted = fit_models(design(2), counts_of(overlap), np.array([[True]]))
    assert not fitted.identified[0]
    assert estimate_population(overlap, "forward").estimate == pytest.approx(120)
    assert estimate_population(overlap, "all").estimate == pytest.approx(120)


def test_every_pair_beside_an_empty_one_is_not_identified() -> None:
    overlap = lists_of(A=30, B=20, C=25, AC=6, BC=4)
    every = fit_models(design(3), counts_of(overlap), np.ones((1, 3), dtype=bool))
    # 5 histories are left for 6 finite terms.
    assert not every.identified[0]
    assert every.dark_figure[0] == np.inf
    assert every.aic[0] == np.inf


def test_an_estimate_that_does_not_exist_is_no_number() -> None:
    # Every pair has people, but nobody is on all three: 40 x 30 x 20 x 0 / ... has no finite logarithm.
    overlap = lists_of(A=40, B=30, C=20, AB=12, AC=10, BC=8)
    every = fit_models(design(3), counts_of(overlap), np.ones((1, 3), dtype=bool))
    assert every.identified[0]
    assert not every.exists[0]
    assert every.total[0] == np.inf
    records = fit_all(overlap).records()
    assert [record["estimate"] for record in records if not record["exists"]] == [None]


# Against statsmodels


@pytest.mark.filterwarnings("ignore:Perfect separation")  # said of tables that the model fits exactly
@settings(max_examples=40, deadline=None)
@given(
    counts=st.lists(st.integers(1, 400), min_size=15, max_size=15),
    pairs=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_fits_what_statsmodels_fits(counts: list[int], pairs: list[bool]) -> None:
    overlap = Overlap(("A", "B", "C", "D"), tuple(counts))
    fitted = fit_models(design(4), counts_of(overlap), np.array([pairs]))
    names = [f"{overlap.lists[i]}:{overlap.lists[j]}" for i, j in overlap.pairs]
    other, _ = by_statsmodels(overlap, tuple(name for name, held in zip(names, pairs, strict=True) if held))
    held = np.array([True] * 5 + pairs)
    assert fitted.coefficients[0, held] == pytest.approx(other.params, abs=1e-7)
    assert fitted.aic[0] == pytest.approx(other.aic, abs=1e-6)
    assert standard_error(design(4), fitted, np.array([0]))[0] == pytest.approx(other.bse[0], rel=1e-6)


def test_the_published_search_against_statsmodels(five: Overlap) -> None:
    terms: tuple[str, ...] = ()
    current, _ = by_statsmodels(five, terms)
    while True:
        left = [f"{five.lists[i]}:{five.lists[j]}" for i, j in five.pairs]
        trials = {name: by_statsmodels(five, (*terms, name)) for name in left if name not in terms}
        best = min(trials, key=lambda name: trials[name][0].aic)
        model, pairs = trials[best]
        added = 6 + [f"{five.lists[i]}:{five.lists[j]}" for i, j in pairs].index(best)
        if model.aic >= current.aic or model.pvalues[added] > 0.05:
            break
        terms, current = (*terms, best), model
    found = estimate_population(five)
    assert set(found.terms) == set(terms)
    assert found.estimate == pytest.approx(2744 + math.exp(current.params[0]), rel=1e-8)


# Against what was published: 10,000 to 13,000


@pytest.mark.parametrize(
    ("variant", "estimate", "terms"),
    [
        ("six", 11_418, {"LA:NG", "LA:PF", "NG:GO", "NG:GP", "PF:GP", "PF:NCA", "GO:GP"}),
        ("five", 11_313, {"LA:NG", "LA:PF+NCA", "NG:GO", "NG:GP", "PF+NCA:GP", "GO:GP"}),
        ("four", 11_015, {"LA:NG", "LA:PF+NCA", "NG:GO"}),
    ],
)
def test_the_published_estimate(request: pytest.FixtureRequest, variant: str, estimate: int, terms: set[str]) -> None:
    found = estimate_population(request.getfixturevalue(variant))
    assert round(found.estimate) == estimate
    assert set(found.terms) == terms
    assert (round(found.low, -3), round(found.high, -3)) == (10_000, 13_000)


def test_the_search_stops_before_the_pair_that_nobody_is_on(six: Overlap) -> None:
    # LA:GP has the lowest AIC next. Without it about 2.15 are expected on both: exp(-2.15) = 0.12 > 0.05.
    before = choose(six, Rule.FORWARD)
    with_pair = before.pairs.copy()
    with_pair[0, 3] = True
    after = fit_models(design(6), counts_of(six), with_pair)
    assert after.aic[0] < before.aic[0]
    assert (before.expected[0] * design(6).pair_columns[:, 3]).sum() == pytest.approx(2.15, abs=0.01)


def test_the_search_stops_where_the_new_term_has_p_above_a_twentieth() -> None:
    overlap = lists_of(A=41, B=26, AB=14, C=25, AC=6, BC=9, ABC=2)
    with_pair, _ = by_statsmodels(overlap, ("A:C",))
    without, _ = by_statsmodels(overlap, ())
    # The pair lowers AIC (which asks for p below 0.157), and its p is 0.087.
    assert with_pair.aic < without.aic
    assert with_pair.pvalues[-1] == pytest.approx(0.0868, abs=1e-4)
    assert estimate_population(overlap).terms == ()


def test_the_best_of_all_is_in_another_cluster(five: Overlap) -> None:
    found = estimate_population(five, "all")
    assert round(found.estimate) == 22_991
    parts = clusters(fit_all(five).supported().total)
    assert len(parts) == 2
    assert parts[0].low < 11_313 < parts[0].high < parts[1].low < 22_991 < parts[1].high


def test_json_has_the_seven_fields(four: Overlap) -> None:
    found = estimate_population(four).as_json()
    assert list(json.loads(json.dumps(found))) == [
        "observed", "lists", "terms", "estimate", "low", "high", "method",
    ]  # fmt: skip
    assert "p above 0.05" in found["method"]
    assert "95% interval" in found["method"]


# All models and existence


def test_all_models_of_five_lists(five: Overlap) -> None:
    everything = fit_all(five)
    assert len(everything.models.pairs) == 1024
    assert len({tuple(row) for row in everything.models.pairs}) == 1024
    assert everything.models.usable.all()
    assert everything.terms(0) == ()
    main = choose(five, Rule.MAIN_EFFECTS)
    assert everything.models.aic[0] == pytest.approx(main.aic[0])
    # BIC - AIC of the main effects: 6 parameters x (log 2744 - 2).
    assert main.bic[0] - main.aic[0] == pytest.approx(6 * (math.log(2744) - 2))


def test_refuses_all_models_of_seven_lists() -> None:
    counts = [1] * 127
    with pytest.raises(HiddenPopulationError, match="found all models of 7 lists; allowed: all models of up to 6"):
        fit_all(Overlap(tuple("ABCDEFG"), tuple(counts)))


def fienberg_rinaldo(overlap: Overlap, held: np.ndarray) -> bool:
    """The published linear program: some table with the fitted margins has every entry above 0."""
    shared = design(len(overlap.lists))
    task, _ = loglinear._extended(shared, counts_of(overlap), held)
    matrix = shared.matrix[task.cells[0]][:, task.active[0]]
    counts = task.counts[0, task.cells[0]]
    result = linprog(
        [*np.zeros(len(counts)), -1],
        A_ub=np.column_stack([-np.eye(len(counts)), np.ones(len(counts))]),
        b_ub=np.zeros(len(counts)),
        A_eq=np.column_stack([matrix.T, np.zeros(matrix.shape[1])]),
        b_eq=matrix.T @ counts,
    )
    return bool(-result.fun > 1e-9)


@settings(max_examples=60, deadline=None)
@given(
    counts=st.lists(st.sampled_from([0, 0, 0, 1, 2, 9]), min_size=15, max_size=15),
    pairs=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_existence_is_what_the_published_linear_program_says(counts: list[int], pairs: list[bool]) -> None:
    try:
        overlap = Overlap(("A", "B", "C", "D"), tuple(counts))
    except HiddenPopulationError:
        return
    held = np.array([pairs])
    fitted = fit_models(design(4), counts_of(overlap), held)
    if fitted.identified[0]:
        task, _ = loglinear._extended(design(4), counts_of(overlap), held)
        dual = has_estimate(4, task.active[0].tobytes(), task.cells[0].tobytes(), (task.counts[0] > 0).tobytes())
        assert fitted.exists[0] == dual == fienberg_rinaldo(overlap, held)


def test_a_model_that_does_not_converge_raises(four: Overlap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loglinear, "STEPS_BEFORE_DOUBT", 1)
    monkeypatch.setattr(loglinear, "STEPS_AT_MOST", 2)
    with pytest.raises(NotConvergedError, match="found no maximum of the likelihood in 2 Newton steps"):
        choose(four, Rule.MAIN_EFFECTS)


def test_refuses_a_table_whose_estimate_does_not_exist() -> None:
    # All of B are on A: of those not on A nobody is on B, so the expected count of B alone goes to 0.
    with pytest.raises(NotIdentifiedError, match="found no forward model whose estimate exists"):
        choose(lists_of(A=30, AB=10), Rule.FORWARD)


@pytest.mark.parametrize("rule", ["stepwise", "", "Forward"])
def test_refuses_an_unknown_rule(four: Overlap, rule: str) -> None:
    with pytest.raises(HiddenPopulationError, match="allowed: main-effects, forward, all"):
        estimate_population(four, rule)


@pytest.mark.parametrize("bad", [{"level": 0.0}, {"level": 1.0}, {"level": math.nan}, {"interval": "wald"}])
def test_refuses_a_bad_interval(four: Overlap, bad: dict[str, float | str]) -> None:
    with pytest.raises(HiddenPopulationError, match=r"found .*; allowed: "):
        estimate_population(four, **bad)  # type: ignore[arg-type]


# Laws


positive = st.lists(st.integers(1, 60), min_size=7, max_size=7)


@settings(max_examples=25, deadline=None)
@given(counts=positive, order=st.permutations(range(3)))
def test_the_order_of_lists_does_not_matter(counts: list[int], order: list[int]) -> None:
    one = Overlap(("A", "B", "C"), tuple(counts))
    moved = [0] * 8
    for history, count in enumerate(counts, start=1):
        moved[sum(1 << place for place, i in enumerate(order) if history >> i & 1)] = count
    other = Overlap(tuple("ABC"[i] for i in order), tuple(moved[1:]))
    totals = [np.sort(fit_all(overlap).models.total) for overlap in (one, other)]
    assert totals[0] == pytest.approx(totals[1], rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(counts=positive)
def test_the_interval_holds_the_estimate_and_widens_with_the_level(counts: list[int]) -> None:
    overlap = Overlap(("A", "B", "C"), tuple(counts))
    narrow, wide = (estimate_population(overlap, "main-effects", level=level) for level in (0.8, 0.95))
    assert overlap.observed <= wide.low <= narrow.low <= narrow.estimate <= narrow.high <= wide.high


@settings(max_examples=25, deadline=None)
@given(counts=st.lists(st.integers(1, 60), min_size=15, max_size=15))
def test_merging_keeps_everybody(counts: list[int]) -> None:
    overlap = Overlap(("A", "B", "C", "D"), tuple(counts))
    assert merge_lists(overlap, "D+A").observed == overlap.observed == sum(counts)
    assert merge_lists(overlap, "D+A").lists == ("A+D", "B", "C")


# Intervals


def test_the_profile_interval_is_where_the_likelihood_has_fallen_by_the_quantile() -> None:
    overlap = lists_of(A=30, B=20, AB=10)
    found = estimate_population(overlap, "main-effects")

    def likelihood(total: float) -> float:
        # Two lists: total! / (total - 60)! x shares, each list a binomial of 40 and 30 of the total.
        on = [(40, total), (30, total)]
        return (
            math.lgamma(total + 1)
            - math.lgamma(total - 59)
            + sum(a * math.log(a / n) + (n - a) * math.log(1 - a / n) for a, n in on)
        )

    top = max(likelihood(60 + u / 100) for u in range(1, 20_000))
    for end in (found.low, found.high):
        # 3.841 / 2, the 95% quantile of chi-squared with one degree of freedom.
        assert top - likelihood(end) == pytest.approx(3.8414588 / 2, abs=1e-4)


def test_the_profile_interval_covers() -> None:
    # Three independent lists of 300 people; 120 draws have a standard error of 2 points.
    random = np.random.default_rng(7)
    shares = [math.prod(p if h >> i & 1 else 1 - p for i, p in enumerate((0.3, 0.2, 0.25))) for h in range(8)]
    draws = random.multinomial(300, shares, size=120)
    held = 0
    for draw in draws:
        found = estimate_population(Overlap(("A", "B", "C"), tuple(draw[1:].tolist())), "main-effects")
        held += found.low <= 300 <= found.high
    assert 0.89 <= held / 120 <= 0.995


def test_the_bootstrap_repeats_the_choice(four: Overlap) -> None:
    totals = bootstrap_totals(four, Rule.FORWARD, draws=200, seed=3)
    assert (totals == bootstrap_totals(four, Rule.FORWARD, draws=200, seed=3)).all()
    profile = estimate_population(four)
    low, high = percentile_interval(four, totals)
    # Choosing adds doubt that an interval given the model does not know of.
    assert low < profile.low
    assert high > profile.high


@pytest.mark.parametrize("rule", list(Rule))
@pytest.mark.parametrize("interval", ["percentile", "bca"])
def test_bootstrap_intervals_hold_the_estimate(four: Overlap, rule: Rule, interval: str) -> None:
    found = estimate_population(four, rule, interval=interval, draws=100)
    assert found.low < found.estimate < found.high
    assert "100 resamples that repeat the choice of model" in found.method


def test_acceleration_by_hand() -> None:
    # Without one of A, of B, of both: 39 x 30 / 10 = 117, 40 x 29 / 10 = 116, 39 x 29 / 9 = 125.667. Weighted
    # by 30, 20 and 10 people their mean is 118.111, less each 1.1111, 2.1111, -7.5556. Sums of squares 697.04
    # and of cubes -4083.9; -4083.9 / (6 x 697.04**1.5) = -0.0370.
    assert _acceleration(lists_of(A=30, B=20, AB=10), Rule.MAIN_EFFECTS) == pytest.approx(-0.0370, abs=1e-4)


def test_each_resample_gets_the_model_that_it_would_get_alone(five: Overlap) -> None:
    shared, counts = design(5), counts_of(five)[0]
    draws = np.random.default_rng(5).multinomial(2744, counts / counts.sum(), size=12).astype(float)
    together = forward(shared, draws)
    alone = [forward(shared, draws[i : i + 1]) for i in range(12)]
    assert together.total == pytest.approx([one.total[0] for one in alone], rel=1e-9)
    assert (together.pairs == np.concatenate([one.pairs for one in alone])).all()


def test_a_resample_that_loses_a_list_is_fitted_without_it() -> None:
    # C, with one person on A as well, is lost: 40 x 30 / 10 = 120 from A and B.
    counts = np.array([[0, 30, 20, 10, 0, 0, 0, 0]], dtype=float)
    assert forward(design(3), counts).total[0] == pytest.approx(120)


def test_refuses_a_bootstrap_whose_resamples_lose_the_overlap() -> None:
    # One person on both lists is drawn in no resample with probability about 0.37.
    with pytest.raises(NotIdentifiedError, match="resampled tables that identify nothing"):
        estimate_population(lists_of(A=30, B=20, AB=1), "main-effects", interval="percentile")
    with pytest.raises(HiddenPopulationError, match="draws: found 99; allowed: 100 or more"):
        bootstrap_totals(lists_of(A=30, B=20, AB=9), Rule.MAIN_EFFECTS, draws=99)


def test_eight_lists_are_fitted() -> None:
    random = np.random.default_rng(11)
    shares = [math.prod(0.15 if h >> i & 1 else 0.85 for i in range(8)) for h in range(256)]
    overlap = Overlap(tuple("ABCDEFGH"), tuple(random.multinomial(5000, shares)[1:].tolist()))
    found = estimate_population(overlap, "forward")
    assert found.low < 5000 < found.high


# Clusters


def test_clusters_are_parted_by_a_valley() -> None:
    low = [10_000 + 100 * i for i in range(21)]
    high = [22_000 + 200 * i for i in range(11)]
    first, second = clusters([*high, *low, math.inf])
    assert (first.low, first.middle, first.high, first.models) == (10_000, 11_000, 12_000, 21)
    assert (second.low, second.middle, second.high, second.models) == (22_000, 23_000, 24_000, 11)


@pytest.mark.parametrize(("estimates", "models"), [([], []), ([5.0], [1]), ([5.0, 5.0], [2]), ([math.inf], [])])
def test_clusters_of_few(estimates: list[float], models: list[int]) -> None:
    assert [part.models for part in clusters(estimates)] == models


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=60))
def test_clusters_hold_each_estimate_once_and_in_order(estimates: list[float]) -> None:
    parts = clusters(estimates)
    assert sum(part.models for part in parts) == len(estimates)
    assert all(one.high <= two.low for one, two in itertools.pairwise(parts))
