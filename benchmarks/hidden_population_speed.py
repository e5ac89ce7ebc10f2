"""Time what the reader waits for: `python -m benchmarks.hidden_population_speed [TABLE.csv]`.

Without a table, six lists drawn from a known model of 12,000 people. Budgets on 2 cores: the forward choice
with a bootstrap of 1,000 that repeats it, 60 s; all models of five lists, 20 s. Exit status 1 where one is
passed.
"""

import sys
from collections.abc import Callable
from time import perf_counter

import numpy as np

from evaluation.methods.multiple_systems.choice import looked_at
from evaluation.methods.multiple_systems.estimate import estimate_population
from evaluation.methods.multiple_systems.table import Overlap, merge_lists, read_overlap

BOOTSTRAP_SECONDS = 60
ALL_MODELS_SECONDS = 20


def drawn_overlap() -> Overlap:
    """Six lists as sparse as published ones, two of them dependent."""
    chances = (0.01, 0.05, 0.09, 0.07, 0.03, 0.01)
    histories = np.arange(64)[:, None] >> np.arange(6) & 1
    weights = np.where(histories == 1, chances, np.subtract(1, chances)).prod(1)
    weights *= np.where((histories[:, 2] & histories[:, 5]) == 1, 5, 1)
    counts = np.random.default_rng(1).multinomial(12_000, weights / weights.sum())
    return Overlap(tuple("ABCDEF"), tuple(counts[1:].tolist()), "drawn")


def timed(name: str, budget: float, run: Callable[[], object]) -> bool:
    """Print the seconds that `run` took beside its budget; whether it kept it."""
    start = perf_counter()
    run()
    seconds = perf_counter() - start
    print(f"{name}\t{seconds:.2f} s\tbudget {budget:g} s")
    return seconds <= budget


def main() -> int:
    """Run both; 0 where both kept their budget."""
    overlap = read_overlap(sys.argv[1]) if len(sys.argv) > 1 else drawn_overlap()
    five = merge_lists(overlap, "+".join(overlap.lists[i] for i in (2, 5))) if len(overlap.lists) == 6 else overlap
    kept = [
        timed(
            f"forward with a bootstrap of 1,000, {len(overlap.lists)} lists",
            BOOTSTRAP_SECONDS,
            lambda: estimate_population(overlap, "forward", interval="bca", draws=1000),
        ),
        timed(f"all models of {len(five.lists)} lists", ALL_MODELS_SECONDS, lambda: looked_at(five)),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
