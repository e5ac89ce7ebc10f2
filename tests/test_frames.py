"""The dtype ``figure``: pandas' own tests of extension arrays, and what bounds and origins ask beyond them."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import pandas as pd
import pytest
from pandas.conftest import (  # noqa: F401
    all_arithmetic_operators,
    all_boolean_reductions,
    all_numeric_accumulations,
    all_numeric_reductions,
    comparison_op,
    nulls_fixture,
    using_infer_string,
)
from pandas.tests.extension import base
from pandas.tests.extension.conftest import *  # noqa: F403
from small import busy

from evaluation.numbers.arithmetic import OPERATIONS, replay
from evaluation.numbers.figures import CannotBeKept, DefinitionsDiffer, Figures, Number, Quantity, Undecided, show
from evaluation.numbers.frames import BareNumber, FigureArray, FigureDtype, frame

hypothesis.settings.load_profile("suite")  # pandas' fixtures set one of their own


def counts(*values: int | None) -> list[Number | None]:
    """Counts of one kind, each with a name of its own."""
    model = Figures().figure("ijfs_investigations")
    return [
        None if v is None else replace(model, name=f"count_{v}", quantity=Quantity.exact(v), decimals=0) for v in values
    ]


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counts of these tests stand in for published figures."""
    known = {number.name: number for number in counts(*range(20)) if number}
    by_name = Figures.by_name
    monkeypatch.setattr(Figures, "by_name", lambda self, name: known.get(name) or by_name(self, name))


@pytest.fixture
def dtype() -> FigureDtype:
    return FigureDtype()


@pytest.fixture
def data() -> FigureArray:
    return FigureArray(counts(*range(1, 11)))


@pytest.fixture
def data_for_twos() -> FigureArray:
    return FigureArray(counts(*[2] * 10))


@pytest.fixture
def data_missing() -> FigureArray:
    return FigureArray(counts(None, 1))


@pytest.fixture
def data_for_sorting() -> FigureArray:
    return FigureArray(counts(1, 2, 0))


@pytest.fixture
def data_missing_for_sorting() -> FigureArray:
    return FigureArray(counts(1, None, 0))


@pytest.fixture
def na_cmp():
    return lambda one, other: one is pd.NA and other is pd.NA


@pytest.fixture
def data_for_grouping() -> FigureArray:
    b, a, c = counts(1, 0, 2)
    return FigureArray([b, b, None, None, a, a, b, c])


@pytest.mark.slow  # some 640 tests, most of the module's time
class TestExtension(base.ExtensionTests):
    """pandas' own tests; what a figure refuses, and where pandas expects a float, is said test by test."""

    KEPT = ("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv")

    def _get_expected_exception(self, op_name: str, obj: object, other: object) -> type[Exception] | None:
        return None if op_name.strip("_") in self.KEPT else TypeError

    def _supports_reduction(self, ser: pd.Series, op_name: str) -> bool:
        return op_name in ("sum", "mean", "min", "max", "count")

    def check_reduce(self, ser: pd.Series, op_name: str, skipna: bool) -> None:
        cells = list(ser)
        wanted = {
            "sum": lambda: sum(cells[1:], start=cells[0]),
            "mean": lambda: sum(cells[1:], start=cells[0]) / len(cells),
            "min": lambda: cells[0],
            "max": lambda: cells[-1],
            "count": lambda: len(cells),
        }[op_name]()
        found = getattr(ser, op_name)(skipna=skipna) if op_name != "count" else ser.count()
        assert str(found) == str(wanted)

    def _supports_accumulation(self, ser: pd.Series, op_name: str) -> bool:
        return op_name == "cumsum"

    def check_accumulate(self, ser: pd.Series, op_name: str, skipna: bool) -> None:
        assert [cell.quantity.value for cell in ser.cumsum()] == [1, 3, 6, 10, 15, 21, 28, 36, 45, 55]

    def test_value_counts_with_normalize(self, data: FigureArray) -> None:
        """How often each stands there, as plain shares: pandas' own test expects a masked Float64 of any pd.NA."""
        assert (pd.Series(data).value_counts(normalize=True) == 1 / len(data)).all()

    def test_rank(self, data: FigureArray) -> None:
        """A rank would say which is larger where bounds overlap: refused, however it is asked for."""
        for options in ({}, {"method": "min"}, {"pct": True}, {"na_option": "top"}):
            with pytest.raises(BareNumber, match="cannot rank"):
                pd.Series(data).rank(**options)

    test_rank_method = test_rank_missing = None

    @pytest.mark.xfail(strict=True, reason="pandas makes a row of fields of each dataclass in a list for a DataFrame")
    def test_from_dtype(self, data: FigureArray) -> None:
        super().test_from_dtype(data)


@pytest.fixture
def canada() -> pd.Series:
    """Canada's incidents by the narrower definition, by year."""
    reported = frame(Figures(), "police_reported").query("definition == 'trafficking_1525' and place == 'Canada'")
    return reported.sort_values("vintage").groupby("year").incidents.last()


WAYS = {
    "astype(float)": lambda column: column.astype(float),
    "astype(int)": lambda column: column.astype(int),
    "to_numpy(float)": lambda column: column.to_numpy(float),
    "asarray": lambda column: np.asarray(column, dtype=float),
    "array": lambda column: np.array(column, dtype="float32"),
    "describe": lambda column: column.describe(),
    "median": lambda column: column.median(),
    "quantile": lambda column: column.quantile(0.5),
    "std": lambda column: column.std(),
    "var": lambda column: column.var(),
    "prod": lambda column: column.prod(),
    "rank": lambda column: column.rank(),
    "fillna": lambda column: column.shift(1).fillna(0),
    "map": lambda column: column.map(float),
    "a float": lambda column: column * 1.5,
    "a float added": lambda column: 0.5 + column,
    "sqrt": np.sqrt,
    "power": lambda column: column**2,
    "clip": lambda column: column.clip(0, 1),
    "float": lambda column: float(column.iloc[0]),
    "int": lambda column: int(column.iloc[0]),
    "interpolate": lambda column: column.interpolate(),
    "rolling": lambda column: column.rolling(2).mean(),
    "expanding": lambda column: column.expanding().sum(),
    "corr": lambda column: column.corr(column),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_to_a_bare_float(way: str, canada: pd.Series) -> None:
    with pytest.raises((TypeError, ValueError, NotImplementedError, pd.errors.DataError)):
        WAYS[way](canada)


def test_a_column_shows_its_words(canada: pd.Series) -> None:
    served = pd.Series([Figures().figure("people_served")], dtype="figure")
    assert "more than 29,000" in repr(served.to_frame("people"))
    assert "more than 29,000" in served.to_frame("people")._repr_html_()


def test_what_survives_is_worked_out_from_its_own_cells(canada: pd.Series) -> None:
    frame_ = canada.rename("incidents").reset_index()
    frame_["half"] = (frame_.year < 2015).map({True: "early", False: "late"})
    by_half = frame_.groupby("half").incidents
    early = [cell for cell, year in zip(canada, canada.index, strict=True) if year < 2015]
    assert by_half.sum()["early"].quantity == sum((c.quantity for c in early[1:]), start=early[0].quantity)
    for found in (by_half.mean(), by_half.min(), by_half.max(), by_half.first(), by_half.last(), by_half.diff()):
        assert isinstance(found.dtype, FigureDtype)
    for found in (canada.diff(), canada.pct_change(), canada.shift(1), canada.cumsum(), canada[canada > 300]):
        assert isinstance(found.dtype, FigureDtype)
    assert canada.diff().iloc[-1].expression == (
        "trafficking_1525_canada_2024_2025_incidents − trafficking_1525_canada_2023_2025_incidents"
    )
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


def test_a_mask_that_bounds_leave_open_is_refused_by_row() -> None:
    open_ended = replace(counts(5)[0], quantity=Quantity.of("more-than", 5))  # type: ignore[type-var]
    column = pd.Series(FigureArray([*counts(2, 9), open_ended]))
    assert (column < 3).isna().tolist() == [False, False, False]
    with pytest.raises(Undecided, match="rows 2"):
        column[column > 7]
    assert len(column[(column > 7).fillna(False)]) == 1


def test_unlike_numbers_are_refused_with_both_sides_and_the_row() -> None:
    figures = Figures()
    served, organizations = figures.figure("people_served"), figures.figure("organizations_funded")
    with pytest.raises(DefinitionsDiffer, match=r"row 0: cannot compare people_served with organizations_funded.*by ÷"):
        pd.Series([served], dtype="figure") + pd.Series([organizations], dtype="figure")
    with pytest.raises(CannotBeKept, match="row 0"):
        pd.Series([served], dtype="figure") - pd.Series([served], dtype="figure")


def test_a_rate_times_its_population_is_a_count_when_it_is_said_to_be() -> None:
    reported, population = (frame(Figures(), table) for table in ("police_reported", "population"))
    own = reported.query("place == 'Ontario' and year == 2021 and definition == 'all_human_trafficking'")
    own = own.merge(population[["place", "year", "people"]], on=["place", "year"])
    product = own.rate_per_100k.figure.rounding() * own.people / 100_000
    count = product.figure.whole_numbers().figure.counting("incidents", why="a rate times its population").iloc[0]
    assert (show(count, "en").words, count.unit, count.kind) == ("between 334 and 348", "incidents", "estimate")
    assert replay(count.expression, Figures().by_name).quantity == count.quantity


def test_a_csv_gives_the_column_back(canada: pd.Series, tmp_path: Path) -> None:
    shares = (canada / canada.sum()).rename("share")
    shares.to_csv(tmp_path / "shares.csv")
    again = pd.read_csv(tmp_path / "shares.csv", dtype={"share": "figure"}, index_col="year").share
    assert [cell.quantity for cell in again] == [cell.quantity for cell in shares]
    spoilt = (tmp_path / "shares.csv").read_text(encoding="utf-8").replace("about 0.1", "about 0.2")
    (tmp_path / "spoilt.csv").write_text(spoilt, encoding="utf-8")
    with pytest.raises(ValueError, match="allowed: what data/ gives"):
        pd.read_csv(tmp_path / "spoilt.csv", dtype={"share": "figure"})


BOUNDS = ("exact", "more-than", "at-least", "less-than", "up-to", "about", "between")


def random_quantity(chance: random.Random) -> Quantity:
    low = Fraction(chance.randint(0, 60), chance.choice((1, 1, 2, 10)))
    return Quantity.of(chance.choice(BOUNDS), low, low + chance.randint(1, 9))


def attempt(symbols: list[str], sides: list[Any]) -> Any:
    """Three sides joined by two operations, or CannotBeKept where one refuses."""
    try:
        return OPERATIONS[symbols[1]](OPERATIONS[symbols[0]](sides[0], sides[1]), sides[2])
    except CannotBeKept:
        return CannotBeKept


@pytest.mark.slow
@pytest.mark.parametrize("count", [3_000, pytest.param(20_000, marks=pytest.mark.long)])
def test_random_operations_are_those_of_quantities_and_can_be_replayed(count: int) -> None:
    """So many operations, up to three deep: the same quantity as by `Quantity` alone, or refused by both."""
    chance, model = random.Random(1), counts(1)[0]
    assert model
    kept = 0
    for number in range(count):
        sides = [replace(model, name=f"n{i}", quantity=random_quantity(chance)) for i in range(3)]
        symbols = [chance.choice("+−×÷") for _ in range(2)]
        if "×" in symbols or "÷" in symbols:  # one unit: products and quotients only by single numbers
            sides[1] = sides[2] = chance.randint(1, 9)  # type: ignore[assignment]
        bare = [side.quantity if isinstance(side, Number) else Quantity.exact(side) for side in sides]
        wanted, found = attempt(symbols, bare), attempt(symbols, sides)
        if wanted is CannotBeKept:
            assert found is CannotBeKept, number
            continue
        assert found.quantity == wanted, number
        known = {side.name: side for side in sides if isinstance(side, Number)}
        assert replay(found.expression, known.__getitem__).quantity == wanted, found.expression
        kept += 1
    assert kept > 0.4 * count


@pytest.mark.slow
def test_ten_thousand_rows_are_divided_soon(canada: pd.Series) -> None:
    column = pd.concat([canada] * 600, ignore_index=True)[:10_000]
    began = time.perf_counter()
    assert len(column / column) == 10_000
    assert time.perf_counter() - began < 3 * busy()
