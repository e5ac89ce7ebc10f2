"""The dtype ``figure``: what bounds and origins ask beyond pandas' own tests of extension arrays."""

import math
import pickle
import time
from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
import pandas as pd
import pytest
import small

from evaluation.numbers.figures import Figures
from evaluation.numbers.formula import evaluate, formula_of
from evaluation.numbers.frames import BareNumber, FigureArray, FigureDtype, table_frame
from evaluation.numbers.lists import Pair
from evaluation.numbers.notation import show
from evaluation.numbers.number import DefinitionsDiffer, Number, Undecided
from evaluation.numbers.quantity import CannotBeKept, Quantity
from evaluation.numbers.reductions import REDUCTIONS
from evaluation.problems import Refused


@cache
def model() -> Number:
    return Figures().figure("ijfs_investigations")


def counts(*values: int | None) -> list[Number | None]:
    """Counts of one kind, each with a name of its own."""
    return [
        None if v is None else replace(model(), name=f"count_{v}", quantity=Quantity.exact(v), decimals=0)
        for v in values
    ]


@pytest.fixture
def canada() -> pd.Series:
    """Canada's incidents by the narrower definition, by year."""
    reported = table_frame(Figures(), "police_reported").query("definition == 'trafficking_1525' and place == 'Canada'")
    return reported.sort_values("vintage").groupby("year").incidents.last()


WAYS = {
    "astype(float)": lambda column: column.astype(float),
    "to_numpy(float)": lambda column: column.to_numpy(float),
    "asarray": lambda column: np.asarray(column, dtype=float),
    "a computed float": lambda column: column * (1 / 3),
    "rolling": lambda column: column.rolling(2).std(),
    "std": lambda column: column.std(),
    "fillna": lambda column: column.shift(1).fillna(0),
    "map": lambda column: column.figure.rounding().map(float),
    "sqrt": np.sqrt,
    "power": lambda column: column**2,
    "float": lambda column: float(column.iloc[0].rounding()),
    "interpolate": lambda column: column.interpolate(),
    "corr": lambda column: column.corr(column),
}


@pytest.mark.sampled(4)
@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_to_a_bare_float(way: str, canada: pd.Series) -> None:
    with pytest.raises((TypeError, ValueError, AttributeError, NotImplementedError)):
        WAYS[way](canada)


def test_what_survives_is_worked_out_from_its_own_cells(canada: pd.Series) -> None:
    frame_ = canada.rename("incidents").reset_index()
    frame_["half"] = (frame_.year < 2015).map({True: "early", False: "late"})
    by_half = frame_.groupby("half").incidents
    early = [cell for cell, year in zip(canada, canada.index, strict=True) if year < 2015]
    assert by_half.sum()["early"].quantity == sum((c.quantity for c in early[1:]), start=early[0].quantity)
    for result in (by_half.mean(), by_half.min(), by_half.max(), by_half.first(), by_half.last(), by_half.diff()):
        assert isinstance(result.dtype, FigureDtype)
    for result in (canada.diff(), canada.pct_change(), canada.shift(1), canada[canada > 300]):
        assert isinstance(result.dtype, FigureDtype)
    name = "trafficking_1525_canada_{}_2025_incidents"
    assert canada.diff().iloc[-1].expression == f"{name.format(2024)} − {name.format(2023)}"
    wide = frame_.pivot(index="half", columns="year", values="incidents")
    assert all(isinstance(dtype, FigureDtype) for dtype in wide.dtypes)
    assert isinstance(wide.stack().dtype, FigureDtype)
    merged = frame_.merge(frame_[["year", "incidents"]], on="year", how="left", suffixes=("", "_again"))
    assert isinstance(merged.incidents_again.dtype, FigureDtype)


def test_a_missing_cell_is_not_zero() -> None:
    column = pd.Series(FigureArray(counts(2, None, 3)))
    assert show(column.sum(), "en").words == "at least 5"
    assert column.sum(skipna=False) is pd.NA
    with pytest.raises(BareNumber, match="dropna"):
        column.mean()
    assert (column + 1).isna().tolist() == [False, True, False]


@pytest.mark.parametrize("name", REDUCTIONS)
def test_each_reduction_is_one_of_windows_too(name: str) -> None:
    column = pd.Series(FigureArray(counts(2, 3, 5)))
    windows = [getattr(column[:2], name)(), getattr(column[1:], name)()]
    grouped = column.groupby([0, 0, 0])
    for rolled in (getattr(column.rolling(2), name)(), getattr(grouped.rolling(2), name)()):
        assert list(rolled.dropna())[-2:] == windows


def of_months(*months: int) -> pd.Series:
    pairs = zip(counts(*months), months, strict=True)
    cells = [n.with_meaning(start=f"2024-{m:02}", end=f"2024-{m:02}") for n, m in pairs if n]
    return pd.Series(FigureArray(cells))


def test_a_sum_over_a_missing_month_is_a_lower_bound_and_a_mean_is_of_what_there_is() -> None:
    gap = of_months(1, 2, 4)
    assert show(gap.sum(), "en").words == "at least 7"
    assert show(gap.mean().round(2), "en").words == "about 2.33"
    assert show(of_months(1, 2, 3).sum(), "en").words == "6"
    pairs = zip(counts(1, 2, 4), ("2019", "2020", "2022"), strict=True)
    years = [n.with_meaning(start=year, end=year) for n, year in pairs if n]
    assert show(pd.Series(FigureArray(years)).sum(), "en").words == "at least 7"


def test_shares_that_add_up_to_more_than_the_whole_are_refused() -> None:
    cells = [replace(n, unit="percent") for n in counts(19, 18, 17, 16, 15, 14, 13) if n]
    with pytest.raises(BareNumber, match=r"shares that add up to 112%.*parts of one whole, or a mean"):
        pd.Series(FigureArray(cells)).sum()


def test_a_text_of_data_is_grouped_sorted_and_found_by_its_english() -> None:
    ages = [Pair(en=f"{age} and over", fr=f"{age} ans et plus") for age in (65, 15, 65)]
    frame = pd.DataFrame({"age": ages, "n": FigureArray(counts(1, 2, 3))})
    assert list(frame.groupby("age").n.sum().index) == [ages[1], ages[0]]
    assert [int(n.quantity.value) for n in frame.sort_values("age", kind="stable").n] == [2, 1, 3]
    assert len(frame.query("age == '65 and over'")) == len(frame[frame.age.isin(["65 and over"])]) == 2
    assert len(frame.merge(frame, on="age")) == 5
    wide = frame.drop_duplicates("age").pivot_table(index="age", values="n", aggfunc="first")
    assert wide.index[0]["fr"] == "15 ans et plus"


def test_a_mask_that_bounds_leave_open_is_refused_by_row() -> None:
    open_ended = replace(counts(5)[0], quantity=Quantity.of("more-than", 5))  # type: ignore[type-var]
    column = pd.Series(FigureArray([*counts(2, 9), open_ended]))
    assert (column < 3).isna().tolist() == [False, False, False]
    with pytest.raises(Undecided, match="rows 2"):
        column[column > 7]
    assert len(column[(column > 7).fillna(False)]) == 1


def test_a_row_that_keeps_no_bound_is_missing_where_verbs_fill_a_column() -> None:
    """A difference, a share and an average of a row each; the other rows keep theirs."""
    lowest, some = counts(4)[0], replace(counts(2)[0], quantity=Quantity.of("about", 2))
    least = replace(lowest, quantity=Quantity.of("at-least", 4))
    column = pd.Series([lowest, least], dtype="figure")
    assert list(column.figure.less([counts(1)[0], least]).isna()) == [False, True]
    assert list(column.figure.share_of(some).isna()) == [False, True]
    assert list(column.figure.per(some, why="an average").isna()) == [False, True]


def test_an_open_end_leaves_no_whole_numbers_to_name() -> None:
    with pytest.raises(CannotBeKept):
        pd.Series([Figures().figure("people_served")], dtype="figure").figure.whole_numbers()


@pytest.mark.parametrize(("low", "high", "size"), [(-7, -2, (2, 7)), (-7, 2, (0, 7)), (-2, 7, (0, 7)), (2, 7, (2, 7))])
def test_the_size_of_a_change_whichever_way_it_goes(low: int, high: int, size: tuple[int, int]) -> None:
    change = replace(model(), quantity=Quantity.between(low, high))
    (absolute,) = abs(pd.Series([change], dtype="figure"))
    assert (absolute.quantity.low, absolute.quantity.high) == size


def test_what_is_counted_can_be_said_to_be_what_another_number_counts() -> None:
    share, whole = Figures().figure("share_ontario_2012_2022"), counts(9)[0]
    product = pd.Series([share], dtype="figure") * pd.Series([whole], dtype="figure") / 100
    like = pd.Series([whole], dtype="figure")
    (part,) = product.figure.counting("investigations", why="a share of a whole", like=like)
    alike = ("definition", "definition_label", "place", "place_label", "start", "end")
    assert [getattr(part, name) for name in alike] == [getattr(whole, name) for name in alike]
    assert part < whole  # of one kind, so that they can be compared


def test_parts_of_one_whole_are_added_when_they_are_said_to_be() -> None:
    figures = Figures()
    parts = pd.Series([figures.figure(f"ijfs_{kind}_charges") for kind in ("trafficking", "other")], dtype="figure")
    with pytest.raises(DefinitionsDiffer, match=r"by \.counting\(unit, why=, definition="):
        parts.sum()
    both = parts.figure.counting("charges", definition="ijfs_all_charges", why="the two kinds are all").sum()
    assert (both.quantity.value, both.definition) == (239, "ijfs_all_charges")  # 72 + 167
    assert both.definition_label == figures.label("definitions", "ijfs_all_charges")
    assert both.expression == "ijfs_trafficking_charges + ijfs_other_charges"
    share = (parts[0] / both).percent().round(1)
    assert [show(share, language).words for language in ("en", "fr")] == ["about 30.1%", "environ 30,1\u00a0%"]
    nameless = parts[0].counting("charges", definition="", why="no definition of the list")
    assert (nameless.definition, nameless.definition_label) == ("", "")


def test_a_definition_obliges_its_caveats_where_a_number_is_counted_as_it() -> None:
    figures = Figures()
    share, people = figures.figure("charged_2013_2023"), small.population(figures, "Ontario", 2021)
    left = (100 - share).counting("percent", definition="incidents_not_described", why="what shares leave")
    assert {c.caveat for c in left.caveats} >= {"windows-overlap", *(c.caveat for c in share.caveats)}
    assert people.caveats == ()
    served = people.counting("people", definition="people_served", why="for this test")
    assert "served-includes-at-risk" in [caveat.caveat for caveat in served.caveats]


def test_units_and_definitions_that_are_not_listed_are_refused() -> None:
    served = Figures().figure("people_served")
    with pytest.raises(Refused, match=r"found 'peopel'.*people.*allowed: an id of data/units.csv"):
        served.counting("peopel", why="a slip")
    with pytest.raises(Refused, match=r"found 'served'.*allowed: an id of data/definitions.csv"):
        served.counting("people", definition="served", why="a slip")


def test_the_mean_of_all_months_is_one_of_the_year(canada: pd.Series) -> None:
    prices = table_frame(Figures(), "figures").query(
        "definition == 'consumer_price_index_month' and place == 'Ontario'"
    )
    by_year = prices.groupby(prices.period_start.str[:4]).value.mean()
    assert [(mean.start, mean.end) for mean in by_year] == [(year, year) for year in by_year.index]
    summer = prices[prices.period_start.str[5:].isin(["06", "07"])].value[:2].mean()
    assert (summer.start, summer.end) == ("2020-06", "2020-07")
    assert canada.mean().start == str(canada.index[0])


def many(rows: int) -> pd.Series:
    """A column of counts, each with a name of its own."""
    first = counts(0)[0]
    cells = [replace(first, name=f"row_{n}", quantity=Quantity.exact(n)) for n in range(1, rows + 1)]  # type: ignore[type-var]
    return pd.Series(FigureArray(cells))


@pytest.mark.long
def test_a_long_column_is_summed_in_one_operation() -> None:
    column = many(20_000)
    begun = time.process_time()
    added = column.sum()
    assert time.process_time() - begun < 1
    assert added.quantity == Quantity.exact(200_010_000)
    assert (len(added.operation), len(added.inputs)) == (20_001, 20_000)
    assert str(added) == "200,010,000 [row_1 + … + row_20000]"
    assert formula_of(added) == ["+", *(f"row_{n}" for n in range(1, 20_001))]
    assert pickle.loads(pickle.dumps(added)).expression == added.expression
    assert column.mean().quantity == Quantity.exact(Fraction(20_001, 2))


def test_products_extremes_and_medians_of_many_rows_are_flat_too() -> None:
    column = many(400)
    assert sum(column, start=0 * column[0]).quantity == column.sum().quantity
    assert column.prod().quantity == Quantity.exact(math.factorial(400))
    assert (column.min(), column.max()) == (column[0], column[399])
    assert formula_of(column.median()) == ["median", *(f"row_{n}" for n in range(1, 401))]
    assert evaluate(["max", "a", "b"], {"a": column[0], "b": column[1]}) == Quantity.exact(2)


def test_a_minimum_that_bounds_leave_open_is_bounded() -> None:
    more = replace(counts(80)[0], quantity=Quantity.of("more-than", 80))  # type: ignore[type-var]
    column = pd.Series(FigureArray([*counts(72, 100), more]))
    assert column.min() == counts(72)[0]
    words = [show(number, "en").words for number in (column.max(), column.median(), column.quantile(0.75))]
    assert words == ["at least 100", "between 80 and 100", "more than 90"]
    assert column.max().expression == "max(count_72, count_100, count_80)"


def test_two_numbers_of_one_name_do_not_collide_in_a_formula() -> None:
    a, b = (replace(counts(1)[0], name="people_2022", quantity=Quantity.exact(v)) for v in (80, 100))  # type: ignore[type-var]
    difference = b - a
    assert difference.expression == "people_2022 − people_2022_2"
    assert [leaf.quantity.value for leaf in difference.inputs] == [100, 80]
    assert formula_of(difference + a) == ["+", ["−", "people_2022", "people_2022_2"], "people_2022_2"]
    assert (a + a).expression == "people_2022 + people_2022"


def test_a_missing_cell_leaves_no_lower_bound_of_a_sum_of_changes() -> None:
    column = pd.Series(FigureArray(counts(3, 5, 4))).diff()
    with pytest.raises(BareNumber, match=r"may be below zero.*allowed: \.dropna\(\)"):
        column.sum()
    assert column.dropna().sum().quantity == Quantity.exact(1)
