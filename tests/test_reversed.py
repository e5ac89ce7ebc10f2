"""No sentence is false on other data: with every series reversed, each word of direction agrees with the numbers.

The review is built whole from a copy of the data in which what rose falls. What each wording should be is worked
out here from that copy, without the package's measures.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from scipy.stats import beta, norm
from small import DATA, Row, read_table, write_table

from evaluation.building import build
from evaluation.building.request import Request
from evaluation.data import checking
from evaluation.pages.page import read_notebook

ROOT = Path(__file__).parent.parent
REVIEW = ROOT / "parameters" / "review.yml"
VALUE = "application/vnd.evaluation.value+json"
pytestmark = pytest.mark.long  # builds the review twice and more
DEFINITIONS = ALL_LAWS, TABLE_1525 = "all_human_trafficking", "trafficking_1525"
LEVEL = 0.95
# Runs beside the review's own, so that each wording meets a rise and a fall.
MORE_RUNS = [
    {"chapter": "reported_incidents", "parameters": {"place": "Canada"}},
    {"chapter": "reported_incidents", "parameters": {"place": "Canada", "definition": TABLE_1525}},
    {"chapter": "reported_incidents", "parameters": {"place": "Ottawa", "definition": TABLE_1525}},
    {"chapter": "reported_incidents", "parameters": {"place": "Nova Scotia"}},
    {"chapter": "reported_incidents", "parameters": {"place": "Guelph"}},
    {"chapter": "reported_incidents_checks", "parameters": {"place": "Canada"}},
    {"chapter": "reported_incidents_checks", "parameters": {"place": "Ottawa", "definition": TABLE_1525}},
    {"chapter": "reports_and_incidence", "parameters": {"definition": TABLE_1525}},
    {"chapter": "reports_and_incidence", "parameters": {"place": "Ontario"}},
    {"chapter": "reports_and_chance", "parameters": {"definition": TABLE_1525}},
    {"chapter": "reports_and_chance", "parameters": {"place": "Ontario"}},
]

slow = pytest.mark.slow
together = pytest.mark.xdist_group("reversed review")

COPIES = ("report_north_bay_2025", "quinte_news_2026")  # of the press, which print the sum as exact

# The data, reversed


MOVED = ("incidents", "rate_per_100k", "rate_source", "caveats")  # caveats are about the values beside them


def reverse_series(rows: list[Row]) -> None:
    """Each definition's and place's values the other way round over its years and releases. Ontario's rates are
    alike at both ends, so that its first is doubled: else its reversal would be no test."""
    for key in {(row["definition"], row["place"]) for row in rows}:
        series = [row for row in rows if (row["definition"], row["place"]) == key]
        series.sort(key=lambda row: (row["year"], row["vintage"]))
        values = [{name: row[name] for name in MOVED} for row in series]
        copied = ["second-hand-copy" in row["caveats"].split() for row in series]
        for row, moved, copy in zip(series, reversed(values), copied, strict=True):
            row.update(moved)
            own = [name for name in row["caveats"].split() if name != "second-hand-copy"]
            row["caveats"] = " ".join(["second-hand-copy"] * copy + own)  # said of the source, which stays
        if key == (ALL_LAWS, "Ontario"):
            series[0]["rate_per_100k"] = "4.6"
        if key[1] == "Canada":
            for row in series:
                without_rate(row)


def without_rate(row: Row) -> None:
    """A count alone: in another year's population its rate is another, which the check of the data would refuse."""
    kept = [name for name in row["caveats"].split() if name not in ("rounded-rate", "count-calculated")]
    if row["incidents"]:
        row.update(rate_per_100k="", rate_source="", caveats=" ".join(kept))


def swap_money(rows: list[Row]) -> None:
    """The first strategy's sum for the second's, with its bound, wherever it is printed with one."""
    of = {row["figure"]: row for row in rows}
    first, second = (dict(of[f"strategy_investment_{year}"]) for year in (2020, 2025))
    for name, row in of.items():
        other = {"strategy_investment_2020": second, "strategy_investment_2025": first}.get(name[:24])
        if other:
            row.update(value=other["value"], bound=row["bound"] if row["source"] in COPIES else other["bound"])
            # An exact sum is printed alike by all, so that its copies leave no word out.
            row.update(caveats=row["caveats"].replace("words-left-out", "").strip())


NOT_CHECKED = {"kind": "words", "verdict": "not-checked", "figures": "", "compared_with": "", "differs_from": ""}
CONTRADICTED = {"n01": NOT_CHECKED | {"rests_on": ""}}


def unsay(rows: list[Row]) -> None:
    """The statements whose verdicts the reversed numbers do not bear out, without them: the check refuses them."""
    for row in rows:
        row.update(CONTRADICTED.get(row["statement"], {}))


@dataclass(frozen=True)
class Reversed:
    """The reversed data and the notebooks executed with it."""

    data: Path
    folder: Path

    @cached_property
    def runs(self) -> list[Run]:
        return [Run(self, read_notebook(p)) for p in sorted((self.folder / "notebooks").glob("*.ipynb"))]

    def rows(self, name: str) -> list[Row]:
        return read_table(self.data / f"{name}.csv")

    def figure(self, name: str) -> Row:
        return next(row for row in self.rows("figures") if row["figure"] == name)

    def people(self, place: str, year: str) -> int | None:
        found = (row for row in self.rows("population") if (row["place"], row["year"]) == (place, year))
        return next((int(row["people"]) for row in found), None)

    def releases(self, definition: str, place: str, column: str) -> dict[str, list[str]]:
        """By year the values of every release, oldest first."""
        found: dict[str, list[str]] = {}
        for row in sorted(self.rows("police_reported"), key=lambda row: (row["year"], row["vintage"])):
            if (row["definition"], row["place"]) == (definition, place) and row[column]:
                found.setdefault(row["year"], []).append(row[column])
        return found

    def latest(self, definition: str, place: str, column: str, year: str) -> str | None:
        return self.releases(definition, place, column).get(year, [None])[-1]  # type: ignore[list-item]


@dataclass(frozen=True)
class Run:
    """One executed notebook: its parameters and what its cells recorded by name."""

    review: Reversed
    notebook: dict[str, Any]

    @property
    def about(self) -> dict[str, Any]:
        return dict(self.notebook["metadata"]["evaluation"])

    @cached_property
    def records(self) -> dict[str, dict[str, Any]]:
        cells = (output.get("data", {}) for cell in self.notebook["cells"] for output in cell.get("outputs", []))
        return {data[VALUE]["name"]: data[VALUE] for data in cells if "name" in data.get(VALUE, {})}

    @property
    def phrases(self) -> dict[str, tuple[str, str]]:
        return {name: (r["phrase"], r["choice"]) for name, r in self.records.items() if "phrase" in r}

    def number(self, name: str) -> dict[str, Any] | None:
        return self.records.get(name, {}).get("number")


def built_from(data: Path, folder: Path) -> Reversed:
    """The review and the runs beside it, built whole from a folder of data."""
    assert checking.check(data) == []
    review = yaml.safe_load(REVIEW.read_text(encoding="utf-8"))
    # The front page says that reports are up, and asserts it in a cell: where they fall it is refused, never false.
    review["chapters"] = [entry for entry in review["chapters"] if entry.get("part") != "front"] + MORE_RUNS
    path = folder / "reversed.yml"
    path.write_text(yaml.safe_dump(review, allow_unicode=True), encoding="utf-8")
    request = Request(path, data=data, output=folder / "outputs")
    built = build.build(request)
    # A page that other data makes too heavy for e-mail says nothing false; its notebook has all that is checked.
    assert [outcome.error for outcome in built.failures if "found a page of" not in outcome.error] == []
    return Reversed(data, request.failed_folder if built.failures else built.folder)


def refused(data: Path) -> set[str]:
    """The statements that the check of a data folder refuses; nothing else of it may be wrong."""
    problems, rows = checking.check(data), read_table(data / "statements.csv")
    assert {Path(problem.file).name for problem in problems} == {"statements.csv"}
    return {rows[int(problem.row) - 2]["statement"] for problem in problems}


@pytest.fixture(scope="session")
def reversed_review(tmp_path_factory: pytest.TempPathFactory) -> Reversed:
    folder = tmp_path_factory.mktemp("reversed")
    data = Path(shutil.copytree(DATA, folder / "data"))
    changes = (("police_reported", reverse_series), ("figures", swap_money), ("statements", unsay))
    for name, change in changes:
        if change is unsay:
            assert refused(data) == set(CONTRADICTED)
        rows = read_table(data / f"{name}.csv")
        change(rows)
        write_table(data / f"{name}.csv", rows)
    return built_from(data, folder)


@pytest.fixture(scope="session")
def published_review(tmp_path_factory: pytest.TempPathFactory) -> Reversed:
    return built_from(DATA, tmp_path_factory.mktemp("published"))


# What the wordings should be


Interval = tuple[float, float]


def sign_of(change: Interval) -> str:
    """The direction that an interval of a change supports."""
    low, high = change
    if low == high == 0:
        return "unchanged"
    return "rose" if low > 0 else "fell" if high < 0 else "unknown"


FACTOR = 5.0  # the variance of counts in cases of three, over that of independent ones


def ratio_in_cases(earlier: Interval, later: Interval) -> Interval:
    """Interval of later over earlier where incidents come in cases, by its logarithm, at worst ends of each count."""
    (a_low, a_high), (b_low, b_high) = earlier, later
    half = [
        norm.ppf((1 + LEVEL) / 2) * math.sqrt(FACTOR / a + FACTOR / b) for a, b in ((a_high, b_low), (a_low, b_high))
    ]
    return b_low / a_high * math.exp(-half[0]), b_high / a_low * math.exp(half[1])


def ratio_interval(earlier: Interval, later: Interval) -> Interval:
    """Clopper-Pearson interval of later over earlier, given their sum, at the worst ends of each count."""
    tail = (1 - LEVEL) / 2
    (a_low, a_high), (b_low, b_high) = earlier, later
    low = beta.ppf(tail, b_low, a_high + 1) if b_low else 0.0
    high = beta.ppf(1 - tail, b_high + 1, a_low) if a_low else 1.0
    return low / (1 - low), high / (1 - high) if high < 1 else math.inf


def rounding(rate: str) -> Interval:
    half = 0.5 * 10 ** -len(rate.partition(".")[2])
    return float(rate) - half, float(rate) + half


def counts(rate: str, people: int) -> Interval:
    """The whole counts that a rate rounded half up leaves open."""
    low, past = (end * people / 100_000 for end in rounding(rate))
    return math.ceil(low - 1e-9), math.ceil(past - 1e-9) - 1


@dataclass(frozen=True)
class Two:
    """Two years of a place by a definition, as the reversed data has them."""

    review: Reversed
    definition: str
    place: str
    years: tuple[str, str]
    unit: str
    values: tuple[str, str] | None = None

    @property
    def published(self) -> tuple[str, str]:
        """The values given, else each year's latest."""
        if self.values:
            return self.values
        column = {"incidents": "incidents", "per_100k": "rate_per_100k"}[self.unit]
        both = [self.review.latest(self.definition, self.place, column, year) for year in self.years]
        assert all(both)
        return both[0], both[1]  # type: ignore[return-value]

    @property
    def people(self) -> tuple[int, int] | None:
        both = [self.review.people(self.place, year) for year in self.years]
        return (both[0], both[1]) if both[0] and both[1] else None

    @property
    def reports(self) -> tuple[Interval, Interval] | None:
        """The counts of both years, or all that the rates leave of them."""
        one, two = self.published
        if self.unit == "incidents":
            return (int(one), int(one)), (int(two), int(two))
        return (counts(one, self.people[0]), counts(two, self.people[1])) if self.people else None

    def chance(self, per_person: bool, *, in_cases: bool = False) -> Interval | None:
        """The change with chance counted in, in per cent."""
        if self.reports is None or (per_person and self.people is None):
            return None
        scale = self.people[0] / self.people[1] if per_person and self.people else 1.0
        ends = ratio_in_cases(*self.reports) if in_cases else ratio_interval(*self.reports)
        low, high = (end * scale for end in ends)
        return (low - 1) * 100, (high - 1) * 100

    def seen(self, per_person: bool = False) -> Interval:
        """The change without chance, as wide as rounding leaves it, in per cent."""
        one, two = map(rounding, self.published) if self.unit == "per_100k" else self.reports  # type: ignore[misc]
        if self.unit == "per_100k" and not per_person and self.reports:
            one, two = self.reports
        return (two[0] / one[1] - 1) * 100, (two[1] / one[0] - 1) * 100


def two_of(run: Run, earlier: dict[str, Any] | None, later: dict[str, Any] | None) -> Two | None:
    """Two recorded numbers' years, looked up in the reversed data; their values must be those of the data."""
    if earlier is None or later is None:
        return None
    years = (earlier["start"], later["start"])
    two = Two(run.review, earlier["definition"], earlier["place"], years, earlier["unit"])
    assert (later["definition"], later["place"], later["unit"]) == (two.definition, two.place, two.unit)
    assert tuple(map(value_of, (earlier, later))) == tuple(map(float, two.published))
    return two


def value_of(number: dict[str, Any]) -> float:
    low, high = ends_of(number)
    assert low == high
    return low


def ends_of(number: dict[str, Any]) -> Interval:
    """A recorded quantity's ends; an open one is infinite."""
    quantity = number["quantity"]
    ends = [quantity.get("low"), quantity.get("high")]
    return tuple(  # type: ignore[return-value]
        float(_fraction(end)) if end is not None else sign * math.inf for end, sign in zip(ends, (-1, 1), strict=True)
    )


def _fraction(text: Any) -> float:
    top, _, bottom = str(text).partition("/")
    return float(top) / float(bottom or 1)


COLUMNS = {"incidents": "incidents", "per_100k": "rate_per_100k"}


def alike(review: Reversed, definition: str, place: str, years: tuple[str, str]) -> dict[str, Two]:
    """Two years in the newest publication that has both, and each as its own first release has it: from the rows
    alone."""
    for unit, column in COLUMNS.items():
        single = by_vintage(review, definition, place, column)
        both = [vintage for vintage in single if set(years) <= set(single[vintage])]
        first = [first_release(review, definition, place, column, year) for year in years]
        pairs = {"release": [single[max(both)][year] for year in years] if both else [], "first": first}
        found = {b: Two(review, definition, place, years, unit, (p[0], p[1])) for b, p in pairs.items() if p and all(p)}
        if found:
            return found
    return {}


def first_release(review: Reversed, definition: str, place: str, column: str, year: str) -> str | None:
    """What the earliest publication of a year gives for it, within two years and before any of a later year."""
    rows = [row for row in review.rows("police_reported") if (row["definition"], row["place"]) == (definition, place)]
    earliest = min((row["vintage"] for row in rows if row["year"] == year and row[column]), default="")
    until = max((row["year"] for row in rows if row["vintage"] <= earliest), default="")
    if not earliest or until > year or int(earliest[:4]) - int(year) > 2:
        return None
    return next(row[column] for row in rows if (row["vintage"], row["year"]) == (earliest, year))


def by_vintage(review: Reversed, definition: str, place: str, column: str) -> dict[str, dict[str, str]]:
    """What each single publication gives for each year."""
    found: dict[str, dict[str, str]] = {}
    for row in review.rows("police_reported"):
        if (row["definition"], row["place"]) == (definition, place) and row[column]:
            found.setdefault(row["vintage"], {})[row["year"]] = row[column]
    return found


def by_release(review: Reversed, definition: str, place: str, column: str) -> dict[str, dict[str, str]]:
    """What the release with data up to each year (in any of its publications) gives for each year."""
    newest: dict[str, str] = {}
    for row in review.rows("police_reported"):
        newest[row["vintage"]] = max(newest.get(row["vintage"], ""), row["year"])
    found: dict[str, dict[str, str]] = {}
    for row in sorted(review.rows("police_reported"), key=lambda row: row["vintage"]):
        if (row["definition"], row["place"]) == (definition, place) and row[column]:
            found.setdefault(newest[row["vintage"]], {})[row["year"]] = row[column]
    return found


def revised_change(two: Two, basis: str) -> Interval | None:
    """The change if the later year, where it is a first release, were revised within the range of Canada's revisions;
    of first releases the earlier one too."""
    values = by_release(two.review, two.definition, two.place, COLUMNS[two.unit])
    newest = max(release for release in values if set(two.years) <= set(values[release])) if basis == "release" else ""
    factors = revised_counts(two.review, two.definition)
    if len(factors) < 2 or (basis == "release" and newest != two.years[1]):
        return None
    ends = [rounding(v) if two.unit == "per_100k" else (float(v), float(v)) for v in two.published]
    before = (min(factors), max(factors)) if basis == "first" else (1.0, 1.0)
    # The later year revised is printed in whole counts, or a digit finer than the rate, and that is what is compared.
    digit = 10 ** (len(two.published[1].partition(".")[2]) + 1) if two.unit == "per_100k" else 1
    least = math.floor(ends[1][0] * min(factors) * digit + 1e-9) / digit
    most = math.ceil(ends[1][1] * max(factors) * digit - 1e-9) / digit
    low, high = least / (ends[0][1] * before[1]), most / (ends[0][0] * before[0])
    return (low - 1) * 100, (high - 1) * 100


def last_moves(run: Run) -> str:
    """Whether Canada's counts by the two definitions last moved the same way, by first releases as by latest."""
    parameters = run.about["parameters"]
    series = [
        {int(y): list(map(int, v)) for y, v in run.review.releases(d, "Canada", "incidents").items()}
        for d in DEFINITIONS
    ]
    both = [y for y in series[0] if y in series[1] and parameters["first_year"] <= y <= until(run)]
    later = max((y for y in both if y - 1 in both), default=None)
    if later is None:
        return "plain"
    moves = [[counts[later][i] - counts[later - 1][i] for i in (0, -1)] for counts in series]
    signs = [{(move > 0) - (move < 0) for move in both_ways} for both_ways in moves]
    if any(len(found) > 1 or 0 in found for found in signs):
        return "plain"
    return "same" if signs[0] == signs[1] else "opposite"


def until(run: Run) -> float:
    """The last year of what stands beside a place's series: the one asked for where it stops that series early."""
    of = run.about["parameters"]
    columns = ("incidents", "rate_per_100k")
    years = [int(y) for c in columns for y in run.review.releases(of["definition"], of["place"], c)]
    return of["last_year"] if of["last_year"] < max(years) else math.inf


def bounded(row: Row) -> Interval:
    """A figure's value and bound as an interval."""
    value = float(row["value"])
    return {"exact": (value, value), "more-than": (value, math.inf), "up-to": (0.0, value)}[row["bound"]]


def change_of_sums(run: Run) -> Interval:
    """Second strategy against first, in per cent."""
    (a_low, a_high), (b_low, b_high) = (
        bounded(run.review.figure(f"strategy_investment_{year}")) for year in (2020, 2025)
    )
    return (b_low / a_high - 1) * 100, (b_high / a_low - 1) * 100


def ranked_sums(run: Run) -> str:
    """The second sum against the first at later prices, in Canada and in Ontario."""
    (low, high), second = (bounded(run.review.figure(f"strategy_investment_{year}")) for year in (2020, 2025))
    rows = run.review.rows("figures")
    canada = {r["period_start"]: float(r["value"]) for r in rows if r["definition"] == "consumer_price_index"}
    months = [r for r in rows if r["definition"] == "consumer_price_index_month"]
    ontario = [sum(float(r["value"]) for r in months if r["period_start"][:4] == year) for year in ("2020", "2025")]
    changes = (canada[str(run.about["parameters"]["prices_to"])] / canada["2020"], ontario[1] / ontario[0])
    places = {ranked(second, (low * change, high * change)) for change in changes}
    found = places.pop() if len(places) == 1 else "unknown"
    bound = run.review.figure("strategy_investment_2025")["bound"]
    return "minimum" if (found, bound) == ("unknown", "more-than") else found


def ranked(one: Interval, other: Interval) -> str:
    return "above" if one[0] > other[1] else "below" if one[1] < other[0] else "unknown"


def rest_of_canada(run: Run) -> str:
    """Ontario's reports against those of the rest of the country, at the worst ends of rounded rates."""
    parameters = run.about["parameters"]
    years = (str(parameters["earlier_year"]), str(parameters["later_year"]))
    places = [alike(run.review, parameters["definition"], place, years) for place in ("Canada", "Ontario")]
    basis = next(basis for basis in places[0] if basis in places[1])
    canada, ontario = places[0][basis].reports, places[1][basis]
    assert canada
    assert ontario.reports
    rest = [(whole[0] - part[1], whole[1] - part[0]) for whole, part in zip(canada, ontario.reports, strict=True)]
    low, high = ratio_in_cases(*rest)
    province = ontario.chance(per_person=False, in_cases=True)
    assert province
    return ranked(province, ((low - 1) * 100, (high - 1) * 100))


def two_figures(run: Run) -> str:
    """Ontario's average rate against its share of Canada, as counts over the same years."""
    people = [run.review.people("Ontario", str(year)) for year in range(2012, 2023)]
    low, high = (end * sum(p for p in people if p) / 100_000 for end in (1.55, 1.65))
    by_share = tuple(end * 3_996 / 100 for end in (66.5, 67.5))
    return "together" if ranked((low, high), by_share) == "unknown" else "apart"


def reported(run: Run) -> dict[str, str]:
    """The wordings of a run of reported_incidents."""
    expected: dict[str, str] = {}
    two = two_of(run, run.number("first"), run.number("last"))
    if two is None:
        return expected | {"verdict": "single"}
    per_person = two.unit == "per_100k"
    change = two.chance(per_person, in_cases=True)
    recorded(run, "change", change)
    course = [spread(value, two.unit) for _, value in sorted(series(run, two).items())]
    told = way(*(spread(value, two.unit) for value in two.published))
    same = two.unit == "per_100k" and two.published[0] == two.published[1]
    expected["verdict"] = "rate-same" if same else f"rate-{told}" if two.unit == "per_100k" else told
    expected["between_ends"] = turn = turned(course) or ("steady" if told in ("rose", "fell") else "rounding")
    if two.reports:
        number = two.seen(per_person=False)
        recorded(run, "number_change", number if per_person else None)
        if per_person:
            expected |= {"between_ends": "estimated", **({"rate_course": turn} if turned(course) else {})}
        if two.place == "Ontario":
            expected["growth_claim"] = sign_of(number)
    return expected


def set_side_by_side(run: Run) -> dict[str, str]:
    """The wordings of a run of reported_incidents_checks."""
    definition, place = (run.about["parameters"][name] for name in ("definition", "place"))
    expected = {
        **revisions(run.review, definition),
        "two_counts": last_moves(run),
        "two_figures_said": two_figures(run),
    }
    if change := run.number("compared_change"):
        years, unit = (change["start"], change["end"]), "per_100k" if place == "Ontario" else "incidents"
        seen = Two(run.review, definition, place, years, unit).seen()
        recorded(run, "compared_change", seen)
        expected["against_revision"] = against_revision(run.review, definition, seen)
    return expected


def series(run: Run, two: Two) -> dict[str, str]:
    """The latest value of each year that the page draws."""
    column = {"incidents": "incidents", "per_100k": "rate_per_100k"}[two.unit]
    found = two.review.releases(two.definition, two.place, column)
    return {year: values[-1] for year, values in found.items() if two.years[0] <= year <= two.years[1]}


def spread(value: str, unit: str) -> Interval:
    """A published number, within its rounding."""
    return (float(value), float(value)) if unit == "incidents" else rounding(value)


def way(earlier: Interval, later: Interval) -> str:
    """Which way two published numbers went; the upper end of a rounding is not one of its numbers."""
    rounded = earlier[0] < earlier[1]
    if later[0] > earlier[1] or (rounded and later[0] == earlier[1]):
        return "rose"
    if later[1] < earlier[0] or (rounded and later[1] == earlier[0]):
        return "fell"
    return "unknown" if rounded else "unchanged"


def turned(course: list[Interval]) -> str | None:
    """What the ends of a series do not tell: a step the other way, or a number beyond both."""
    ends = way(course[0], course[-1])
    other = {"rose": "fell", "fell": "rose"}.get(ends)
    if other:
        return f"{ends}-but" if other in [way(*step) for step in pairwise(course)] else None
    beyond = [way(course[0], one) for one in course[1:-1] if way(course[0], one) == way(course[-1], one)]
    beyond = [found for found in beyond if found in ("rose", "fell")]
    return f"level-{beyond[-1]}" if beyond else None


def revised_counts(review: Reversed, definition: str) -> list[float]:
    """Canada's counts that a release changed, each as its latest release over its first."""
    series = [list(map(int, v)) for v in review.releases(definition, "Canada", "incidents").values()]
    return [values[-1] / values[0] for values in series if values[-1] != values[0]]


def revisions(review: Reversed, definition: str) -> dict[str, str]:
    ups = [factor > 1 for factor in revised_counts(review, definition)]
    return {"revisions_went": "up" if all(ups) else "both" if any(ups) else "down"} if ups else {}


def against_revision(review: Reversed, definition: str, change: Interval) -> str:
    """The size of a change against that of Canada's largest revision."""
    largest = max(abs(factor - 1) * 100 for factor in revised_counts(review, definition))
    ends = sorted(map(abs, change))
    return ranked((0 if change[0] < 0 < change[1] else ends[0], ends[1]), (largest, largest))


def recorded(run: Run, name: str, expected: Interval | None) -> None:
    """The number recorded beside a wording is the one worked out here."""
    number = run.number(name)
    assert (number is None) == (expected is None), (run.about["slug"], name)
    if number and expected:
        assert ends_of(number) == pytest.approx(expected, abs=0.01), (run.about["slug"], name)


def compared(run: Run) -> dict[str, str]:
    """The wordings of a run of reports_and_incidence or reports_and_chance."""
    parameters = run.about["parameters"]
    years = (str(parameters["earlier_year"]), str(parameters["later_year"]))
    definition, place = parameters["definition"], parameters["place"]
    own = alike(run.review, definition, place, years)
    expected = changed(run, own)
    if "other_way" in run.phrases:
        other = next(each for each in DEFINITIONS if each != definition)
        expected["other_way"] = moves(alike(run.review, other, place, years))[0].split("-")[0]
    # Of detection nothing is supposed, so that no reports can tell which way trafficking went.
    expected |= dict.fromkeys(("told", "plane_side"), "cannot-be-told")
    if "ranking" in run.phrases:
        expected["ranking"] = rest_of_canada(run)
    return expected


def long_run(run: Run) -> str:
    """Which way Canada's count by the Criminal Code alone went, from the first year of the long series to its last."""
    since = str(run.about["parameters"]["since"])
    counts = {year: found[-1] for year, found in run.review.releases(TABLE_1525, "Canada", "incidents").items()}
    change = float(counts[max(counts)]) - float(counts[since])
    return sign_of((change, change))


def volume(run: Run) -> dict[str, str]:
    """What the rates of 2021 and 2024 leave open of the number of incidents in Ontario, without chance."""
    change = Two(run.review, ALL_LAWS, "Ontario", ("2021", "2024"), "per_100k").seen()
    recorded(run, "ontario_growth", change)
    return {}


def share_by_rate(review: Reversed, year: str) -> Interval:
    """Ontario's share of Canada's first count of a year that its rate leaves open, in per cent."""
    rate, people = review.latest(ALL_LAWS, "Ontario", "rate_per_100k", year), review.people("Ontario", year)
    assert rate
    assert people
    low, high = counts(rate, people)
    whole = int(review.releases(ALL_LAWS, "Canada", "incidents")[year][0])
    return low / whole * 100, high / whole * 100


def shares(run: Run) -> dict[str, str]:
    """Whether published shares of Canada fit the rates of a year, or of all the years, of Ontario."""
    people = [run.review.people("Ontario", str(year)) for year in range(2012, 2023)]
    average = tuple(end * sum(p for p in people if p) / 100_000 / 3_996 * 100 for end in (1.55, 1.65))
    by_year = {year: share_by_rate(run.review, year) for year in ("2021", "2022")}
    for year, share in by_year.items():
        recorded(run, f"share_by_rate_{year}", share)
    fits = {
        "window_fits": (average, rounding("67")),
        "fits_2021": (by_year["2021"], rounding("62")),
        "fits_2022": (by_year["2022"], rounding("67")),
    }
    return {name: "fits" if ranked(*both) == "unknown" else "apart" for name, both in fits.items()}  # type: ignore[arg-type]


def changed(run: Run, own: dict[str, Two]) -> dict[str, str]:
    """The wordings on the change by the page's own definition, and the numbers recorded beside them."""
    basis, two = next(iter(own.items()))
    assert tuple(value_of(run.records[n]["number"]) for n in ("earlier", "later")) == tuple(map(float, two.published))
    recorded(run, "chance", two.chance(per_person=False, in_cases=True))
    moved, behind = moves(own)
    after = revised_change(two, basis)
    if run.about["chapter"] == "reports_and_chance":
        recorded(run, "plain", two.chance(per_person=False))
        recorded(run, "person_chance", two.chance(per_person=True, in_cases=True))
        recorded(run, "first_chance", own["first"].chance(per_person=False, in_cases=True) if len(own) > 1 else None)
        recorded(run, "change_if_revised", after)
    expected = {
        "moved": moved,
        "moved_title": moved,
        "way": moved.split("-")[0],
        "reports_reading": behind,
    }
    if after:
        signs = sign_of(two.seen(per_person=two.unit == "per_100k")), sign_of(after)
        turned = "keeps" if signs[0] == signs[1] else "-".join(signs)
        expected["revision_effect"] = "unknown" if "unknown" in signs else turned
    return expected


def moves(found: dict[str, Two]) -> tuple[str, str]:
    """Which way reports went by every comparison of like with like, and the rate behind them."""
    reports = agreed(sign_of(two.seen(per_person=two.reports is None)) for two in found.values())
    chances = [two.chance(per_person, in_cases=True) for two in found.values() for per_person in (False, True)]
    behind = agreed(sign_of(chance) for chance in chances if chance)
    return f"{reports}-{'too' if reports == behind != 'unknown' else 'unknown'}", behind


def agreed(signs: Iterable[str]) -> str:
    found = set(signs)
    return found.pop() if len(found) == 1 else "unknown"


def expected(run: Run) -> dict[str, str]:
    """For each wording that says a direction or an order, the choice that the reversed data calls for."""
    match run.about["chapter"]:
        case "strategy_at_a_glance":
            recorded(run, "rise", change_of_sums(run))
            return {"ranked": ranked_sums(run)}
        case "reported_incidents":
            return reported(run)
        case "reported_incidents_checks":
            return set_side_by_side(run)
        case "reports_and_incidence" | "reports_and_chance":
            return compared(run)
        case "more_reports":
            return {"reports_now": long_run(run)}
        case "evidence":
            return volume(run)
        case "results_framework":
            return shares(run)
    return {}


# Chapters about data that the reversal leaves alone, with where their wordings are tested.
OTHER_CHAPTERS = {"hidden_population": "another country's lists in one year; see test_overlapping_lists"}
# Families whose choice says no direction of a series: releases, laws and definitions by name, counts of rows,
# parameters, and what is tested with its chapter.
OTHER_FAMILIES = {
    "as_published", "by_laws", "counts_checked", "canada_parts", "change_of", "framework_gap", "framework_given",
    "framework_checkable", "copies_differ", "incidence_basis", "known_detection", "counted_named", "other_named",
    "definition_title", "counted_as", "went", "other_went", "released_how", "basis_words", "cases_end",
    "guilty_compared", "last_step", "canada_per_person", "worked_out", "rates_alone", "framework_sign",
    "results_measured", "keep_pace", "window", "known_part", "three_years", "what_revised", "detection_needed",
    "plane_reads", "trafficking_then", "years_apart", "in_between", "confirmed", "whose_counts", "verified",
    "story_read", "agreement", "reach_areas", "reach_it", "reach_them", "reach_which", "reach_which_ones",
}  # fmt: skip


@slow
@together
def test_the_data_is_reversed(reversed_review: Reversed) -> None:
    assert [reversed_review.latest(TABLE_1525, "Canada", "incidents", year) for year in ("2006", "2024")] == [
        "503",
        "3",
    ]
    assert reversed_review.latest(ALL_LAWS, "Canada", "incidents", "2024") == "41"
    assert reversed_review.figure("strategy_investment_2025")["value"] == "307000000"
    assert reversed_review.figure("strategy_investment_2020")["bound"] == "more-than"


def checked(review: Reversed) -> set[tuple[str, str]]:
    """Every wording of a direction that was chosen, each found to agree with the data."""
    seen: set[tuple[str, str]] = set()
    for run in review.runs:
        if run.about["chapter"] in OTHER_CHAPTERS:
            continue
        wanted = expected(run)
        for name, (family, choice) in run.phrases.items():
            if family in OTHER_FAMILIES:
                continue
            assert name in wanted, f"{run.about['slug']}: no check of {name} ({family}); write one in `expected`"
            assert choice == wanted[name], f"{run.about['slug']}: {name} says {choice}, the data {wanted[name]}"
            seen.add((family, choice))
    return seen


@slow
@together
def test_every_direction_agrees_with_the_reversed_data(reversed_review: Reversed) -> None:
    reversed_choices = {("sum_and_prices", "below"), ("number_moved", "fell-unknown")}
    reversed_choices |= {("reports_verdict", "fell"), ("reports_verdict", "single"), ("growth_claim", "fell")}
    assert reversed_choices <= checked(reversed_review)


@slow
@together
def test_every_direction_agrees_with_the_published_data(published_review: Reversed) -> None:
    choices = {("sum_and_prices", "minimum"), ("number_moved", "rose-unknown")}
    choices |= {("reports_verdict", "rose"), ("growth_claim", "rose")}
    choices |= {("revision_effect", "keeps"), ("implied_moved", "rose-unknown")}
    assert choices <= checked(published_review)
