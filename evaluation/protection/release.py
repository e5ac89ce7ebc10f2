"""A release of returns from start to end: read, rounded, proved, written. Nothing is written that is not proved, and
nothing at all if anything is refused.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from ..problems import how_many, listed, refuse
from ..writing import files
from ..writing.work_folder import remove_remains, work_folder_beside
from . import certificate, own_numbers
from .certificate import Range
from .earlier import RELEASE, EarlierCount, file_hash, read_earlier
from .reading import SECRET, read_returns
from .rounding import CannotBeRounded, Chance, Rounded, RoundingProblem, rounded
from .rules import IGNORED, ORGANIZATION, REQUIRED, WISHED, Rules, read_rules
from .system import Counts, Kind, System, cells_of
from .writing import Row, check_room, write_release

SYNTHETIC = "synthetic "  # the prefix of the names of invented organizations


@dataclass(frozen=True)
class Release:
    """The result of a release: the ranges of all cells, the widening of each kind, the number of organizations, and in
    ``short`` how many of them could know others to within half the base, and in how many ranges (None if that was
    required, or ignored)."""

    rows: list[Row]
    widened: dict[Kind, int]
    organizations: int
    short: tuple[int, int] | None

    def __str__(self) -> str:
        wide = sum(row.cell.kind in self.widened for row in self.rows)
        words = f"{how_many(len(self.rows), 'range')}, {wide} widened"
        if self.short is None:
            return words
        who = f"{self.short[0]} of {how_many(self.organizations, 'organization')}"
        closely = "by its own number could know others more closely than to half the base"
        return f"{words}; {who} {closely}, in {how_many(self.short[1], 'range')}"

    def facts(self, base: int) -> dict[str, Any]:
        """What ``release.json`` says of the result. Of the organizations in ``short`` it says that they are fewer than
        a multiple of the base: that there are none would say of a region's only organization that each of its counts
        lies in the lower half of its range."""
        fewer = self.short and {"organizations_fewer_than": (self.short[0] // base + 1) * base}
        widened = [{"columns": list(kind), "within": within} for kind, within in self.widened.items()]
        return {"widened": widened, "organizations": self.organizations, "own_numbers_short": fewer}


def protect(file: Path, folder: Path, before: Iterable[Path], data: Path, output: Path) -> Release:
    """Make a release of the returns in ``folder`` and write it to ``output``, a data folder. Raises InputError for
    invalid input."""
    rules, before, output = read_rules(file), list(before), output.absolute()
    check_room(rules, data, output)
    check_apart(folder, data)
    earlier = read_earlier(before, rules)
    returns = read_returns(folder, rules)
    synthetic = all_or_none_synthetic(folder, returns)
    release = release_of(rules, returns, earlier, Chance(secret_of(folder)))
    facts = {"before": sorted(file_hash(previous / RELEASE) for previous in before), **release.facts(rules.base)}
    write_release(rules, release.rows, data, output, facts, synthetic)
    return release


def release_of(rules: Rules, returns: pd.DataFrame, earlier: list[EarlierCount], chance: Chance) -> Release:
    """The proved ranges of returns. Raises InputError if no rounding is near enough."""
    cells = cells_of(rules)
    system = System(codes_used(rules, earlier), cells, [count.group for count in earlier])
    own_counts = [] if rules.own_number == IGNORED else own_numbers.own_counts(system, returns)
    made = rounded_as_asked(rules, system, returns, earlier, own_counts, chance)
    rows = [Row(cell, int(made.values[system.rows[cell.group]]), made.within[cell.kind]) for cell in cells]
    prove(rules, rows, earlier, system.population(made.invented), returns)
    ends = own_numbers.ends_of(system, made, earlier)
    short = own_numbers.falling_short(system, ends, own_counts, rules.base) if rules.own_number == WISHED else None
    widened = {kind: within for kind, within in made.within.items() if within > narrowest(rules)}
    return Release(rows, widened, returns[ORGANIZATION].nunique(), short)


def all_or_none_synthetic(folder: Path, returns: pd.DataFrame) -> bool:
    """Whether all returns are invented. Raises InputError for a mixture."""
    invented = returns[ORGANIZATION].str.startswith(SYNTHETIC)
    if invented.any() and not invented.all():
        raise refuse(folder, actual="synthetic returns among others", allowed="returns of one kind")
    return bool(invented.all())


def codes_used(rules: Rules, earlier: Iterable[EarlierCount]) -> dict[str, list[str]]:
    """The codes of each column of the returns that a table uses, in this release or an earlier one."""
    used = {rules.finest(name) for table in rules.tables.values() for name in table}
    used |= {name for count in earlier for name, _ in count.group}
    return {name: list(column.codes) for name, column in rules.read.items() if name in used}


def check_apart(folder: Path, data: Path) -> None:
    """Raise InputError for returns in a folder that chapters can read; elsewhere the guard of runs refuses them."""
    inside = [place for place in (data, data.parent / "notebooks") if folder.resolve().is_relative_to(place.resolve())]
    if inside:
        raise refuse(folder, actual=f"returns in {inside[0]}, which chapters read", allowed="a folder outside of it")


def secret_of(folder: Path) -> bytes:
    """The secret stored with the returns, created at first use, readable by its owner only."""
    path = folder / SECRET
    with work_folder_beside(path):  # one command at a time: a second secret would lose the first
        remove_remains(folder, parts=True)
        if not path.exists():
            files.write(path, secrets.token_bytes(32), mode=0o600)
    secret = path.read_bytes()
    if len(secret) != 32:
        raise refuse(path, actual=f"{len(secret)} bytes", allowed="the 32 random bytes that the first release made")
    return secret


def narrowest(rules: Rules) -> int:
    """The distance from a published number to the truth without widening: ``base - 1``, plus half a base if every
    organization's own number must be allowed for (see `own_numbers`)."""
    return rules.base - 1 + (rules.base // 2 if rules.own_number == REQUIRED else 0)


def rounded_as_asked(
    rules: Rules,
    system: System,
    returns: pd.DataFrame,
    earlier: list[EarlierCount],
    own_counts: list[Counts],
    chance: Chance,
) -> Rounded:
    """A rounding with the widths of the rules. Raises InputError if there is none."""
    largest = own_numbers.largest(system, own_counts) if own_counts else None
    multiples = {system.rows[count.group]: count.value // rules.base for count in earlier}
    problem = RoundingProblem(system, system.counts(returns), rules.base, chance, multiples, largest)
    check_earlier(earlier, system, problem)
    try:
        made = rounded(problem)
    except CannotBeRounded as error:
        raise too_fine(rules, system, problem, error) from None
    more = narrowest(rules) - (rules.base - 1)
    return replace(made, within={kind: within + more for kind, within in made.within.items()})


def check_earlier(earlier: list[EarlierCount], system: System, problem: RoundingProblem) -> None:
    """Raise InputError if the returns left a range that an earlier release published."""
    out = {
        count.range.table
        for count in earlier
        if not count.range.low <= problem.truth[system.rows[count.group]] <= count.range.high
    }
    if out:
        actual = f"returns that were changed since: outside ranges of {listed(sorted(out))}"
        raise refuse("--before", actual=actual, allowed="the returns of that release, and later years")


def too_fine(rules: Rules, system: System, problem: RoundingProblem, error: CannotBeRounded) -> Exception:
    """The refusal with advice if no rounding is near enough: the table with most cells below the base is too fine."""
    few = {kind: int((problem.truth[rows] < problem.base).sum()) for kind, rows in system.kinds.items()}
    kinds = error.kinds or list(few)
    few_in = {name: [few[k] for k in kinds if {*k} <= {*columns}] for name, columns in rules.tables.items()}
    name = max(few_in, key=lambda table: max(few_in[table], default=0))
    column = max(rules.tables[name], key=lambda column: len(rules.columns[column].codes))
    actual = f"no rounding that keeps {name} near" + (" and the earlier numbers as they are" if problem.earlier else "")
    return refuse(rules.file, "-", "tables", actual=actual, allowed=f"fewer columns, or coarser codes of {column}")


def prove(
    rules: Rules, rows: list[Row], earlier: list[EarlierCount], invented: pd.DataFrame, returns: pd.DataFrame
) -> None:
    """Check the certificate for every range of this release and of earlier ones. Raises InputError if it fails, which
    is a defect of this project; nothing is written."""
    own_number = rules.base // 2 if rules.own_number == REQUIRED else 0
    ranges = [Range(", ".join(row.cell.kind), dict(row.cell.group), row.low, row.high) for row in rows]
    try:
        certificate.prove([*ranges, *(count.range for count in earlier)], invented, returns, rules.base, own_number)
    except certificate.NotProved as error:
        raise refuse(rules.file, actual=str(error), allowed="a release that is proved; report this fault") from None
