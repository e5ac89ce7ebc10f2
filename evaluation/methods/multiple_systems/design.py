"""What every log-linear model of a number of lists shares: histories, terms, and where they meet."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from evaluation.methods.multiple_systems.table import pairs_of

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


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


@cache
def design(lists: int) -> Design:
    """The design for a number of lists."""
    terms = [0, *(1 << i for i in range(lists)), *(1 << i | 1 << j for i, j in pairs_of(lists))]
    joint = np.bitwise_or.outer(terms, terms)
    masks, unions = np.unique(joint, return_inverse=True)
    return Design(lists, _on_all(lists, np.array(terms)), _on_all(lists, masks), unions.reshape(joint.shape))


def _on_all(lists: int, masks: NDArray[np.int_]) -> Floats:
    histories = np.arange(2**lists)[:, None]
    on_all: Floats = ((histories & masks) == masks).astype(np.float64)
    return on_all
