"""All tables of a release, and of earlier ones, as one linear system: each published cell is a sum of atoms.

An atom is one combination of the codes of all columns of the returns that any table uses. A cell counts the people with
given codes in some columns. Cells of the same atoms are one row, whatever tables they are in.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from .rules import PEOPLE, Rules

Group = frozenset[tuple[str, frozenset[str]]]  # codes by column of the returns; all codes of an absent column
Kind = tuple[str, ...]  # the columns of a table or of a margin
AtomCounts = NDArray[np.int64]  # a count for each atom, in the system's order
RowCounts = NDArray[np.int64]  # a count for each row: the system's matrix times counts by atom


class RowEnds(NamedTuple):
    """The lower and the upper end of the count of each row."""

    low: RowCounts
    high: RowCounts


@dataclass(frozen=True)
class PublishedCell:
    """A cell of a table or of a margin: its code in each column of its kind, and the group that it counts."""

    kind: Kind
    codes: tuple[str, ...]
    group: Group


def published_cells(rules: Rules) -> list[PublishedCell]:
    """All cells that a release publishes, each once: of every kind, every combination of codes in the rules' order."""
    return [
        PublishedCell(kind, codes, counted_group(rules, dict(zip(kind, codes, strict=True))))
        for kind in rules.kinds()
        for codes in product(*(rules.columns[name].codes for name in kind))
    ]


def counted_group(rules: Rules, codes: Mapping[str, str]) -> Group:
    """The group that a cell counts: its codes by column of the returns, a level's code as the finer codes in it."""
    level = {name: rules.columns[name].level for name in codes}
    return frozenset(
        (
            rules.finest_column(name),
            frozenset(fine for fine, coarse in level[name].items() if coarse == code) or frozenset({code}),
        )
        for name, code in codes.items()
    )


class System:
    """The linear system of a release over the atoms of ``codes`` (the codes of each column of the returns in use).
    ``groups`` are the distinct rows, each by the first group that has its atoms; ``rows`` the row index of every group;
    ``kinds`` the row indices of each kind, to which groups of ``earlier`` releases do not belong."""

    def __init__(
        self, codes: Mapping[str, Iterable[str]], cells: Iterable[PublishedCell], earlier: Iterable[Group] = ()
    ):
        """Adds the rows of all cells in order, then those of earlier groups; a group of the very atoms of a row adds
        none."""
        self.codes = {name: list(named) for name, named in codes.items()}
        self._row: dict[bytes, int] = {}
        self.groups: list[Group] = []
        self._members: list[NDArray[np.intp]] = []
        self.kinds: dict[Kind, list[int]] = defaultdict(list)
        self.rows: dict[Group, int] = {}
        for cell in cells:
            row = self._add(cell.group)
            if row not in self.kinds[cell.kind]:
                self.kinds[cell.kind].append(row)
        for group in earlier:
            self._add(group)

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of codes of each column, in order; an atom's index is that of its codes in this shape."""
        return tuple(map(len, self.codes.values()))

    @property
    def size(self) -> int:
        """The number of atoms."""
        return int(np.prod(self.shape, dtype=int))

    def _add(self, group: Group) -> int:
        """The row index of a group, added if it is new; groups of the same atoms share one."""
        if group not in self.rows:
            members = self.atoms_of(group)
            row = self._row.setdefault(members.tobytes(), len(self.groups))
            if row == len(self.groups):
                self.groups.append(group)
                self._members.append(members)
            self.rows[group] = row
        return self.rows[group]

    def atoms_of(self, group: Group) -> NDArray[np.intp]:
        """The indices of a group's atoms, sorted: those with one of its codes in each of its columns, any in others."""
        codes_by_column = dict(group)
        inside = np.ones(self.shape, dtype=bool)
        for axis, (name, codes) in enumerate(self.codes.items()):
            if name in codes_by_column:
                allowed = np.array([code in codes_by_column[name] for code in codes])
                inside &= allowed.reshape([-1 if at == axis else 1 for at in range(len(self.codes))])
        return np.flatnonzero(inside)

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """The incidence matrix (rows x atoms): 1 where an atom belongs to a row, else 0."""
        ends = np.cumsum([0, *map(len, self._members)])
        ones = np.ones(ends[-1], dtype=np.int64)
        return sparse.csr_array((ones, np.concatenate(self._members), ends), shape=(len(self.groups), self.size))

    def counts(self, returns: pd.DataFrame) -> AtomCounts:
        """The number of people in returns (rows of groups, with a column people) by atom; rows of one atom are added.
        Raises ValueError for a code that the system lacks."""
        places = [pd.Categorical(returns[name], categories=codes).codes for name, codes in self.codes.items()]
        atoms = np.ravel_multi_index(places, self.shape)
        return np.bincount(atoms, weights=returns[PEOPLE], minlength=self.size).astype(np.int64)

    def population(self, people: AtomCounts) -> pd.DataFrame:
        """Counts by atom in the form of returns: one row per atom, a column for each of its codes, a column people."""
        places = np.unravel_index(np.arange(self.size), self.shape)
        columns = {n: np.array(codes)[at] for (n, codes), at in zip(self.codes.items(), places, strict=True)}
        return pd.DataFrame(columns | {PEOPLE: people})
