"""Where the estimates of many models lie together."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from evaluation.methods.multiple_systems.design import Floats

GRID = 1024
# A valley parts two clusters where the density falls to three quarters of the lower peak beside it.
VALLEY = 0.75


@dataclass(frozen=True)
class Cluster:
    """Models whose estimates lie together: the lowest, the middle (median) and the highest, and how many."""

    low: float
    middle: float
    high: float
    models: int


def clusters(estimates: ArrayLike, valley: float = VALLEY) -> tuple[Cluster, ...]:
    """Part positive estimates where their density on the logarithmic scale has a valley.

    The density is a Gaussian kernel's with the bandwidth of Silverman (1986, equation 3.31). Lowest cluster
    first; infinite estimates are left out; no estimates, no clusters.
    """
    values = np.sort(np.asarray(estimates, dtype=np.float64))
    values = values[np.isfinite(values)]
    if not len(values):
        return ()
    parts = np.split(values, np.searchsorted(np.log(values), _borders(np.log(values), valley)))
    return tuple(Cluster(part[0].item(), float(np.median(part)), part[-1].item(), len(part)) for part in parts)


def _borders(logs: Floats, valley: float) -> Floats:
    bandwidth = _bandwidth(logs)
    if bandwidth == 0:
        return np.array([])
    grid = np.linspace(logs[0] - 3 * bandwidth, logs[-1] + 3 * bandwidth, GRID)
    density = np.exp(-((grid[:, None] - logs) ** 2) / (2 * bandwidth**2)).sum(1)
    inner = density[1:-1]
    peaks: list[int] = (np.flatnonzero((inner > density[:-2]) & (inner > density[2:])) + 1).tolist()
    return grid[_valleys(density, peaks, valley)]


def _bandwidth(logs: Floats) -> float:
    if len(logs) < 2:
        return 0.0
    spread, quartiles = logs.std(ddof=1), np.subtract(*np.quantile(logs, [0.75, 0.25])) / 1.34
    narrower = min(spread, quartiles) if quartiles > 0 else spread
    return float(0.9 * narrower * len(logs) ** -0.2)


def _valleys(density: Floats, peaks: list[int], valley: float) -> list[int]:
    """The lowest point between each two peaks, once peaks that no valley parts are one."""
    while len(peaks) > 1:
        lowest = [left + int(np.argmin(density[left:right])) for left, right in pairwise(peaks)]
        lower_peak = [min(density[left], density[right]) for left, right in pairwise(peaks)]
        depth = density[lowest] / lower_peak
        shallow = int(np.argmax(depth))
        if depth[shallow] <= valley:
            return lowest
        del peaks[shallow + int(density[peaks[shallow]] > density[peaks[shallow + 1]])]
    return []
