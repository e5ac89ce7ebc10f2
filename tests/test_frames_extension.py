"""The dtype ``figure`` under pandas' own tests of extension arrays."""

import operator
from dataclasses import replace
from functools import reduce

import hypothesis
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
from test_frames import counts

from evaluation.numbers.frames import FigureArray, FigureDtype
from evaluation.numbers.number import Undecided, calculate
from evaluation.numbers.quantity import Quantity

hypothesis.settings.load_profile("suite")  # pandas' fixtures set one of their own
pytestmark = pytest.mark.slow  # some 640 tests


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
    return lambda left, right: left is pd.NA and right is pd.NA


@pytest.fixture
def data_for_grouping() -> FigureArray:
    b, a, c = counts(1, 0, 2)
    return FigureArray([b, b, None, None, a, a, b, c])


@pytest.mark.sampled(3)  # each of them is asked of one case in three
class TestExtension(base.ExtensionTests):
    """pandas' own tests; what a figure refuses, and where pandas expects a float, is said test by test."""

    KEPT = ("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv")

    def _get_expected_exception(self, op_name: str, obj: object, other: object) -> type[Exception] | None:
        return None if op_name.strip("_") in self.KEPT else TypeError

    def _supports_reduction(self, ser: pd.Series, op_name: str) -> bool:
        return op_name in ("sum", "prod", "mean", "median", "min", "max", "count")

    def check_reduce(self, ser: pd.Series, op_name: str, skipna: bool) -> None:
        cells = list(ser)
        wanted = {
            "sum": lambda: sum(cells[1:], start=cells[0]),
            "prod": lambda: reduce(operator.mul, cells),
            "median": lambda: calculate("median", *cells),
            "mean": lambda: sum(cells[1:], start=cells[0]) / len(cells),
            "min": lambda: cells[0],
            "max": lambda: cells[-1],
            "count": lambda: len(cells),
        }[op_name]()
        reduced = getattr(ser, op_name)(skipna=skipna) if op_name != "count" else ser.count()
        assert getattr(reduced, "quantity", reduced) == getattr(wanted, "quantity", wanted)

    def _supports_accumulation(self, ser: pd.Series, op_name: str) -> bool:
        return True

    def check_accumulate(self, ser: pd.Series, op_name: str, skipna: bool) -> None:
        """The last of the running numbers is that of the whole column."""
        whole = {"cumsum": "sum", "cumprod": "prod", "cummin": "min", "cummax": "max"}[op_name]
        assert getattr(ser, op_name)(skipna=skipna).iloc[-1].quantity == getattr(ser, whole)().quantity

    def test_value_counts_with_normalize(self, data: FigureArray) -> None:
        """How often each stands there, as plain shares: pandas' own test expects a masked Float64 of any pd.NA."""
        assert (pd.Series(data).value_counts(normalize=True) == 1 / len(data)).all()

    def test_rank(self, data: FigureArray) -> None:
        """As pandas ranks the values; where bounds overlap a rank would say which is larger, and is refused."""
        for options in ({}, {"method": "min"}, {"pct": True}, {"ascending": False}):
            plain = pd.Series([float(cell) for cell in data]).rank(**options)
            assert pd.Series(data).rank(**options).tolist() == plain.tolist()
        more = replace(data[0], quantity=Quantity.of("more-than", 1))
        with pytest.raises(Undecided, match=r"found rows 0 and 1, .*allowed: sort_values, which orders for show"):
            pd.Series(FigureArray([more, data[1]])).rank()

    test_json_roundtrip = test_EA_types = None  # words of a file are no column of figures: see figure.read_csv

    @pytest.mark.xfail(strict=True, reason="pandas makes a row of fields of each dataclass in a list for a DataFrame")
    def test_from_dtype(self, data: FigureArray) -> None:
        super().test_from_dtype(data)
