"""Statistical intervals against the reference implementations of scipy.stats."""

from __future__ import annotations

import pytest
from scipy.stats import binomtest, chi2

from evaluation.measures import clopper_pearson, count_interval


@pytest.mark.parametrize(("part", "whole"), [(72, 239), (0, 10), (10, 10), (1, 2), (28, 1000)])
@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
def test_clopper_pearson(part: int, whole: int, level: float) -> None:
    expected = binomtest(part, whole).proportion_ci(level, "exact")
    assert clopper_pearson(part, whole, level) == pytest.approx((expected.low, expected.high), abs=1e-9)


@pytest.mark.parametrize("count", [0, 1, 65, 600])
def test_garwood(count: int) -> None:
    found = count_interval(count, 0.95)
    assert found.high is not None
    assert float(found.high) == pytest.approx(chi2.ppf(0.975, 2 * count + 2) / 2)
    assert float(found.low or 0) == pytest.approx(chi2.ppf(0.025, 2 * count) / 2 if count else 0)
