"""Whether a log-linear model has a maximum-likelihood estimate, and only one.

Fienberg and Rinaldo (2012): the estimate exists if and only if a table with every entry positive has the
margins that the model fits to the data. Chan, Silverman and Vincent (2021) test that by a linear program,
after the histories of empty pairs have left the table. Solved here is its dual (Stiemke's lemma): the
estimate fails to exist if and only if the coefficients can move so that no expected count rises, those of
histories that were seen stay, and some other falls. The dual depends on which counts are 0 and on nothing
else, and its optimum is 0 or at least 1 in size, so that no tolerance decides.
"""

from functools import lru_cache

import numpy as np
from scipy.optimize import linprog  # type: ignore[import-untyped, unused-ignore]

from evaluation.methods.multiple_systems.design import Floats, design
from evaluation.methods.multiple_systems.table import NotConvergedError

# A bootstrap asks the same question of thousands of tables that differ in their counts only.
REMEMBERED = 1 << 16


@lru_cache(maxsize=REMEMBERED)
def is_identified(lists: int, active: bytes, cells: bytes) -> bool:
    """Whether the histories in the table determine the K terms that move (full column rank).

    `active` (K) and `cells` (2**lists) are the bytes of arrays of booleans.
    """
    matrix = _matrix(lists, active)[np.frombuffer(cells, dtype=bool)]
    return _full_rank(matrix)


@lru_cache(maxsize=REMEMBERED)
def has_estimate(lists: int, active: bytes, cells: bytes, seen: bytes) -> bool:
    """Whether the maximum-likelihood estimate exists; `seen` (2**lists) says which counts are above 0."""
    matrix = _matrix(lists, active)
    positive = np.frombuffer(seen, dtype=bool)
    counted, unseen = matrix[positive], matrix[np.frombuffer(cells, dtype=bool) & ~positive]
    if not len(unseen) or _full_rank(counted):
        return True
    return _largest_fall(counted, unseen) < 0.5


def _matrix(lists: int, active: bytes) -> Floats:
    return design(lists).matrix[:, np.frombuffer(active, dtype=bool)]


def _full_rank(matrix: Floats) -> bool:
    return bool(np.linalg.matrix_rank(matrix) == matrix.shape[1]) if len(matrix) else False


def _largest_fall(counted: Floats, unseen: Floats) -> float:
    """Sum of the falls of expected log counts of unseen histories, each at most 1."""
    result = linprog(
        unseen.sum(0),
        A_ub=np.vstack([unseen, -unseen]),
        b_ub=np.concatenate([np.zeros(len(unseen)), np.ones(len(unseen))]),
        A_eq=counted,
        b_eq=np.zeros(len(counted)),
        bounds=(None, None),
        method="highs",
    )
    if result.status != 0:
        raise NotConvergedError.of(
            "existence", found=f"a linear program without an end ({result.message})", allowed="tables that it can solve"
        )
    return -float(result.fun)
