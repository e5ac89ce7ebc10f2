"""Data that change: each change of a data set with what must come of it, whole pages or the lines that are named.

Decided from what the cells record, without drawings. A line is named by how it begins; a page that is not named here is
whole, and every sentence of it true.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cell_changes import sample
from small import CHAPTERS, DATA, QUICKEST, claims_of, edit, lines_said, read_table, write_table
from truth_changes import read
from truth_checker import CONTRADICTS

from evaluation.data import checking
from evaluation.data.rules import check_rules
from evaluation.data.sources import Tables
from evaluation.language import LANGUAGES
from evaluation.language.placeholders import names_in_text
from evaluation.language.prose_cells import NUMBERS, Line, has_words, parse_parts, parse_words, source_of
from evaluation.numbers.claims import Names, decide
from evaluation.numbers.number import Figure, Number
from evaluation.numbers.sensitivity import fails_with, falsifying_ranges, prepare_calculations, with_value
from evaluation.problems import InputError, Problem, Refused

Change = Callable[[Path], object]
RATE, COUNTED = "Counting both laws", "Counting offences under both"
RATE_TITLE = "title: Ontario’s police-reported rate"
RATE_DRAWN = "description: Two lines, one point a year"
COUNTS_TITLE, COUNTS_DRAWN = "title: Reported in Ontario", "description: One line, one point a year"
MORE, BY_CHANCE = "Because the population grew", "A change this small says little"
SAME_RATE = "In a larger population, the same rate"
JOINED, REVISED_AWAY = (
    "subtitle: Incidents {per_100k}, as first",
    "subtitle: Incidents recorded by police, {of_laws}, by year, as first published (Canada’s",
)
ROSE, LATEST_LOWER = "title: Canada: Criminal Code reports up", "The last year of the chart was lower"
KNOWN_PART, BOTH_LAWS = "Two things can have added", "Counting the immigration law too"
REVISED, WITNESS = "For {code_revised.year} the [long series]", "- **Statistics Canada:**"
LAWS_DRAWN = "subtitle: Police-reported trafficking, Canada, released"
OF_ONE_YEAR = [LATEST_LOWER, KNOWN_PART, BOTH_LAWS, REVISED, WITNESS, LAWS_DRAWN]
DRAWN_RULE = "description: One point a year"


def named(chapter: str, data: Path, **parameters: Any) -> list[str]:
    """The lines of a chapter that would be refused, in their order."""
    return lines_said(chapter, data, **parameters)[1]


def canada(data: Path, **years: int | None) -> None:
    """Other counts of Canada's long series, in the release that gives them all; None takes a year away."""
    rows = []
    for row in read_table(data / "police_reported.csv"):
        is_series = (row["definition"], row["place"], row["vintage"]) == ("trafficking_1525", "Canada", "2025")
        if is_series and f"y{row['year']}" in years:
            if (count := years[f"y{row['year']}"]) is None:
                continue
            row["incidents"] = str(count)
        rows.append(row)
    write_table(data / "police_reported.csv", rows)


def release(data: Path, vintage: str, place: str = "Canada", column: str = "incidents", **years: Any) -> None:
    """A further release that gives some years of a series."""
    rows = read_table(data / "police_reported.csv")
    definition = "trafficking_1525" if place == "Canada" else "all_human_trafficking"
    like = next(row for row in rows if (row["definition"], row["place"]) == (definition, place) and row[column])
    empty = {"incidents": "", "rate_per_100k": ""}
    for year, value in years.items():
        rows.append(like | empty | {"year": year[1:], column: str(value), "vintage": vintage})
    write_table(data / "police_reported.csv", rows)


def counts_of_ontario(data: Path, vintage: str, **years: int) -> None:
    """A release that gives counts of Ontario, which none does yet."""
    rows = read_table(data / "police_reported.csv")
    definition = ("all_human_trafficking", "Ontario")
    like = next(row for row in rows if (row["definition"], row["place"]) == definition)
    for year, count in years.items():
        rows.append(like | {"year": year[1:], "incidents": str(count), "rate_per_100k": "", "vintage": vintage})
    write_table(data / "police_reported.csv", rows)


def without(table: str, data: Path, **cells: str) -> None:
    """A table without the rows that have some cells."""
    rows = [row for row in read_table(data / f"{table}.csv") if not cells.items() <= row.items()]
    write_table(data / f"{table}.csv", rows)


def emptied(data: Path, column: str, **cells: str) -> None:
    """A column without its cells, in the rows that have some cells."""
    rows = read_table(data / "police_reported.csv")
    for row in rows:
        row[column] = "" if cells.items() <= row.items() else row[column]
    write_table(data / "police_reported.csv", rows)


def ontario(data: Path, **rates: str) -> None:
    """Other rates of Ontario, each in the release that gives it."""
    rows = read_table(data / "police_reported.csv")
    for row in rows:
        if (row["definition"], row["place"]) == ("all_human_trafficking", "Ontario"):
            row["rate_per_100k"] = rates.get(f"y{row['year']}", row["rate_per_100k"])
    write_table(data / "police_reported.csv", rows)


def rate_of_canada(data: Path, rate: str, vintage: str = "2025-07-29", year: str = "2024") -> None:
    """Another rate of Canada by both laws, in one release."""
    rows = read_table(data / "police_reported.csv")
    of = {"definition": "all_human_trafficking", "place": "Canada", "year": year, "vintage": vintage}
    for row in rows:
        row["rate_per_100k"] = rate if of.items() <= row.items() else row["rate_per_100k"]
    write_table(data / "police_reported.csv", rows)


def another_rule(data: Path, date: str, **cells: str) -> None:
    rows = read_table(data / "events.csv")
    like = next(row for row in rows if row["event"] == "founded_rule_2018")
    write_table(data / "events.csv", [*rows, like | {"event": "another_rule", "date": date} | cells])


def falls(data: Path, to: int) -> None:
    """Another count of all laws in Canada's last year, in each release that gives it."""
    rows = read_table(data / "police_reported.csv")
    for row in rows:
        if (row["definition"], row["place"], row["year"]) == ("all_human_trafficking", "Canada", "2024"):
            row |= {"incidents": str(to), "rate_per_100k": "", "caveats": ""}
    write_table(data / "police_reported.csv", rows)


def law_parts(data: Path, vintage: str) -> None:
    """A release that prints both laws together and the immigration law's part, of the last two years."""
    rows, figures = read_table(data / "police_reported.csv"), read_table(data / "figures.csv")
    of_both = {"definition": "all_human_trafficking", "place": "Canada"}
    like = next(row for row in rows if of_both.items() <= row.items() and row["year"] == "2022")
    part = next(row for row in figures if row["figure"] == "irpa_incidents_2022")
    for year, both, immigration in (("2023", "610", "100"), ("2024", "600", "60")):
        rows.append(like | {"year": year, "incidents": both, "rate_per_100k": "", "vintage": vintage})
        period = {"period_start": year, "period_end": year, "vintage": vintage}
        figures.append(part | {"figure": f"irpa_incidents_{year}", "value": immigration} | period)
    write_table(data / "police_reported.csv", rows)
    write_table(data / "figures.csv", figures)


def share_elsewhere(data: Path) -> None:
    """Two yearly shares of another place."""
    rows = read_table(data / "figures.csv")
    shares = [row for row in rows if row["figure"] in ("share_ontario_2019", "share_ontario_2021")]
    rows += [row | {"figure": f"elsewhere_{at}", "place": "Nova Scotia"} for at, row in enumerate(shares)]
    write_table(data / "figures.csv", rows)


def figure(data: Path, figure: str, **cells: str) -> None:
    """Other cells of a figure."""
    edit(data, "figures", figure, **cells)


def another_figure(data: Path, like: str, **cells: str) -> None:
    """A further figure that has other cells than one that is there."""
    rows = read_table(data / "figures.csv")
    row = next(row for row in rows if row["figure"] == like)
    write_table(data / "figures.csv", [*rows, row | {"figure": "another_figure"} | cells])


ALL_YEARS = {f"y{year}": count for year, count in zip(range(2009, 2026), [41, *range(100, 400, 20), 490], strict=True)}

FINDINGS: dict[str, tuple[Change, list[str]]] = {
    "today": (lambda data: None, []),
    "Canada's long series fell": (partial(canada, y2009=900), []),
    "Ontario's rate fell": (partial(ontario, y2024="2.1"), [RATE, RATE_TITLE, SAME_RATE]),
    "a release of Ontario alone that gives both years otherwise": (
        partial(release, vintage="2026-12", place="Ontario", column="rate_per_100k", y2021="2.6", y2024="2.3"),
        [RATE_TITLE, RATE_DRAWN, SAME_RATE],
    ),
    "counts of Ontario": (
        partial(counts_of_ontario, vintage="2026", **ALL_YEARS),
        [],
    ),
    "no people of Ontario": (partial(without, "population", place="Ontario"), [SAME_RATE, BY_CHANCE]),
    "Canada's rate rose within one release": (partial(rate_of_canada, rate="1.62"), [JOINED]),
    "one year of Ontario": (
        partial(ontario, y2021="", y2022="", y2023=""),
        [COUNTED, SAME_RATE, BY_CHANCE],  # the chart of one point is not drawn, so its words hold nothing
    ),
    "a rate of nothing in the first year": (
        partial(ontario, y2021="0.0"),
        [RATE, RATE_TITLE, RATE_DRAWN, SAME_RATE, BY_CHANCE],
    ),
    "no count of both laws in Canada": (
        partial(without, "police_reported", place="Canada", definition="all_human_trafficking"),
        [RATE_TITLE, RATE_DRAWN],
    ),
    "no statement of the sign": (partial(without, "statements", statement="s_q"), ["# Ontario: no figure we found"]),
    "people counted exactly": (partial(edit, table="figures", key="people_served", bound="exact", value="29412"), []),
    "the second sum is of the same years": (
        partial(edit, table="figures", key="strategy_investment_2025", period_start="2020", period_end="2025"),
        ["Ontario [announced]"],
    ),
    "an indicator with a target": (
        partial(edit, table="indicators", key=2, target="2030"),
        ["# Ontario: no figure we found", "The strategy says that [more"],
    ),
}

MORE_REPORTS: dict[str, tuple[Change, list[str]]] = {
    "today": (lambda data: None, []),
    "the last year rose": (partial(canada, y2024=540), [ROSE, LATEST_LOWER]),
    "the last year is equal": (partial(canada, y2024=522), [ROSE, LATEST_LOWER]),
    "a whole release more, and a rise": (
        partial(release, vintage="2026", **ALL_YEARS),
        [ROSE, LATEST_LOWER, BOTH_LAWS],
    ),
    "a later year, alone in its release": (
        partial(release, vintage="2026", y2025=480),
        [ROSE, LATEST_LOWER, KNOWN_PART, BOTH_LAWS, WITNESS],
    ),
    "a release that turns the last step": (
        partial(release, vintage="2024-12", y2023=480, y2024=503),
        [ROSE, LATEST_LOWER],
    ),
    "equal counts at both ends": (partial(canada, y2009=503), [ROSE, KNOWN_PART, WITNESS]),
    "a fall over all": (partial(canada, y2009=900), [ROSE, KNOWN_PART, WITNESS]),
    "nothing in the first year": (partial(canada, y2009=0), []),
    "no rates of Canada": (partial(emptied, column="rate_per_100k", place="Canada", definition="trafficking_1525"), []),
    "another rule of counting": (partial(another_rule, date="2016-01"), [DRAWN_RULE, KNOWN_PART]),
    "a rule of another place": (partial(another_rule, date="2016-01", place="Ontario"), []),
    "parts by law newer than the long series": (
        partial(law_parts, vintage="2026-03"),
        [REVISED, LAWS_DRAWN],
    ),
    "calls counted exactly": (partial(figure, figure="hotline_calls_2024", bound="exact"), ["Calls to the Canadian"]),
    "a definition with one year": (partial(canada, **{f"y{year}": None for year in range(2006, 2024)}), OF_ONE_YEAR),
    "a definition with none": (
        partial(without, "police_reported", place="Canada", definition="trafficking_1525"),
        OF_ONE_YEAR,
    ),
    "no earlier year to compare with": (
        partial(without, "police_reported", place="Canada", definition="all_human_trafficking", year="2021"),
        [BOTH_LAWS, "From {earlier_when} to {later_when}", "- If ", "The yearly release", "In this release", REVISED],
    ),
    "no people of Canada": (partial(without, "population", place="Canada"), [KNOWN_PART]),
    "no witness": (
        partial(without, "readings", reading="statistics_canada_witness"),
        [WITNESS],
    ),
}


TITLE, DIPPED = (
    "# Police-reported trafficking: Ontario’s rate little changed",
    "As first published, Ontario’s rate dipped to",
)
GROWING = "The {strategy_2025} speaks"
LEFT_OPEN = "The published rates alone leave it open"
PLACES: dict[str, tuple[Change, dict[str, str], list[str]]] = {
    "today": (lambda data: None, {}, []),
    "Ontario's rate fell": (partial(ontario, y2024="2.1"), {}, [TITLE, MORE, DIPPED, GROWING, LEFT_OPEN]),
    "Ontario's rate rose": (partial(ontario, y2024="2.6"), {}, [TITLE, LEFT_OPEN]),
    "a release that gives both years otherwise": (
        partial(release, vintage="2026-12", place="Ontario", column="rate_per_100k", y2021="2.6", y2024="2.3"),
        {},
        [TITLE, MORE, DIPPED, GROWING],
    ),
    "no people of Ontario": (partial(without, "population", place="Ontario"), {}, [TITLE]),
    "Canada's rate rose within one release": (partial(rate_of_canada, rate="1.62"), {}, [REVISED_AWAY]),
    "a spike between": (partial(ontario, y2022="4.9"), {}, [TITLE]),
    "one year of Ontario": (partial(ontario, y2021="", y2022="", y2023=""), {}, []),
    "another rule of counting": (
        partial(another_rule, date="2016-01"),
        {"place": "Canada", "definition": "trafficking_1525"},
        [
            "Between these years, a counting rule",
            "description: Upright, dotted",
            "A counting rule was widened",
            "A counting rule was widened in {rule_year}",
        ],
    ),
    "a fall in Canada": (partial(canada, y2024=30), {"place": "Canada", "definition": "trafficking_1525"}, []),
    "as many in Canada": (
        partial(canada, y2009=503),
        {"place": "Canada", "definition": "trafficking_1525"},
        ["A counting rule was widened in {rule_year}"],
    ),
    "nothing in the first year": (partial(canada, y2009=0), {"place": "Canada", "definition": "trafficking_1525"}, []),
    "one year of Canada": (
        partial(canada, **{f"y{year}": None for year in range(2006, 2024)}),
        {"place": "Canada", "definition": "trafficking_1525"},
        [],
    ),
}


COURTS = "From {court_guilty_2009_2020.period}"
EARLY_CASES, TWO_CHARTS = "subtitle: Share with a guilty decision", "The two charts about courts"
# Other chapters: each change with what must come of it.
OTHERS: dict[str, tuple[str, Change, list[str]]] = {
    "a spike of Ontario's rate between": ("findings", partial(ontario, y2022="4.9"), [RATE_TITLE]),
    "a year of Ontario's rate below Canada's": ("findings", partial(ontario, y2022="1.0"), [RATE_TITLE, RATE_DRAWN]),
    "courts of other years": (
        "investigations_and_charges",
        partial(figure, figure="court_guilty_2009_2020", period_start="2000/01", period_end="2010/11"),
        [COURTS, EARLY_CASES, TWO_CHARTS],
    ),
    "one kind of cases in other years": (
        "investigations_and_charges",
        partial(figure, figure="court_guilty_sex_trade_2009_2020", period_start="2010/11"),
        [COURTS, EARLY_CASES],
    ),
    "acquittals of other years": (
        "investigations_and_charges",
        partial(figure, figure="court_acquitted_2012_2023", period_start="2010/11"),
        ["subtitle: Completed adult cases"],
    ),
    "a figure of Ontario's victims": (
        "investigations_and_charges",
        partial(another_figure, like="victims_minors_2013_2023", place="Ontario"),
        ["Of the victims police in Canada recorded"],
    ),
    "victims of Ontario": (
        "findings",
        partial(figure, figure="victims_women_girls_2013_2023", place="Ontario"),
        ["Of [victims]"],
    ),
    "calls from Ontario": (
        "results_framework",
        partial(figure, figure="hotline_calls_2024", place="Ontario"),
        ["Across Canada, the hotline"],
    ),
    "calls counted exactly": (
        "results_framework",
        partial(figure, figure="hotline_calls_2024", bound="exact"),
        ["Each count is a minimum"],
    ),
    "a sum of at least as much": (
        "strategy_at_a_glance",
        partial(figure, figure="strategy_investment_2025", bound="at-least"),
        ["“More than” sets", "Both editions of the strategy say"],
    ),
    "children of stated years": (
        "people_served",
        partial(figure, figure="at_risk_children_served", period_start="2023", period_end="2023"),
        ["Apart from these funds"],
    ),
    "people served in one year": (
        "people_served",
        partial(another_figure, like="people_served", value="9000", period_start="2022/23", period_end="2022/23"),
        ["- [People served in any one year", "- Whether the number of people", "- That the number served"],
    ),
    "a fall by more than any revision": (
        "uncertainty",
        partial(falls, to=480),
        ["# Small changes", "The whole change since", "The last step shows", "Where nothing else is said, every",
         "The series itself"],
    ),
    "no people of Ontario": (
        "strategy_at_a_glance",
        partial(without, "population", place="Ontario"),
        ["keep_both: ", "To buy as much for each", "“More than” sets", "- That the money kept up", "For each person in",
         "title: Keeping up", "description: Bars from zero"],
    ),
    "people served in one year, in the calendar": (
        "results_framework",
        partial(another_figure, like="people_served", value="9000", period_start="2022/23", period_end="2022/23"),
        ["Totals over several years"],
    ),
    "a share of cases of other years": (
        "evidence",
        partial(figure, figure="hotline_sex_trafficking_to_2022", period_end="2024-12"),
        ["**Mostly sexual exploitation.**"],
    ),
    "calls of years that are not stated": (
        "more_reports",
        partial(figure, figure="hotline_calls_2024", period_start=""),
        ["Calls to the Canadian"],
    ),
    "no statement on the boards": (
        "evidence",
        partial(without, "statements", statement="n08"),
        ["Two rows are not counts"],
    ),
    "counts of Ontario": ("evidence", partial(counts_of_ontario, vintage="2026", **ALL_YEARS), []),
    "one share of Ontario": ("reported_incidents", partial(without, "figures", figure="share_ontario_2019"), []),
    "no rate of a northern city": (
        "organizations_funded",
        partial(without, "police_reported", place="Thunder Bay"),
        ["A rate of reports is known"],
    ),
    "no year before the last": (
        "uncertainty",
        partial(without, "police_reported", place="Canada", definition="all_human_trafficking", year="2023"),
        ["The last step shows how little"],
    ),
}  # fmt: skip


def changed(tmp_path: Path, change: Change) -> Path:
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    change(data) if not isinstance(change, partial) else change.func(*change.args, data=data, **change.keywords)
    return data


def is_whole_but_for(beginnings: list[str], lines: list[str]) -> None:
    """Each line that is refused begins as one of those named, and none is named in vain."""
    assert [line for line in lines if not line.startswith(tuple(beginnings))] == []
    assert [beginning for beginning in beginnings if not any(line.startswith(beginning) for line in lines)] == []


@pytest.mark.slow
@pytest.mark.sampled(9)
@pytest.mark.parametrize("name", FINDINGS)
def test_findings_are_whole_or_name_their_lines(name: str, tmp_path: Path) -> None:
    change, lines = FINDINGS[name]
    is_whole_but_for(lines, named("findings", changed(tmp_path, change)))


@pytest.mark.slow
@pytest.mark.sampled(9)
@pytest.mark.parametrize("name", MORE_REPORTS)
def test_more_reports_is_whole_or_names_its_lines(name: str, tmp_path: Path) -> None:
    change, lines = MORE_REPORTS[name]
    is_whole_but_for(lines, named("more_reports", changed(tmp_path, change)))


@pytest.mark.slow
@pytest.mark.sampled(9)
@pytest.mark.parametrize("name", PLACES)
def test_reports_of_a_place_are_whole_or_name_their_lines(name: str, tmp_path: Path) -> None:
    change, parameters, lines = PLACES[name]
    is_whole_but_for(lines, named("reported_incidents", changed(tmp_path, change), **parameters))


@pytest.mark.slow
@pytest.mark.sampled(9)
@pytest.mark.parametrize("name", OTHERS)
def test_other_chapters_are_whole_or_name_their_lines(name: str, tmp_path: Path) -> None:
    chapter, change, lines = OTHERS[name]
    is_whole_but_for(lines, named(chapter, changed(tmp_path, change)))


FEW_CELLS = {"people_served": 3}  # the chapter that runs fastest


@pytest.mark.parametrize(
    ("chapter", "count"),
    [
        *(pytest.param(*few, id=f"{few[0]}, few", marks=pytest.mark.slow) for few in FEW_CELLS.items()),
        *(pytest.param(chapter, 20, id=chapter, marks=pytest.mark.long) for chapter in CHAPTERS),
    ],
)
def test_one_changed_cell_leaves_a_chapter_whole_and_true_or_is_refused_by_name(
    chapter: str, count: int, tmp_path: Path
) -> None:
    """A cell of each column of the tables that a chapter reads, with something else in it: the contract names the row,
    the chapter refuses what it cannot show, or the lines that its page does not refuse are true, as the checker reads
    them."""
    for place, change in enumerate(sample(chapter, DATA, count)):
        data = changed(tmp_path / str(place), change.apply)
        if problems := problems_of(data, change.table):
            assert [str(problem) for problem in problems if not problem.file.endswith(".csv")] == [], change
        else:
            with suppress(Refused):  # which says what was found and what is allowed; anything else is a crash
                verdicts, _ = read([chapter], data, data.parent)
                assert [str(verdict) for verdict in verdicts if verdict.verdict == CONTRADICTS] == [], change


def problems_of(data: Path, table: str) -> list[Problem]:
    """What the contract says of a changed table, and of others that rest on it."""
    tables = Tables(data)
    try:
        cells = checking.check_table(tables, table)
        return cells or [problem for name in tables.resources for problem in check_rules(tables, name)]
    except InputError as error:
        return error.problems


def test_a_figure_that_is_gone_is_refused_by_its_id(tmp_path: Path) -> None:
    data = changed(tmp_path, partial(without, "figures", figure="share_ontario_2019"))
    with pytest.raises(Refused, match="found no figure 'share_ontario_2019'"):
        named("findings", data)


def others(names: Names) -> list[Names]:
    """The same names, each time with one record changed: another word, another year or release, or absent."""
    variants = []
    for name, word in names.words.items():
        other = (not word) if isinstance(word, bool) else "another"
        variants.append(replace(names, words={**names.words, name: other}))
    for name, number in names.numbers.items():
        assert isinstance(number, Number)
        start = str(int(number.start[:4] or 2000) + 60)
        changes = [number.with_meaning(start=start, end=start), replace(number, unit="people")]
        changes += [replace(number, vintage="1900")] if isinstance(number, Figure) else []
        variants += [replace(names, numbers={**names.numbers, name: other}) for other in changes]
        left = {other: number for other, number in names.numbers.items() if other != name}
        variants.append(replace(names, numbers=left, absent={*names.absent, name}))
    for name in names.texts:
        variants.append(replace(names, texts={*names.texts} - {name}, absent={*names.absent, name}))
    for name in names.moments:
        left = {other: moment for other, moment in names.moments.items() if other != name}
        variants.append(replace(names, moments={**left, name: ("2084", "2084")}))
        variants.append(replace(names, moments=left, absent={*names.absent, name}))
    return variants


def every_claim(notebook: Any) -> Iterator[str]:
    """The claims of a chapter's lines, those of alternatives that it does not say today too."""
    names = frozenset(notebook.metadata.evaluation["names"])
    for cell in filter(has_words, notebook.cells):
        yield from (
            claim.text for line in parse_words(source_of(cell), LANGUAGES, names).lines for claim in line.claims
        )


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    "chapter", [pytest.param(name, marks=[pytest.mark.slow] * (name != QUICKEST)) for name in CHAPTERS]
)
def test_each_claim_is_made_false_by_one_changed_record(chapter: str) -> None:
    claims, notebook = claims_of(chapter)
    changes = others(claims.names)
    for claim in every_claim(notebook):
        if by_number := next(falsifying_ranges(claim, claims.names), None):
            other = with_value(by_number.figure, by_number.nearest)
            assert fails_with(claim, *prepare_calculations(claim, claims.names), other)
        else:
            assert not all(decide(claim, names).holds for names in [claims.names, *changes]), claim


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    "chapter", [pytest.param(name, marks=[pytest.mark.slow] * (name != QUICKEST)) for name in CHAPTERS]
)
def test_a_figure_that_comes_to_count_something_else_is_refused(chapter: str) -> None:
    """A line says in its own words what a figure of data/figures.csv counts: with another definition in the figure's
    row, a line that prints it does not hold."""
    claims, notebook = claims_of(chapter)
    for name, figure in claims.names.numbers.items():
        lines = lines_that_print(name, notebook)
        if lines and isinstance(figure, Figure) and figure.data.startswith("figures.csv"):
            swapped = {**claims.names.numbers, name: figure.with_meaning(definition="population")}
            names = replace(claims.names, numbers=swapped)
            assert not all(decide(claim.text, names).holds for line in lines for claim in line.claims), name


def lines_that_print(name: str, notebook: Any) -> list[Line]:
    """The lines of a chapter that print a number."""
    names, printing = frozenset(notebook.metadata.evaluation["names"]), []
    for cell in filter(has_words, notebook.cells):
        words = parse_words(source_of(cell), LANGUAGES, names)
        keys = [parse_parts(words.kind, line.text) if words.kind == NUMBERS else {} for line in words.lines]
        printing += [
            line for line, key in zip(words.lines, keys, strict=True) if name in {*key, *names_in_text(line.text)}
        ]
    return printing


@pytest.mark.slow
def test_what_makes_a_claim_untrue_is_told_as_a_range() -> None:
    claims, _ = claims_of("more_reports")
    claim = "reports_last < reports_before"
    flips = {(flip.figure.start, flip.way): flip for flip in falsifying_ranges(claim, claims.names)}
    assert {key: (int(flip.nearest), flip.open_ended) for key, flip in flips.items()} == {
        ("2024", "higher"): (522, True),
        ("2023", "lower"): (503, True),
    }
    between = next(falsifying_ranges("reports_last != reports_before and reports_last < 600", claims.names))
    assert (between.way, int(between.nearest), int(between.farthest), between.open_ended) == ("lower", 503, 503, False)
