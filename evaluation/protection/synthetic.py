"""Synthetic returns that describe nobody, generated from the rules by a seed. Their organizations are called synthetic,
so that every page and chart made of them says so.
"""

import csv
import io
import os
from pathlib import Path

import numpy as np

from ..problems import refuse
from ..writing import files
from .rules import ORGANIZATION, PEOPLE, YEAR, Rules

ORGANIZATIONS, PEOPLE_A_YEAR = 52, 9_900
RARE = 0.3  # factor of the last code's share, which leaves small counts to protect
ALIKE, APART = 60.0, 1.5  # similarity of organizations to all: in most columns; in the first, such as a region


def write_sample(rules: Rules, seed: int, output: Path) -> list[Path]:
    """Write one return (CSV) for each of ORGANIZATIONS organizations into a new folder, readable by its owner only;
    return the paths. The same rules and ``seed`` give the same files. Raises InputError if the folder exists."""
    if output.exists():
        raise refuse(output, actual="something there", allowed="a new folder; nothing was changed")
    os.makedirs(output, mode=0o700)
    rng = np.random.default_rng(seed)
    usual = {name: shares(rng, len(column.codes)) for name, column in rules.return_columns.items() if name != YEAR}
    sizes = rng.lognormal(0, 1, ORGANIZATIONS)
    paths = []
    for number, size in enumerate(sizes / sizes.sum(), 1):
        path = output / f"synthetic_{number:02}.csv"
        write_return(path, f"Synthetic organization {number:02}", rules, usual, size, rng)
        paths.append(path)
    return paths


def shares(rng: np.random.Generator, number: int) -> np.ndarray:
    """A ``number`` of random shares, of the codes of a column, that sum to 1, in decreasing order, the last of three or
    more made small (RARE); advances the generator."""
    decreasing = np.sort(rng.dirichlet(np.full(number, 2.0)))[::-1]
    weighted = decreasing * np.r_[np.ones(number - 1), RARE if number > 2 else 1]
    return weighted / weighted.sum()


def write_return(path: Path, organization: str, rules: Rules, usual: dict[str, np.ndarray], size: float,
                 rng: np.random.Generator) -> None:  # fmt: skip
    """Write the return of one organization, which has the share ``size`` of all PEOPLE_A_YEAR: its people of each year
    are drawn over the combinations of codes, whose shares are drawn around the ``usual`` ones. Groups without people
    are left out."""
    spread = [
        rng.dirichlet(proportions * (ALIKE if place else APART) + 0.02)
        for place, proportions in enumerate(usual.values())
    ]
    joint = np.ones(1)
    for proportions in spread:
        joint = np.multiply.outer(joint, proportions).ravel()
    groups = (
        np.stack(np.unravel_index(np.arange(len(joint)), [len(proportions) for proportions in spread]), axis=1)
        if spread
        else [()]
    )
    codes = [list(rules.columns[name].codes) for name in usual]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([ORGANIZATION, YEAR, *usual, PEOPLE])
    for year in rules.columns[YEAR].codes:
        people = rng.multinomial(rng.poisson(size * PEOPLE_A_YEAR), joint / joint.sum())
        for at in np.flatnonzero(people):
            row = [proportions[place] for proportions, place in zip(codes, groups[at], strict=True)]
            writer.writerow([organization, year, *row, people[at]])
    files.put(path, text.getvalue().encode(), 0o600)
