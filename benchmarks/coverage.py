"""Coverage of the stated 95% intervals, by simulation: `python -m benchmarks.coverage [DRAWS] [TABLES]`.

Tab-separated. First incidence: what is drawn, what is known of detection, coverage in DRAWS draws (10,000) of the
interval for independent events, then of the one for events that come in cases; a ratio of 1.2 on 300 and on 12 expected
reports, true detection ratio at the end of the bounds where coverage is lowest. Then hidden populations: of TABLES
tables (40) of each design, in how many a list inside others is recognized, in how many of the rest there is an
estimate, in how many of these each interval holds the truth, how often the bound of Chao and the lower end of its
interval lie above the truth, and how often the estimate is below either of them.
"""

import itertools
import os
import sys
from collections.abc import Iterator

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from evaluation.chapters.detection.identification import DetectionBounds
from evaluation.chapters.detection.simulation import Process, Scenario, coverage
from evaluation.methods.counts import VARIANCE_FACTOR
from evaluation.methods.multiple_systems.bounds import chao_lower_bound
from evaluation.methods.multiple_systems.estimate import estimate_population, refusal
from evaluation.methods.multiple_systems.nesting import nestings
from evaluation.methods.multiple_systems.table import Overlap
from evaluation.problems import InputError

BOUNDS = {
    "detection unchanged": (DetectionBounds(1.0, 1.0), 1.0),
    "detection ratio 0.9 to 1.3, truly 1.3": (DetectionBounds(0.9, 1.3), 1.3),
    "detection did not fall, truly unchanged": (DetectionBounds.did_not_fall(), 1.0),
}
WAYS = {
    "lowest BIC, BCa (default)": {},
    "lowest BIC, profile": {"model": "all"},
    "forward, profile": {"model": "forward"},
    "main effects, profile": {"model": "main-effects"},
}
RANDOM = np.random.default_rng(1)


def of_incidence(draws: int) -> None:
    """Print a line for each process, number of reports and bounds."""
    processes = [process for process in Process if process is not Process.REVISED]  # a revision is not drawn at random
    for process, reports, (name, (bounds, ratio)) in itertools.product(processes, (300, 12), BOUNDS.items()):
        scenario = Scenario((reports * 10, reports * 12), (0.1, 0.1 * ratio), process)
        shares = [coverage(scenario, bounds, draws=draws, variance_factor=wider) for wider in (1.0, VARIANCE_FACTOR)]
        print(f"{process}, {reports} reports\t{name}", *(f"{share:.4f}" for share in shares), sep="\t")


def on_lists(people: int, *chances: float, apart: float = 0.0) -> np.ndarray:
    """Who is on which list (people x lists); `apart` is the standard deviation of a person's own log odds."""
    odds = np.divide(chances, np.subtract(1, chances)) * np.exp(RANDOM.normal(0, apart, (people, 1)))
    return RANDOM.random(odds.shape) < odds / (1 + odds)


def dependent(people: int, *chances: float, times: float) -> np.ndarray:
    """As `on_lists`, the odds of the second list multiplied for whoever is on the first."""
    lists, odds = on_lists(people, *chances), chances[1] / (1 - chances[1])
    own = odds * np.where(lists[:, 0], times, 1)
    lists[:, 1] = RANDOM.random(people) < own / (1 + own)
    return lists


def inside(lists: np.ndarray, outer: list[int], share: float, lost: float = 0.0) -> np.ndarray:
    """The first list becomes a share of whoever is on one of `outer`, and some `lost` to anyone's eyes but its own."""
    others = lists[:, outer].any(1)
    drawn = others & (RANDOM.random(len(lists)) < share)
    lists[:, 0] = drawn | (~others & (RANDOM.random(len(lists)) < lost * drawn.mean()))
    return lists


# Which people are on which lists, and how many people there are in truth.
DESIGNS = {
    "independent, 4 lists, 2,000": lambda: on_lists(2000, 0.1, 0.15, 0.2, 0.1),
    "independent, 3 lists, 1,000": lambda: on_lists(1000, 0.2, 0.15, 0.25),
    "one dependent pair, odds times 5": lambda: dependent(2000, 0.1, 0.15, 0.2, 0.1, times=5),
    "sparse, 3,000": lambda: on_lists(3000, 0.02, 0.05, 0.04, 0.01),
    "tiny, 300": lambda: on_lists(300, 0.1, 0.08, 0.15, 0.03),
    "heterogeneous (log-normal 1.2)": lambda: on_lists(2000, 0.1, 0.15, 0.2, 0.1, apart=1.2),
    "two lists exclude each other": lambda: dependent(2000, 0.2, 0.2, 0.2, 0.1, times=0.05),
    "half of the people on no list's path": lambda: np.vstack(
        [on_lists(1000, 0.2, 0.3, 0.4, 0.2), np.zeros((1000, 4), dtype=bool)]
    ),
    "one list inside another": lambda: inside(on_lists(2000, 0.1, 0.15, 0.2, 0.1), [1], 0.4),
    "one inside another, a twentieth lost": lambda: inside(on_lists(2000, 0.1, 0.15, 0.2, 0.1), [1], 0.4, 0.05),
    "one inside another, a fifth lost": lambda: inside(on_lists(2000, 0.1, 0.15, 0.2, 0.1), [1], 0.4, 0.25),
    "one inside two others together": lambda: inside(on_lists(2000, 0.1, 0.15, 0.2, 0.1), [1, 2], 0.3),
    "tiny list inside another": lambda: inside(on_lists(2000, 0.1, 0.15, 0.2, 0.1), [1], 0.03),
    "three lists, one inside another": lambda: inside(on_lists(2000, 0.1, 0.15, 0.2), [1], 0.4),
    "two lists, independent": lambda: on_lists(1000, 0.2, 0.3),
    "two lists, one inside the other": lambda: inside(on_lists(1000, 0.1, 0.3), [1], 0.4),
    "eight lists, independent": lambda: on_lists(2000, 0.03, 0.05, 0.06, 0.04, 0.08, 0.02, 0.05, 0.03),
    "eight lists, one inside another": lambda: inside(
        on_lists(2000, 0.03, 0.15, 0.06, 0.04, 0.08, 0.02, 0.05, 0.03), [1], 0.3
    ),
}
SLOW = ("eight lists, independent",)  # a tenth of the tables: ten seconds each


def tables(design: str, number: int) -> Iterator[tuple[int, Overlap]]:
    """The truth and the table, of each draw that leaves people on every list and on two."""
    for _ in range(max(4, number // 10) if design in SLOW else number):
        people = DESIGNS[design]()
        histories = people @ (1 << np.arange(people.shape[1]))
        counts = np.bincount(histories, minlength=2 ** people.shape[1])[1:]
        try:
            yield len(people), Overlap(tuple("ABCDEFGH"[: people.shape[1]]), tuple(counts.tolist()))
        except InputError:
            continue


def of_hidden_population(design: str, number: int) -> None:
    """Print a line: counts of tables."""
    drawn, nested, chao = 0, 0, np.zeros(4, dtype=int)
    held, given = dict.fromkeys(WAYS, 0), dict.fromkeys(WAYS, 0)
    for truth, overlap in tables(design, number):
        drawn += 1
        if nestings(overlap):
            nested += 1
            continue
        bound = chao_lower_bound(overlap)
        for way, options in WAYS.items():
            try:
                estimate = estimate_population(overlap, **options)
            except InputError:
                continue
            if refusal(overlap, estimate):
                continue
            given[way] += 1
            held[way] += estimate.low <= truth <= estimate.high
            if bound and not options:
                below = [estimate.estimate < bound.total - 0.5, estimate.estimate < bound.low]
                chao += [bound.total > truth, bound.low > truth, *below]
    ways = "\t".join(f"{held[way]} of {given[way]}" for way in WAYS)
    print(design, f"{nested} of {drawn}", ways, *map(str, chao), sep="\t", flush=True)


if __name__ == "__main__":
    asked = [int(number) for number in sys.argv[1:]]
    if asked[:1] != [0]:
        of_incidence(asked[0] if asked else 10_000)
    bounds = ("bound above truth", "its lower end", "estimate below bound", "below its lower end")
    print("design", "recognized as nested", *WAYS, *bounds, sep="\t", flush=True)
    for name in DESIGNS:
        of_hidden_population(name, asked[1] if len(asked) > 1 else 40)
