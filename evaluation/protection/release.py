"""A release of returns from start to end: read, rounded, proved, written. Nothing is written that is not proved, and
nothing at all if anything is refused.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..problems import how_many, listed, refuse
from ..writing import files
from ..writing.work_folder import remove_remains, work_folder_for
from . import certificate, own_numbers
from .certificate import PublishedRange
from .earlier import RELEASE, EarlierCount, file_hash, read_earlier
from .reading import SECRET, read_returns
from .rounding import NoRounding, Rounding, RoundingProblem, SecretRandom, round_system
from .rules import IGNORED, ORGANIZATION, REQUIRED, WISHED, Rules, read_rules
from .system import AtomCounts, Kind, System, published_cells
from .writing import RangeRow, check_output, write_release

SYNTHETIC = "synthetic "  # the prefix of the names of invented organizations


@dataclass(frozen=True)
class ProtectedRelease:
    """The result of a release: the ranges of all cells; of each kind whose ranges had to be ``widened``, the maximal
    distance of its numbers to the truth; the number of organizations; and in ``short`` how many of them could know
    others more closely than to half the base, and in how many ranges (None if that is excluded by the rules, or
    ignored)."""

    rows: list[RangeRow]
    widened: dict[Kind, int]
    organizations: int
    short: own_numbers.Shortfalls | None

    def __str__(self) -> str:
        """The line that the command prints, in English: the numbers of ranges, of widened ones and, unless ``short`` is
        None, of organizations in it. It has no count of people."""
        wide = sum(row.cell.kind in self.widened for row in self.rows)
        words = f"{how_many(len(self.rows), 'range')}, {wide} widened"
        if self.short is None:
            return words
        who = f"{self.short.organizations} of {how_many(self.organizations, 'organization')}"
        closely = "by its own number could know others more closely than to half the base"
        return f"{words}; {who} {closely}, in {how_many(self.short.rows, 'range')}"

    def facts(self, base: int) -> dict[str, Any]:
        """What ``release.json`` says of the result, as JSON. Of the organizations in ``short`` it says that they are
        fewer than the next multiple of the base: that there are none would say of a region's only organization that
        each of its counts lies in the lower half of its range."""
        fewer = self.short and {"organizations_fewer_than": (self.short.organizations // base + 1) * base}
        widened = [{"columns": list(kind), "within": within} for kind, within in self.widened.items()]
        return {"widened": widened, "organizations": self.organizations, "own_numbers_short": fewer}


def protect(file: Path, folder: Path, before: Iterable[Path], data: Path, output: Path) -> ProtectedRelease:
    """Make a release of the returns in ``folder`` by the rules in ``file``, repeating the numbers of the releases
    ``before``, and write it to ``output``, a new data folder made from the project's ``data``. Creates the secret
    beside the returns, if there is none. Raises InputError for invalid input and WriteConflict if another command
    writes there; then nothing is written to ``output``."""
    rules, before, output = read_rules(file), list(before), output.absolute()
    check_output(rules, data, output)
    check_out_of_reach(folder, data)
    earlier = read_earlier(before, rules)
    returns = read_returns(folder, rules)
    synthetic = are_synthetic(folder, returns)
    release = make_release(rules, returns, earlier, SecretRandom(read_secret(folder)))
    facts = {"before": sorted(file_hash(previous / RELEASE) for previous in before), **release.facts(rules.base)}
    write_release(rules, release.rows, data, output, facts, synthetic)
    return release


def make_release(
    rules: Rules, returns: pd.DataFrame, earlier: list[EarlierCount], chance: SecretRandom
) -> ProtectedRelease:
    """The proved ranges of returns, those of ``earlier`` releases repeated; writes nothing. ``chance`` is the source of
    all random numbers. Raises InputError if the returns left a range of an ``earlier`` release, if no rounding is near
    enough, and if the proof fails."""
    cells = published_cells(rules)
    system = System(codes_used(rules, earlier), cells, [count.group for count in earlier])
    by_organization = returns.groupby(ORGANIZATION) if rules.own_number != IGNORED else ()
    own_counts = [system.counts(rows) for _, rows in by_organization]
    rounding = round_by_rules(rules, system, returns, earlier, own_counts, chance)
    rows = [RangeRow(cell, int(rounding.values[system.rows[cell.group]]), rounding.within[cell.kind]) for cell in cells]
    require_proof(rules, rows, earlier, system.population(rounding.invented), returns)
    ends = own_numbers.published_ends(system, rounding, earlier)
    short = own_numbers.count_shortfalls(system, ends, own_counts, rules.base) if rules.own_number == WISHED else None
    widened = {kind: within for kind, within in rounding.within.items() if within > default_within(rules)}
    return ProtectedRelease(rows, widened, returns[ORGANIZATION].nunique(), short)


def are_synthetic(folder: Path, returns: pd.DataFrame) -> bool:
    """Whether all returns are invented, by the prefix of their organizations' names. Raises InputError for a mixture of
    both kinds."""
    invented = returns[ORGANIZATION].str.startswith(SYNTHETIC)
    if invented.any() and not invented.all():
        raise refuse(folder, actual="synthetic returns among others", allowed="returns of one kind")
    return bool(invented.all())


def codes_used(rules: Rules, earlier: Iterable[EarlierCount]) -> dict[str, list[str]]:
    """All codes of each column of the returns that a table uses, itself or by a level of it, in this release or an
    earlier one; by column."""
    used = {rules.finest_column(name) for table in rules.tables.values() for name in table}
    used |= {name for count in earlier for name, _ in count.group}
    return {name: list(column.codes) for name, column in rules.return_columns.items() if name in used}


def check_out_of_reach(folder: Path, data: Path) -> None:
    """Raise InputError for returns inside ``data`` or the notebooks beside it, which chapters can read; elsewhere the
    guard of runs refuses them."""
    inside = [place for place in (data, data.parent / "notebooks") if folder.resolve().is_relative_to(place.resolve())]
    if inside:
        raise refuse(folder, actual=f"returns in {inside[0]}, which chapters read", allowed="a folder outside of it")


def read_secret(folder: Path) -> bytes:
    """The secret stored with the returns: 32 random bytes, created at first use, readable by its owner only. Raises
    InputError for another length, WriteConflict if another command is creating it."""
    path = folder / SECRET
    with work_folder_for(path):  # one command at a time: a second secret would lose the first
        remove_remains(folder, parts=True)
        if not path.exists():
            files.write(path, secrets.token_bytes(32), mode=0o600)
    secret = path.read_bytes()
    if len(secret) != 32:
        raise refuse(path, actual=f"{len(secret)} bytes", allowed="the 32 random bytes that the first release made")
    return secret


def default_within(rules: Rules) -> int:
    """The distance from a published number to the truth without widening: ``base - 1``, plus half a base if every
    organization's own number must be allowed for (see `own_numbers`)."""
    return rules.base - 1 + (rules.base // 2 if rules.own_number == REQUIRED else 0)


def round_by_rules(
    rules: Rules,
    system: System,
    returns: pd.DataFrame,
    earlier: list[EarlierCount],
    own_counts: list[AtomCounts],
    chance: SecretRandom,
) -> Rounding:
    """A rounding of the returns that repeats the ``earlier`` numbers, its distances to the truth widened by half a base
    if the rules require protection of own numbers. ``own_counts`` are the counts of each organization; empty if those
    are ignored. Raises InputError if the returns left an earlier range, and if no rounding is near enough."""
    largest = np.max([system.matrix @ counts for counts in own_counts], axis=0) if own_counts else None
    multiples = {system.rows[count.group]: count.value // rules.base for count in earlier}
    problem = RoundingProblem(system, system.counts(returns), rules.base, chance, multiples, largest)
    check_earlier(earlier, system, problem)
    try:
        rounding = round_system(problem)
    except NoRounding as error:
        raise no_rounding_refusal(rules, system, problem, error) from None
    wider = default_within(rules) - (rules.base - 1)
    return replace(rounding, within={kind: within + wider for kind, within in rounding.within.items()})


def check_earlier(earlier: list[EarlierCount], system: System, problem: RoundingProblem) -> None:
    """Raise InputError, naming the tables, if a true count lies outside a range that an earlier release published."""
    out = {
        count.range.table
        for count in earlier
        if not count.range.low <= problem.truth[system.rows[count.group]] <= count.range.high
    }
    if out:
        actual = f"returns that were changed since: outside ranges of {listed(sorted(out))}"
        raise refuse("--before", actual=actual, allowed="the returns of that release, and later years")


def no_rounding_refusal(rules: Rules, system: System, problem: RoundingProblem, error: NoRounding) -> Exception:
    """The InputError for ``error``, to be raised by the caller. Its advice names the table with most cells below the
    base in one of the kinds that failed, and of its columns the one with most codes."""
    few = {kind: int((problem.truth[rows] < problem.base).sum()) for kind, rows in system.kinds.items()}
    kinds = error.kinds or list(few)
    few_in = {name: [few[k] for k in kinds if {*k} <= {*columns}] for name, columns in rules.tables.items()}
    name = max(few_in, key=lambda table: max(few_in[table], default=0))
    column = max(rules.tables[name], key=lambda column: len(rules.columns[column].codes))
    actual = f"no rounding that keeps {name} near" + (" and the earlier numbers as they are" if problem.earlier else "")
    return refuse(rules.file, "-", "tables", actual=actual, allowed=f"fewer columns, or coarser codes of {column}")


def require_proof(
    rules: Rules, rows: list[RangeRow], earlier: list[EarlierCount], invented: pd.DataFrame, returns: pd.DataFrame
) -> None:
    """Check the certificate (see `certificate.check_proof`) for every range of this release and of earlier ones,
    against an ``invented`` population; with a return's own number where the rules require it. Raises InputError if it
    fails, which is a defect of this project; nothing is written."""
    own_number = rules.base // 2 if rules.own_number == REQUIRED else 0
    ranges = [PublishedRange(", ".join(row.cell.kind), dict(row.cell.group), row.low, row.high) for row in rows]
    try:
        certificate.check_proof(
            [*ranges, *(count.range for count in earlier)], invented, returns, rules.base, own_number
        )
    except certificate.NotProved as error:
        raise refuse(rules.file, actual=str(error), allowed="a release that is proved; report this fault") from None
