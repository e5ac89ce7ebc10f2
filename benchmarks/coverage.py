"""Coverage of the stated 95% intervals, by simulation: `python -m benchmarks.coverage [DRAWS]`.

Tab-separated: what is drawn, what is known of detection, coverage in DRAWS draws (10,000) of the
interval for independent events, then of the one for events that come in cases; a ratio of 1.2 on 300 and on 12 expected
reports, true detection ratio at the end of the bounds where coverage is lowest.
"""

import itertools
import os
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from evaluation.chapters.detection.identification import DetectionBounds
from evaluation.chapters.detection.simulation import Process, Scenario, coverage
from evaluation.methods.counts import VARIANCE_FACTOR

BOUNDS = {
    "detection unchanged": (DetectionBounds(1.0, 1.0), 1.0),
    "detection ratio 0.9 to 1.3, truly 1.3": (DetectionBounds(0.9, 1.3), 1.3),
    "detection did not fall, truly unchanged": (DetectionBounds(low=1.0), 1.0),
}


def of_incidence(draws: int) -> None:
    """Print a line for each process, number of reports and bounds."""
    processes = [process for process in Process if process is not Process.REVISED]  # a revision is not drawn at random
    for process, reports, (name, (bounds, ratio)) in itertools.product(processes, (300, 12), BOUNDS.items()):
        scenario = Scenario((reports * 10, reports * 12), (0.1, 0.1 * ratio), process)
        shares = [coverage(scenario, bounds, draws=draws, variance_factor=wider) for wider in (1.0, VARIANCE_FACTOR)]
        print(f"{process}, {reports} reports\t{name}", *(f"{share:.4f}" for share in shares), sep="\t")


if __name__ == "__main__":
    of_incidence(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
