"""Coverage of the stated 95% intervals, by simulation: `python -m benchmarks.coverage [DRAWS]` (or 10,000).

Tab-separated: what is drawn, what is known of detection, coverage (of incidence: of the interval for independent
events, then of the one for events that come in cases). Incidence as a ratio of 1.2 on 300 and on 12 expected reports,
true detection ratio at the end of the bounds where coverage is lowest; then the total of a hidden population of 1,000
on three independent lists.
"""

import itertools
import math
import sys

import numpy as np

from evaluation.methods.detection import VARIANCE_FACTOR, DetectionBounds, Process, Scenario, coverage
from evaluation.methods.multiple_systems import Overlap, estimate_population

BOUNDS = {
    "detection unchanged": (DetectionBounds(1.0, 1.0), 1.0),
    "detection ratio 0.9 to 1.3, truly 1.3": (DetectionBounds(0.9, 1.3), 1.3),
    "detection did not fall, truly unchanged": (DetectionBounds.did_not_fall(), 1.0),
}
CHANCES = (0.2, 0.15, 0.25)
PEOPLE = 1000


def of_incidence(draws: int) -> None:
    """Print a line for each process, number of reports and bounds."""
    processes = [process for process in Process if process is not Process.REVISED]  # a revision is not drawn at random
    for process, reports, (name, (bounds, ratio)) in itertools.product(processes, (300, 12), BOUNDS.items()):
        scenario = Scenario((reports * 10, reports * 12), (0.1, 0.1 * ratio), process)
        shares = [coverage(scenario, bounds, draws=draws, variance_factor=wider) for wider in (1.0, VARIANCE_FACTOR)]
        print(f"{process}, {reports} reports\t{name}", *(f"{share:.4f}" for share in shares), sep="\t")


def of_hidden_population(draws: int) -> None:
    """Print a line for the profile interval, given the true model."""
    weights = [math.prod(p if h >> i & 1 else 1 - p for i, p in enumerate(CHANCES)) for h in range(8)]
    held = 0
    for draw in np.random.default_rng(1).multinomial(PEOPLE, weights, size=draws):
        found = estimate_population(Overlap(("A", "B", "C"), tuple(draw[1:].tolist())), "main-effects")
        held += found.low <= PEOPLE <= found.high
    print(f"hidden population of {PEOPLE}\tprofile likelihood given the model\t{held / draws:.4f}")


if __name__ == "__main__":
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    of_incidence(draws)
    of_hidden_population(min(draws, 2000))
