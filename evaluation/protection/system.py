"""All tables of a release, and of earlier ones, as one system: which cells are published, and of which atoms each is
the sum.

An atom is one combination of the codes of all columns of the returns that any table uses. A cell is a sum of atoms: the
people of some codes of some columns. Cells of the same people are one, whatever tables they stand in.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from .rules import PEOPLE, Rules

Group = frozenset[tuple[str, frozenset[str]]]  # codes by column of the returns; a column that is absent says nothing
Kind = tuple[str, ...]  # the columns of a table or of a margin
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Cell:
    """A cell of a table or of a margin: its code in each column of its kind, and whom it counts."""

    kind: Kind
    codes: tuple[str, ...]
    group: Group


def cells_of(rules: Rules) -> list[Cell]:
    """Every cell that a release publishes."""
    return [
        Cell(kind, codes, group_of(rules, dict(zip(kind, codes, strict=True))))
        for kind in rules.kinds()
        for codes in product(*(rules.columns[name].codes for name in kind))
    ]


def group_of(rules: Rules, codes: Mapping[str, str]) -> Group:
    """Whom a cell counts: the code of each column, of a level the finer codes that lie in it."""
    level = {name: rules.columns[name].level for name in codes}
    return frozenset(
        (
            rules.finest(name),
            frozenset(fine for fine, coarse in level[name].items() if coarse == code) or frozenset({code}),
        )
        for name, code in codes.items()
    )


class System:
    """The sums of some atoms. ``groups`` are the rows, each once; ``kinds`` the rows of each kind."""

    def __init__(self, codes: Mapping[str, Iterable[str]], cells: Iterable[Cell], earlier: Iterable[Group] = ()):
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
        """How many codes each column has."""
        return tuple(map(len, self.codes.values()))

    @property
    def size(self) -> int:
        """How many atoms there are."""
        return int(np.prod(self.shape, dtype=int))

    def _add(self, group: Group) -> int:
        """The row of a group: that of the same atoms, where there is one."""
        if group not in self.rows:
            members = self.members(group)
            row = self._row.setdefault(members.tobytes(), len(self.groups))
            if row == len(self.groups):
                self.groups.append(group)
                self._members.append(members)
            self.rows[group] = row
        return self.rows[group]

    def members(self, group: Group) -> NDArray[np.intp]:
        """The atoms of a group."""
        asked = dict(group)
        inside = np.ones(self.shape, dtype=bool)
        for axis, (name, codes) in enumerate(self.codes.items()):
            if name in asked:
                allowed = np.array([code in asked[name] for code in codes])
                inside &= allowed.reshape([-1 if at == axis else 1 for at in range(len(self.codes))])
        return np.flatnonzero(inside)

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """Rows x atoms, 0 and 1."""
        ends = np.cumsum([0, *map(len, self._members)])
        ones = np.ones(ends[-1], dtype=np.int64)
        return sparse.csr_array((ones, np.concatenate(self._members), ends), shape=(len(self.groups), self.size))

    def counts(self, returns: pd.DataFrame) -> Counts:
        """The people of returns (a row a group, the column people) by atom."""
        places = [pd.Categorical(returns[name], categories=codes).codes for name, codes in self.codes.items()]
        atoms = np.ravel_multi_index(places, self.shape)
        return np.bincount(atoms, weights=returns[PEOPLE], minlength=self.size).astype(np.int64)

    def population(self, people: Counts) -> pd.DataFrame:
        """Counts by atom as returns: a row an atom, a column each of the codes, the column people."""
        places = np.unravel_index(np.arange(self.size), self.shape)
        columns = {n: np.array(codes)[at] for (n, codes), at in zip(self.codes.items(), places, strict=True)}
        return pd.DataFrame(columns | {PEOPLE: people})
