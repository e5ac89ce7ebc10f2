"""How often an estimate holds the truth, in tables that are drawn: `python docs/coverage.py [TABLES] [DRAWS]`.

Prints the table of docs/coverage.md: of TABLES tables (60) of each design, with DRAWS resamples (400), a share each.
10,000 people, four lists; the seed is fixed.
"""

import os
import sys
from collections.abc import Iterator

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd

from overlapping_lists import Estimate, estimate

PEOPLE, SEED = 10_000, 2026
CHANCES = np.array([0.05, 0.08, 0.10, 0.04])
COLUMNS = (
    "refused",
    "no upper end",
    "interval",
    "models",
    "half to twice",
    "Chao’s lower end",
    "median estimate",
)


def on_lists(random: np.random.Generator, times: dict[tuple[int, int], float], odds: np.ndarray) -> np.ndarray:
    """Who is on which list (people x lists). `odds` multiplies a person's odds of each list; `times` those of a second
    list for whoever is on a first."""
    lists = np.zeros((PEOPLE, len(CHANCES)), dtype=np.int64)
    for place, chance in enumerate(CHANCES):
        own = chance / (1 - chance) * odds
        for (first, second), factor in times.items():
            own = np.where((second == place) & (lists[:, first] == 1), own * factor, own)
        lists[:, place] = random.random(PEOPLE) < own / (1 + own)
    return lists


ALIKE = np.ones(PEOPLE)
EASY = np.arange(PEOPLE) < PEOPLE // 10  # a tenth is found more easily by any list
DESIGNS = {
    "independent lists": ({}, ALIKE),
    "two pairs that go together (odds times 5)": ({(0, 1): 5.0, (2, 3): 5.0}, ALIKE),
    "one pair that keeps people apart (odds times 0.2)": ({(1, 2): 0.2}, ALIKE),
    "two kinds of people (a tenth with 17 times the odds of the others)": ({}, np.where(EASY, 10.0, 0.6)),
    "two kinds of people (a tenth with 50 times the odds of the others)": ({}, np.where(EASY, 20.0, 0.4)),
}


def tables(design: str, number: int) -> Iterator[pd.DataFrame]:
    """Tables of a design, the same each time."""
    random, (times, odds) = np.random.default_rng(SEED), DESIGNS[design]
    for _ in range(number):
        lists = on_lists(random, times, odds)
        yield pd.DataFrame(lists[lists.any(axis=1)], columns=list("ABCD"))


def judged(found: Estimate) -> list[float]:
    """What is counted of one table, 1 or 0; the last is the estimate."""
    if found.estimate is None or found.interval is None or found.range is None:
        return [1.0, *[float("nan")] * 6]
    (low, high), (least, most) = found.interval, found.range
    models = found.models.estimate
    return [
        0.0, high is None, (low or 0) <= PEOPLE <= (high or np.inf), models.min() <= PEOPLE <= models.max(),
        (least or 0) <= PEOPLE <= (most or np.inf), found.bound is not None and found.bound.low <= PEOPLE,
        found.estimate,
    ]  # fmt: skip


def main(number: int = 60, draws: int = 400) -> None:
    """Print a row a design."""
    print("| design |", " | ".join(COLUMNS), "|")
    print("| --- |", " | ".join(["--:"] * len(COLUMNS)), "|")
    for design in DESIGNS:
        rows = np.array([judged(estimate(table, draws=draws)) for table in tables(design, number)])
        shares = [f"{share:.2f}" for share in (rows[:, 0].mean(), *np.nanmean(rows[:, 1:6], axis=0))]
        print(f"| {design} |", " | ".join([*shares, f"{np.nanmedian(rows[:, 6]):,.0f}"]), "|", flush=True)


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:]))
