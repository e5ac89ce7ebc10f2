"""What protecting returns costs, in time and in what is lost, beside rounding each count to 5 and hiding small ones by
hand, on the same invented returns: ``python -m benchmarks.protection``."""

import sys
import tempfile
import time
from collections.abc import Iterable
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from evaluation.protection.reading import read_returns
from evaluation.protection.release import ProtectedRelease, make_release
from evaluation.protection.rounding import RoundingProblem, SecretRandom, round_system
from evaluation.protection.rules import PEOPLE, Rules, read_rules
from evaluation.protection.synthetic import shares, write_sample
from evaluation.protection.system import PublishedCell, System, published_cells

RETURNS = """
counts: {definition: people_served, unit: people, place: Ontario}
source: {publisher: {en: a, fr: a}, title: a, published: 2026-11}
columns:
  organization:
  year: {codes: ["2021/22", "2022/23", "2023/24"]}
  region: {codes: [North, East, Central, West, Toronto]}
  fund: {codes: [community, youth]}
  age: {codes: [under 18, 18 to 24, 25 and over, not stated]}
  gender: {codes: [women, men, another]}
  housing: {codes: [own, shelter, not stated]}
  status: {codes: [citizen, other]}
within: {zone: {region: {North: Up, East: Down, Central: Down, West: Down, Toronto: Down}}}
tables:
  people_by_region: [year, region, fund]
  people_by_group: [year, age, gender]
  people_by_status: [year, housing, status]
  people_by_region_and_age: [year, region, age]
  people_by_zone: [year, zone, gender]
"""
CHANCE = SecretRandom(b"thirty-two bytes of a benchmark.")


def sample(folder: Path, seed: int) -> tuple[Rules, pd.DataFrame]:
    """The rules above, and invented returns by them."""
    (folder / "returns.yml").write_text(RETURNS, encoding="utf-8")
    rules = read_rules(folder / "returns.yml")
    write_sample(rules, seed, folder / f"sample-{seed}")
    return rules, read_returns(folder / f"sample-{seed}", rules)


def five_tables(folder: Path, seed: int) -> None:
    """Time and loss of the five tables."""
    rules, returns = sample(folder, seed)
    began = time.process_time()
    made = make_release(rules, returns, [], CHANCE)
    seconds = time.process_time() - began
    system = System({name: list(column.codes) for name, column in rules.return_columns.items()}, published_cells(rules))
    people = np.asarray(system.matrix @ system.counts(returns))
    true = np.array([people[system.rows[row.cell.group]] for row in made.rows])
    emit(f"| ranges, seed {seed} | {seconds:.1f} | {', '.join(loss(made, true))} | 0 |")
    print(f"  {made}", file=sys.stderr)
    emit(f"| each count to 5 | - | 2.0 or less, {share(true, 2.5, 0.1)}, {share(true, 2.5, 0.25)} | all |")
    emit(hidden_by_hand(rules, made, true))


def loss(made: ProtectedRelease, true: np.ndarray) -> list[str]:
    """The mean distance of the middles from the truth, how many counts are known within a tenth and a quarter, and how
    many middles are as near to the truth."""
    values, within = (np.array([getattr(row, name) for row in made.rows]) for name in ("value", "within"))
    away = np.abs(values - true)
    known, near = ([share(at, off, part) for part in (0.1, 0.25)] for at, off in ((values, within), (true, away)))
    return [f"{away.mean():.1f}", *known, *near]


def share(values: np.ndarray, within: np.ndarray | float, part: float) -> str:
    """How many numbers are known within a part of themselves."""
    return f"{(np.asarray(within) <= part * values).mean():.0%}"


def hidden_by_hand(rules: Rules, made: ProtectedRelease, true: np.ndarray) -> str:
    """Counts under the base hidden, in each table and margin, and where one in a line of a table stands alone, the next
    smallest of the line; and how many of the small ones linear programs know to fewer than the base."""
    count = {(row.cell.kind, row.cell.codes): n for row, n in zip(made.rows, true.tolist(), strict=True)}
    hidden = {key for key, n in count.items() if n < rules.base}
    for kind, codes in list(count):
        for name in range(1, len(kind)):
            line = [(kind, (*codes[:name], code, *codes[name + 1 :])) for code in rules.columns[kind[name]].codes]
            if len([key for key in line if key in hidden]) == 1:
                hidden.add(min((key for key in line if key not in hidden), key=count.__getitem__))
    small = [key for key in count if count[key] < rules.base]
    system = System({name: list(column.codes) for name, column in rules.return_columns.items()}, published_cells(rules))
    open_cells = [cell for cell in published_cells(rules) if (cell.kind, cell.codes) not in hidden]
    rows = [system.rows[cell.group] for cell in open_cells]
    known = sum(
        width(system, rows, [count[c.kind, c.codes] for c in open_cells], key, made) < rules.base for key in small
    )
    return f"| hidden by hand | - | {len(hidden)} of {len(count)} hidden, the others exact | {known} of {len(small)} |"


def width(system: System, rows: list[int], values: list[int], key: tuple, made: ProtectedRelease) -> float:
    """How many values linear programs leave to a hidden count."""
    row = next(system.rows[entry.cell.group] for entry in made.rows if (entry.cell.kind, entry.cell.codes) == key)
    aim = system.matrix[[row]].toarray().ravel().astype(float)
    ends = [linprog(way * aim, A_eq=system.matrix[rows], b_eq=values).fun for way in (1, -1)]
    return -ends[1] - ends[0] + 1


def many_tables() -> None:
    """Time of tables of three and four of seven columns."""
    sizes = {"year": 3, "region": 5, "fund": 2, "age": 4, "gender": 3, "indigenous": 3, "status": 2}
    rng = np.random.default_rng(3)
    codes = {name: [f"{name}{at}" for at in range(n)] for name, n in sizes.items()}
    people = pd.DataFrame({n: rng.choice(levels, 29_412, p=shares(rng, len(levels))) for n, levels in codes.items()})
    returns = people.groupby(list(sizes)).size().rename(PEOPLE).reset_index()
    for wide in (2, 3, 4):
        cells = list(cells_by(codes, combinations(sizes, wide)))
        began = time.process_time()
        system = System(codes, cells)
        made = round_system(RoundingProblem(system, system.counts(returns), 20, CHANCE, {}))
        widths = pd.Series([made.within[cell.kind] for cell in cells]).value_counts().sort_index()
        words = ", ".join(f"{n} at ± {within}" for within, n in widths.items())
        emit(f"| all tables of {wide} of 7 columns | {len(cells)} | {time.process_time() - began:.1f} | {words} |")


def cells_by(codes: dict[str, list[str]], tables: Iterable[tuple[str, ...]]) -> Iterable[PublishedCell]:
    """The cells of tables and of all their margins."""
    for kind in dict.fromkeys(
        kind for table in tables for n in range(len(table) + 1) for kind in combinations(table, n)
    ):
        for combination in product(*(codes[name] for name in kind)):
            yield PublishedCell(
                kind,
                combination,
                frozenset((name, frozenset({code})) for name, code in zip(kind, combination, strict=True)),
            )


def emit(line: str) -> None:
    """Print a line as soon as it is known."""
    print(line, flush=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        for number in (1, 2, 3):
            five_tables(Path(place), number)
    many_tables()
