"""What every log-linear model of a number of lists shares, and whether a model has an estimate at all.

Fienberg and Rinaldo (2012): the estimate exists if and only if a table with every entry positive has the
margins that the model fits to the data. Chan, Silverman and Vincent (2021) test that by a linear program,
after the histories of empty pairs have left the table. Solved here is its dual (Stiemke's lemma): the
estimate fails to exist if and only if the coefficients can move so that no expected count rises, those of
histories that were seen stay, and some other falls. The dual depends on which counts are 0 and on nothing
else, and its optimum is 0 or at least 1 in size, so that no tolerance decides.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog  # type: ignore[import-untyped, unused-ignore]

from .table import NotConvergedError, pairs_of

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
# A bootstrap asks the same question of thousands of tables that differ in their counts only.
REMEMBERED = 1 << 16


@dataclass(frozen=True)
class Design:
    """What every model of t lists shares.

    `matrix` (2**t x K) holds 0 and 1. The Hessian's entry (a, b) is the expected number of people who are on
    all lists of terms a and b: column `unions[a, b]` of the expected counts times `members`.
    """

    lists: int
    matrix: Floats
    members: Floats
    unions: NDArray[np.intp]

    @property
    def pair_columns(self) -> Floats:
        """Which histories (rows) are on both lists of a pair (columns), as 0 and 1."""
        return self.matrix[:, 1 + self.lists :]


@lru_cache(maxsize=4096)
def design(lists: int, used: bytes = b"") -> Design:
    """The design for a number of lists; of some terms alone where `used` (the bytes of K booleans) says which."""
    terms = np.array([0, *(1 << i for i in range(lists)), *(1 << i | 1 << j for i, j in pairs_of(lists))])
    terms = terms[np.frombuffer(used, dtype=bool)] if used else terms
    joint = np.bitwise_or.outer(terms, terms)
    masks, unions = np.unique(joint, return_inverse=True)
    histories = np.arange(2**lists)[:, None]
    on_all, members = ((histories & some == some).astype(np.float64) for some in (terms, masks))
    return Design(lists, on_all, members, unions.reshape(joint.shape))


@lru_cache(maxsize=REMEMBERED)
def is_identified(lists: int, active: bytes, cells: bytes) -> bool:
    """Whether the histories in the table determine the K terms that move (full column rank).

    `active` (K) and `cells` (2**lists) are the bytes of arrays of booleans.
    """
    return _full_rank(design(lists, active).matrix[np.frombuffer(cells, dtype=bool)])


@lru_cache(maxsize=REMEMBERED)
def has_estimate(lists: int, active: bytes, cells: bytes, seen: bytes) -> bool:
    """Whether the maximum-likelihood estimate exists; `seen` (2**lists) says which counts are above 0."""
    matrix, positive = design(lists, active).matrix, np.frombuffer(seen, dtype=bool)
    counted, unseen = matrix[positive], matrix[np.frombuffer(cells, dtype=bool) & ~positive]
    return not len(unseen) or _full_rank(counted) or _largest_fall(counted, unseen) < 0.5


def _full_rank(matrix: Floats) -> bool:
    return bool(np.linalg.matrix_rank(matrix) == matrix.shape[1]) if len(matrix) else False


def _largest_fall(counted: Floats, unseen: Floats) -> float:
    """Sum of the falls of expected log counts of unseen histories, each at most 1."""
    inequalities = np.vstack([unseen, -unseen]), np.concatenate([np.zeros(len(unseen)), np.ones(len(unseen))])
    result = linprog(unseen.sum(0), *inequalities, counted, np.zeros(len(counted)), bounds=(None, None))
    if result.status != 0:
        found = f"a linear program without an end ({result.message})"
        raise NotConvergedError.of("existence", found=found, allowed="tables that it can solve")
    return -float(result.fun)
