"""The additions of a download of Statistics Canada's table 35-10-0177-01 to data/: rows, places, and gaps that it
closes. `find_additions` computes them; `add_download` checks a copy of data/ with them and swaps it in. Without it a
release is copied by hand.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from ..data import checking
from ..data.contract import column_names, fields_of
from ..data.rules import events_behind, people_by_place_and_year
from ..data.sources import Tables
from ..problems import InputError, Problem, refuse
from ..writing.files import put
from ..writing.work_folder import rewriting
from . import outcomes
from .outcomes import SOURCE
from .statcan_table import Download, provinces, read_package_table

Row = dict[str, str]
FileRows = dict[str, int]  # the row of the file (the head is 1) that each number of a row comes from, by its column
REPORTED, OUTCOMES = "police_reported", "police_outcomes"
# The table, the definition and the column of each number that is added, by the law and the statistic.
ADDED = {
    ("1525", "incidents"): (REPORTED, "trafficking_1525", "incidents"),
    ("1525", "rate"): (REPORTED, "trafficking_1525", "rate_per_100k"),
    ("irpa", "incidents"): (OUTCOMES, "trafficking_6510", "number"),
    ("1525", "unfounded"): (OUTCOMES, "unfounded_1525", "number"),
    ("1525", "cleared"): (OUTCOMES, "cleared_1525", "number"),
    ("1525", "cleared_by_charge"): (OUTCOMES, "cleared_by_charge_1525", "number"),
    ("1525", "cleared_otherwise"): (OUTCOMES, "cleared_otherwise_1525", "number"),
    ("1525", "persons_charged"): (OUTCOMES, "persons_charged_1525", "number"),
}
# Words of other tables that no longer hold once Ontario's numbers are read.
READ = {
    "[no copy that we read gives them](#search-provincial_counts)": "[we have read them](#search-provincial_counts)",
    "[aucune copie lue ne les donne](#search-provincial_counts)": "[nous les avons lus](#search-provincial_counts)",
    "charges and decisions, for all of Canada": "persons charged in Ontario, by year",
    "accusations et décisions, pour tout le Canada": "personnes accusées en Ontario, par année",
}


@dataclass
class Additions:
    """What a download adds, true if it adds any row: the ``tables`` after the addition, by name; the new rows of each
    (``added``) with their rows in the file; their ``release``, and the ``newer`` one already in data/, empty if there
    is none."""

    release: str
    tables: dict[str, list[Row]] = field(default_factory=dict)
    added: dict[str, list[tuple[Row, FileRows]]] = field(default_factory=lambda: defaultdict(list))
    newer: str = ""

    def __bool__(self) -> bool:
        """Whether there is any row to add."""
        return any(self.added.values())


def find_additions(download: Download, folder: Path) -> Additions:
    """The additions of a download to a data folder, with its places that are missing there and the changes of
    `close_gaps`; nothing is written. Rows that the folder has of the same release are left out; those of years that
    data/ does not hold too, and are counted in ``download.left_out``. Raises InputError if the folder has another
    number for the same release."""
    tables = Tables(folder)
    existing = [row for name in (REPORTED, OUTCOMES) for row in tables.rows(name) if row["source"] == SOURCE]
    additions = Additions(release_day(download, existing))
    additions.newer = max((row["vintage"] for row in existing if row["vintage"] > additions.release), default="")
    of_release = {_count_key(row): row for row in existing if row["vintage"] == additions.release}
    year_field = next(column for column in fields_of(tables.resource(REPORTED)) if column["name"] == "year")
    years = year_field["constraints"]
    people = people_by_place_and_year(tables)
    for table, row, file_rows in rows_to_add(download):
        row |= {"vintage": additions.release, "source": SOURCE}
        row["caveats"] = " ".join(_required_caveats(row, tables.resource(table)["checks"], people))
        before = of_release.get(_count_key(row))
        if not years["minimum"] <= int(row["year"]) <= years["maximum"]:
            download.left_out["a year that data/ does not hold"] += 1
        elif before is None:
            additions.added[table].append((dict.fromkeys(column_names(tables.resource(table)), "") | row, file_rows))
        elif other := [column for column in file_rows if row[column] != before[column]]:
            actual = f"{row[other[0]]} ({', '.join(_count_key(row))})"
            allowed = (
                f"{before[other[0]]}, as data/ has it of the release of {additions.release}, or a file of another day"
            )
            raise refuse(download.file, file_rows[other[0]], download.names["value"], actual=actual, allowed=allowed)
    named = {row["place"] for rows in list(additions.added.values()) for row, _ in rows}
    missing = named - tables.rows_by_key("places").keys()
    places = [{k: v for k, v in row.items() if k != "code"} for row in provinces() if row["place"] in missing]
    additions.added |= {"places": [(row, {}) for row in places]} if places else {}
    for name in additions.added:
        additions.tables[name] = [*tables.rows(name), *(row for row, _ in additions.added[name])]
    if additions:
        close_gaps(tables, additions)
    return additions


def release_day(download: Download, existing: list[Row]) -> str:
    """The day of a download's release, YYYY-MM-DD, as the file states it; if it states none, the latest release among
    the ``existing`` rows that has all numbers of the download, or else the file's date."""
    new = [row for _, row, _ in rows_to_add(download)]
    for release in sorted({row["vintage"] for row in existing}, reverse=True) if not download.is_dated else ():
        of_release = {_count_key(row): row for row in existing if row["vintage"] == release}
        if all(
            row.items() - {("caveats", row["caveats"])} <= of_release.get(_count_key(row), {}).items() for row in new
        ):
            return release
    return download.released


def _count_key(row: Row) -> tuple[str, ...]:
    """Definition, place and year of a row: what it counts, where and when, in any release."""
    return row["definition"], row["place"], row["year"]


def rows_to_add(download: Download) -> list[tuple[str, Row, FileRows]]:
    """The rows that a download gives, each with its table's name and, by column, the row in the file: count and rate of
    a place and year in one row, each police outcome in a row of its own. Statistics that are not imported are left
    out."""
    rows: dict[tuple[str, ...], tuple[str, Row, FileRows]] = {}
    cell: Any
    for cell in download.numbers.itertuples():
        if named := ADDED.get((cell.violation, cell.statistic)):
            table, definition, column = named
            row = {"definition": definition, "place": cell.place, "year": str(cell.year), "caveats": ""}
            row |= {other: "" for where, _, other in ADDED.values() if where == table}
            if table == OUTCOMES:
                row["unit"] = "people" if cell.statistic == "persons_charged" else "incidents"
            _, row, file_rows = rows.setdefault(_count_key(row), (table, row, {}))
            row[column], file_rows[column] = cell.value, cell.row
            if cell.status == "E":  # the publisher's own warning, a required caveat of its numbers
                row["caveats"] = "publisher-cautions"
    return [*rows.values()]


def _required_caveats(row: Row, checks: list[dict[str, Any]], people: dict[tuple[str, str], list[int]]) -> list[str]:
    """The ids of the caveats of a row to add: those that the contract's ``checks`` require of filled columns, those
    that the row has (the publisher's), and, where few events stand behind it, the one of few events, by the population
    (``people``) of its place and year."""
    filled = [check["caveat"] for check in checks if check["check"] == "caveat-when-filled" and row.get(check["field"])]
    few = next(rule for rule in checks if rule["check"] == "caveat-when-few")
    events = events_behind(row, few["count"], few["rate"], people)
    is_small = events is not None and events < few["fewer_than"]
    return [*filled, *row["caveats"].split(), *([few["caveat"]] if is_small else [])]


def close_gaps(tables: Tables, additions: Additions) -> None:
    """Change the tables of ``additions`` (not ``tables``): mark the source as read; if Ontario's reports are added,
    replace the texts of searches and indicators that say they were not found."""
    additions.tables["sources"] = rows = [dict(row) for row in tables.rows("sources")]
    for row in rows:
        if row["source"] == SOURCE:
            row |= {"reached": "true", "published": max(row["published"], additions.release)}
    if all(row["place"] != "Ontario" for row, _ in additions.added[REPORTED]):
        return
    closed = {row["search"]: row for row in read_package_table("closed_searches.csv")}
    additions.tables["searches"] = rows = [dict(row) for row in tables.rows("searches")]
    for row in rows:
        if search := closed.get(row["search"]):
            row |= {column: text for column, text in search.items() if text} | {
                "date": max(row["date"], additions.release)
            }
    additions.tables["indicators"] = rows = [dict(row) for row in tables.rows("indicators")]
    for row, (unread, read) in product(rows, READ.items()):
        row |= {column: text.replace(unread, read) for column, text in row.items()}


def add_download(download: Download, folder: Path, *, write: bool) -> Additions:
    """Add a download to a copy of a data folder, check it as a whole, and with ``write`` swap it in; return the
    additions. Raises InputError, with rows of the file, for what the check refuses; WriteConflict if ``folder`` changed
    meanwhile."""
    folder = folder.resolve()
    with rewriting(folder, swaps=write) as new:
        additions = find_additions(download, folder)
        if additions:
            write_and_check(new, download, additions, folder)
    return additions


def write_and_check(new: Path, download: Download, additions: Additions, folder: Path) -> None:
    """Write the new tables into ``new``, a copy of the data, and run the project's check on it; if it passes, the
    incidents of provinces together may not exceed Canada's either. Raises InputError with all problems: of a new row at
    its row in the download, of any other at its place in ``folder``."""
    tables = Tables(folder)
    for name, rows in additions.tables.items():
        written = pd.DataFrame(rows).to_csv(index=False, lineterminator="\n")
        put(new / tables.path(name).name, written.encode("utf-8"))
    # Checked for additions of a download only; press figures from different sources may not add up.
    counts = outcomes.places_add_up(Tables(new), additions.tables.get(REPORTED, []), field="incidents", kind="province")
    mistakes = [Problem(str(new / f"{REPORTED}.csv"), *problem) for problem in counts]
    if problems := checking.check_data(new) or mistakes:
        raise InputError(locate_in_download(problem, new, folder, download, additions) for problem in problems)


def locate_in_download(problem: Problem, new: Path, folder: Path, download: Download, additions: Additions) -> Problem:
    """A problem in the copy ``new`` as one of the download, at the row and the column of its number, if it is of an
    added row; else as one of the same file in ``folder``."""
    name = Path(problem.file).stem
    before = len(additions.tables.get(name, ())) - len(additions.added.get(name, ())) + 1
    if isinstance(problem.row, int) and problem.row > before and additions.added.get(name):
        _, file_rows = additions.added[name][problem.row - before - 1]
        if row := file_rows.get(problem.column, min(file_rows.values(), default=0)):
            return replace(problem, file=download.file, row=row, column=download.names["value"])
    return replace(problem, file=problem.file.replace(str(new), str(folder)))


def describe_additions(download: Download, additions: Additions, folder: Path) -> Iterator[str]:
    """A report of the additions, line by line, in English: the file, its release, what it adds to each table and place
    (fields separated by tabs), what was left out."""
    edition = {"en": "English", "fr": "French"}[download.language]
    yield f"{download.file}: Statistics Canada, table 35-10-0177-01, {edition} edition, {len(download.numbers)} numbers"
    origin = "as the metadata file says" if download.is_dated else "the file's own date, since it names no release"
    yield f"release of {additions.release}" + ("; it is there already" if not additions else f" ({origin})")
    for name in (REPORTED, OUTCOMES):
        yield from _lines_by_place(name, [row for row, _ in additions.added[name]], folder)
    if additions.added["places"]:
        yield "places\t" + ", ".join(row["place"] for row, _ in additions.added["places"])
    for cause, count in sorted(download.left_out.items()):
        yield f"left out: {count} of {cause}"
    if additions and additions.newer:
        yield f"older than the release of {additions.newer} that is there: pages go on showing that one as the latest"


def _lines_by_place(table: str, rows: list[Row], folder: Path) -> Iterator[str]:
    """The rows to add to a table, described in one line for each place: years, number of rows, definitions, release,
    source, and of how many years the population is known in ``folder``."""
    people = {(row["place"], row["year"]) for row in Tables(folder).rows("population")}
    for place in dict.fromkeys(row["place"] for row in rows):
        place_rows = [row for row in rows if row["place"] == place]
        years = sorted({row["year"] for row in place_rows})
        definitions = dict.fromkeys(row["definition"] for row in place_rows)
        cells = [table, place, f"{years[0]} to {years[-1]}", f"{len(place_rows)} rows", ", ".join(definitions)]
        known = sum((place, year) in people for year in years)
        population = f"population known of {known} of {len(years)} years"
        yield "\t".join([*cells, f"vintage {place_rows[0]['vintage']}", place_rows[0]["source"], population])
