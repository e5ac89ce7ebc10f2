"""A release of returns from beginning to end: read, rounded, proved, written. Nothing is written that is not proved,
and where anything is refused, nothing at all."""

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..problems import how_many, listed, refuse
from . import certificate, own_numbers
from .certificate import Range
from .earlier import RELEASE, Kept, file_hash, read_earlier
from .reading import SECRET, read_returns
from .rounding import Asked, CannotBeRounded, Chance, Rounded, rounded
from .rules import IGNORED, ORGANIZATION, REQUIRED, WISHED, Rules, read_rules
from .system import Cell, Counts, System, cells_of
from .writing import Row, check_room, written

SYNTHETIC = "synthetic "  # how the names of invented organizations begin


@dataclass(frozen=True)
class Released:
    """What came of a release, in counts: cells, those widened, organizations, and those that could know others more
    closely than to half the base, in how many cells."""

    cells: int
    widened: int
    organizations: int
    short: tuple[int, int] | None

    def __str__(self) -> str:
        words = f"{how_many(self.cells, 'range')}, {self.widened} widened"
        if self.short is None:
            return words
        who = f"{self.short[0]} of {how_many(self.organizations, 'organization')}"
        closely = "by its own number could know others more closely than to half the base"
        return f"{words}; {who} {closely}, in {how_many(self.short[1], 'range')}"


def protect(file: Path, folder: Path, before: Iterable[Path], data: Path, output: Path) -> Released:
    """Make a release: returns of a folder into ``output``, a data folder. Raises InputError for what is not right."""
    rules = read_rules(file)
    before = list(before)
    check_room(rules, data, output)
    kept = read_earlier(before, rules)
    returns = read_returns(folder, rules)
    synthetic = all_or_none_synthetic(folder, returns)
    cells = cells_of(rules)
    system = System(codes_used(rules, kept), cells, [one.group for one in kept])
    own = [] if rules.own_number == IGNORED else own_numbers.own_counts(system, returns)
    made = rounded_as_asked(rules, system, returns, kept, own, Chance(secret_of(folder)))
    rows = [row_of(cell, system, made) for cell in cells]
    prove(rules, rows, kept, system, made, returns)
    ends = own_numbers.ends_of(system, made, kept)
    short = own_numbers.falling_short(system, ends, own, rules.base) if rules.own_number == WISHED else None
    wide = {kind: within for kind, within in made.within.items() if within > narrowest(rules)}
    released = Released(len(rows), sum(row.cell.kind in wide for row in rows), returns[ORGANIZATION].nunique(), short)
    facts = {
        "before": sorted(file_hash(one / RELEASE) for one in before),
        "widened": [{"columns": list(kind), "within": within} for kind, within in wide.items()],
        "organizations": released.organizations,
        "own_numbers_short": None if short is None else {"organizations": short[0], "cells": short[1]},
    }
    written(rules, rows, data, output, facts, synthetic)
    return released


def all_or_none_synthetic(folder: Path, returns: pd.DataFrame) -> bool:
    """Whether the returns are invented ones. Raises InputError where some are."""
    invented = returns[ORGANIZATION].str.startswith(SYNTHETIC)
    if invented.any() and not invented.all():
        raise refuse(folder, found="synthetic returns beside others", allowed="either")
    return bool(invented.all())


def codes_used(rules: Rules, kept: Iterable[Kept]) -> dict[str, list[str]]:
    """The codes of each column of the returns that any table uses, of this release or of an earlier one."""
    used = {rules.finest(name) for table in rules.tables.values() for name in table}
    used |= {name for one in kept for name, _ in one.group}
    return {name: list(column.codes) for name, column in rules.read.items() if name in used}


def secret_of(folder: Path) -> bytes:
    """The secret that stays with the returns, made at first use: for its owner alone."""
    path = folder / SECRET
    if not path.exists():
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
    secret = path.read_bytes()
    if len(secret) != 32:
        raise refuse(path, found=f"{len(secret)} bytes", allowed="the 32 random bytes that the first release made")
    return secret


def narrowest(rules: Rules) -> int:
    """How far the truth may be from a number where nothing was widened: by half a base more where every organization's
    own number is provided for, see `own_numbers`."""
    return rules.base - 1 + (rules.base // 2 if rules.own_number == REQUIRED else 0)


def rounded_as_asked(
    rules: Rules, system: System, returns: pd.DataFrame, kept: list[Kept], own: list[Counts], chance: Chance
) -> Rounded:
    """A rounding with the widths of the rules. Raises InputError where there is none."""
    largest = own_numbers.largest(system, own) if own else None
    multiples = {system.rows[one.group]: one.value // rules.base for one in kept}
    asked = Asked(system, system.counts(returns), rules.base, chance, multiples, largest)
    check_kept(kept, system, asked)
    try:
        made = rounded(asked)
    except CannotBeRounded as error:
        raise too_fine(rules, system, asked, error) from None
    more = narrowest(rules) - (rules.base - 1)
    return Rounded(made.values, {kind: within + more for kind, within in made.within.items()}, made.invented)


def check_kept(kept: list[Kept], system: System, asked: Asked) -> None:
    """Raise InputError where returns are no longer in a range that an earlier release has published."""
    out = {
        one.range.table for one in kept if not one.range.low <= asked.truth[system.rows[one.group]] <= one.range.high
    }
    if out:
        found = f"returns that were changed since: outside ranges of {listed(sorted(out))}"
        raise refuse("--before", found=found, allowed="the returns of that release, and later years")


def too_fine(rules: Rules, system: System, asked: Asked, error: CannotBeRounded) -> Exception:
    """What to do where no rounding is near enough: the table with most cells under the base is too fine."""
    few = {kind: int((asked.truth[rows] < asked.base).sum()) for kind, rows in system.kinds.items()}
    kinds = error.kinds or list(few)
    name = max(rules.tables, key=lambda one: max((few[k] for k in kinds if {*k} <= {*rules.tables[one]}), default=0))
    column = max(rules.tables[name], key=lambda one: len(rules.columns[one].codes))
    found = f"no rounding that keeps {name} near" + (" and the earlier numbers as they are" if asked.kept else "")
    return refuse(rules.file, "-", "tables", found=found, allowed=f"fewer columns, or coarser codes of {column}")


def row_of(cell: Cell, system: System, made: Rounded) -> Row:
    """A cell as it is published."""
    return Row(cell, int(made.values[system.rows[cell.group]]), made.within[cell.kind])


def prove(
    rules: Rules, rows: list[Row], kept: list[Kept], system: System, made: Rounded, returns: pd.DataFrame
) -> None:
    """Have the certificate be checked for every range of this release and of earlier ones. Raises NotProved."""
    own = rules.base // 2 if rules.own_number == REQUIRED else 0
    ranges = [Range(", ".join(row.cell.kind), dict(row.cell.group), row.low, row.high) for row in rows]
    population = system.population(made.invented)
    certificate.prove(ranges, population, returns, rules.base, own)
    certificate.prove([one.range for one in kept], population, returns, rules.base, own)
