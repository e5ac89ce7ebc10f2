"""What a download of Statistics Canada's table 35-10-0177-01 adds to data/: rows, places, and what it closes.

`additions` works out every table as it would be and changes nothing; `check_and_add` writes them beside the folder, has
the project's own check read them, and where that is asked for puts the new folder in the place of the old one.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..data import checking
from ..data.contract import fields_of
from ..data.rules import events_behind, people_by_place_and_year
from ..data.sources import Tables
from ..problems import InputError, Problem, refuse
from . import outcomes
from .statcan_table import Download, DownloadedNumber, provinces

Row = dict[str, str]
RowKey = tuple[str, str, str, str]  # definition, place, year, vintage
Origins = dict[str, int]  # the row of the file that each number of a row comes from, by its column
SOURCE = "statcan_table_1525"
REPORTED, OUTCOMES = "police_reported", "police_outcomes"
# Held for what a download adds; figures of the press, each from elsewhere, may not add up.
PROVINCES = {"field": "incidents", "kind": "province"}
COLUMNS = {"incidents": "incidents", "rate": "rate_per_100k"}  # of police_reported, by statistic
DEFINITIONS = {
    ("irpa", "incidents"): "trafficking_6510",
    ("1525", "unfounded"): "unfounded_1525",
    ("1525", "cleared"): "cleared_1525",
    ("1525", "cleared_by_charge"): "cleared_by_charge_1525",
    ("1525", "cleared_otherwise"): "cleared_otherwise_1525",
    ("1525", "persons_charged"): "persons_charged_1525",
}
# What no longer holds once Ontario's numbers are read: rows of the searches, and words of other tables that lead there.
SEARCHES = {
    "provincial_counts": {
        "opened_en": "The table itself, as downloaded.",
        "opened_fr": "Le tableau lui-même, tel que téléchargé.",
        "came_en": "What the table gives for Ontario by year, by release, stands in the chapters on reports "
        "and on police. It does not say whether "
        "trafficking fell: it too counts what police come to know.",
        "came_fr": "Les chiffres annuels du tableau pour l’Ontario, par version publiée, figurent dans les chapitres "
        "sur les affaires déclarées et sur la police. Ils ne disent "
        "pas si la traite a reculé : eux aussi ne visent que la traite connue de la police.",
    },
    "metropolitan_areas": {
        "opened_en": "The table itself, as downloaded: its import leaves metropolitan areas out. Besides, one file for "
        "one year, and news reports on some areas.",
        "opened_fr": "Le tableau lui-même, tel que téléchargé : l’importation en laisse de côté les régions "
        "métropolitaines. Et aussi un fichier pour une année et des articles sur certaines régions.",
    },
}
READ = {
    "[we could not reach it](#search-provincial_counts)": "[we have read it](#search-provincial_counts)",
    "[nous n’avons pas pu y accéder](#search-provincial_counts)": "[nous l’avons consulté](#search-provincial_counts)",
}


@dataclass
class Additions:
    """Whole tables as they would be, by name; the new rows of each, and where in the file they come from; the
    ``release`` they are of, and ``newer`` ones that are there already."""

    release: str
    tables: dict[str, list[Row]] = field(default_factory=dict)
    added: dict[str, list[tuple[Row, Origins]]] = field(default_factory=lambda: defaultdict(list))
    newer: list[str] = field(default_factory=list)
    out_of_range: int = 0

    def __bool__(self) -> bool:
        return any(self.added.values())


def additions(found: Download, folder: Path) -> Additions:
    """What a download adds to a data folder. Raises InputError where the folder has another number of the same
    release."""
    tables = Tables(folder)
    old = {(row["definition"], row["place"], row["year"], row["vintage"]): row for row in known_rows(tables)}
    made = Additions(release_of(found, old))
    made.newer = sorted({key[3] for key in old if key[3] > made.release})
    years = next(one for one in fields_of(tables.resource(REPORTED)) if one["name"] == "year")["constraints"]
    people = people_by_place_and_year(tables)
    for table, row, origins in rows_of(found, made.release):
        row["caveats"] = " ".join(_obliged(row, tables.resource(table)["checks"], people))
        before = old.get((row["definition"], row["place"], row["year"], made.release))
        if not years["minimum"] <= int(row["year"]) <= years["maximum"]:
            made.out_of_range += 1
        elif before is None:
            made.added[table].append((row, origins))
        else:
            refuse_other(found, row, before, origins)
    new_places(tables, made)
    for name in made.added:
        made.tables[name] = [*tables.rows(name), *(row for row, _ in made.added[name])]
    if made:
        close(tables, made)
    if made and not made.newer:
        read_in(found.language, tables, made)
    return made


def known_rows(tables: Tables) -> list[Row]:
    """The rows of earlier imports."""
    return [row for name in (REPORTED, OUTCOMES) for row in tables.rows(name) if row["source"] == SOURCE]


def release_of(found: Download, old: dict[RowKey, Row]) -> str:
    """The day of a download's release; of one that names none, the release that has all its numbers already."""
    new = {row_numbers(row): None for _, row, _ in rows_of(found, "")}
    for release in sorted({key[3] for key in old}, reverse=True) if not found.is_dated else ():
        if new.keys() <= {row_numbers(row) for row in old.values() if row["vintage"] == release}:
            return release
    return found.released


def row_numbers(row: Row) -> tuple[str, ...]:
    """What a row counts, and its numbers."""
    columns = ("definition", "place", "year", "incidents", "rate_per_100k", "number")
    return tuple(row.get(column, "") for column in columns)


def rows_of(found: Download, release: str) -> Iterator[tuple[str, Row, Origins]]:
    """Each row of a table that a download makes, and where in the file it comes from: counts and rates of a place and
    year in one row, what police did with them in a row each."""
    reported: dict[tuple[str, int], dict[str, DownloadedNumber]] = defaultdict(dict)
    for cell in found.cells:
        definition = DEFINITIONS.get((cell.violation, cell.statistic))
        if definition:
            unit = "people" if cell.statistic == "persons_charged" else "incidents"
            row = {"definition": definition, "place": cell.place, "year": str(cell.year), "number": cell.value}
            caveats = _cautioned([cell])
            yield (
                OUTCOMES,
                row | {"unit": unit, "vintage": release, "source": SOURCE, "caveats": caveats},
                {"number": cell.row},
            )
        elif cell.violation == "1525":
            reported[cell.place, cell.year][COLUMNS[cell.statistic]] = cell
    for (place, year), cells in reported.items():
        numbers = {column: cells[column].value if column in cells else "" for column in COLUMNS.values()}
        row = {"definition": "trafficking_1525", "place": place, "year": str(year)} | numbers
        caveats = _cautioned([*cells.values()])
        row |= {"vintage": release, "source": SOURCE, "rate_source": "", "caveats": caveats}
        yield REPORTED, row, {column: cell.row for column, cell in cells.items()}


def _cautioned(cells: list[DownloadedNumber]) -> str:
    """The publisher's own caution, which must be said beside its numbers."""
    return "publisher-cautions" if any(cell.status == "E" for cell in cells) else ""


def _obliged(row: Row, checks: list[dict[str, Any]], people: dict[tuple[str, str], list[int]]) -> list[str]:
    """The caveats of a row: those that the contract asks for where a column is filled, the publisher's own, and where
    few events stand behind it."""
    filled = [rule["caveat"] for rule in checks if rule["check"] == "caveat-when-filled" and row[rule["field"]]]
    few = next(rule for rule in checks if rule["check"] == "caveat-when-few")
    events = events_behind(row, few, people)
    is_small = events is not None and events < few["fewer_than"]
    return [*filled, *row["caveats"].split(), *([few["caveat"]] if is_small else [])]


def refuse_other(found: Download, row: Row, before: Row, origins: Origins) -> None:
    """A release has one number: raise InputError for another one."""
    for column, at in origins.items():
        if row[column] != before[column]:
            what = ", ".join(row[one] for one in ("definition", "place", "year"))
            allowed = f"{before[column]}, as data/ has it of the release of {row['vintage']}, or a file of another day"
            raise refuse(found.file, at, found.column, found=f"{row[column]} ({what})", allowed=allowed)


def new_places(tables: Tables, made: Additions) -> None:
    """The names of the places that data/ does not have yet."""
    named = {row["place"] for rows in list(made.added.values()) for row, _ in rows} - tables.keyed("places").keys()
    for province in provinces():
        if province["place"] in named:
            made.added["places"].append(({k: v for k, v in province.items() if k != "code"}, {}))


def close(tables: Tables, made: Additions) -> None:
    """The source is reached now; and where Ontario's numbers are read, nothing says any more that they were not."""
    rows = tables.rows("sources")
    made.tables["sources"] = [
        row | {"reached": "true", "published": max(row["published"], made.release)} if row["source"] == SOURCE else row
        for row in rows
    ]
    if all(row["place"] != "Ontario" for row, _ in made.added[REPORTED]):
        return
    made.tables["searches"] = [
        row | SEARCHES[row["search"]] | {"date": max(row["date"], made.release)} if row["search"] in SEARCHES else row
        for row in tables.rows("searches")
    ]
    made.tables["indicators"] = [
        {column: _replaced(text) for column, text in row.items()} for row in tables.rows("indicators")
    ]


def read_in(language: str, tables: Tables, made: Additions) -> None:
    """The edition that the latest release was read in is the source's own; the other one stands in ``editions``."""
    sources, editions = made.tables["sources"], tables.rows("editions")
    source = next(row for row in sources if row["source"] == SOURCE)
    for edition in editions:
        if edition["source"] == SOURCE and edition["language"] == language:
            own = {"language": "title_language", "title": "title", "address": "address"}
            other = {column: source[of_source] for column, of_source in own.items()}
            source |= {of_source: edition[column] for column, of_source in own.items()}
            edition |= other
            made.tables["editions"] = editions


def _replaced(text: str) -> str:
    for unread, read in READ.items():
        text = text.replace(unread, read)
    return text


def check_and_add(found: Download, made: Additions, folder: Path, *, write: bool) -> None:
    """Have the project's own check read the folder with the new tables, and where they are to be written, put them in
    it, all or none. Raises InputError, with the file's own rows, for what the check refuses."""
    folder = folder.resolve()
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as place:
        new, old = Path(place) / "new", Path(place) / "old"
        shutil.copytree(folder, new, symlinks=True)
        tables = Tables(folder)
        for name, rows in made.tables.items():
            with (new / tables.path(name).name).open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
        counts = outcomes.places_add_up(Tables(new), made.tables.get(REPORTED, []), PROVINCES)
        own = [Problem(str(new / f"{REPORTED}.csv"), *problem) for problem in counts]
        if problems := checking.check(new) or own:
            raise InputError(in_the_file(problem, new, folder, found, made) for problem in problems)
        if not write:
            return
        folder.rename(old)
        try:
            new.rename(folder)
        except OSError:
            old.rename(folder)
            raise


def in_the_file(problem: Problem, new: Path, folder: Path, found: Download, made: Additions) -> Problem:
    """A problem of a new row where it stands in the file that was read; any other where it stands in data/."""
    name = Path(problem.file).stem
    before = len(made.tables.get(name, ())) - len(made.added.get(name, ())) + 1
    if isinstance(problem.row, int) and problem.row > before and made.added.get(name):
        _, origins = made.added[name][problem.row - before - 1]
        if at := origins.get(problem.column, min(origins.values(), default=0)):
            return replace(problem, file=found.file, row=at, column=found.column)
    return replace(problem, file=problem.file.replace(str(new), str(folder)))


def additions_in_words(found: Download, made: Additions, folder: Path) -> Iterator[str]:
    """What would be added, in lines for people; each row's parts stand apart by tabs."""
    edition = {"en": "English", "fr": "French"}[found.language]
    yield f"{found.file}: Statistics Canada, table 35-10-0177-01, {edition} edition, {len(found.cells)} numbers"
    why = "as the metadata file says" if found.is_dated else "the file's own date, since it names no release"
    yield f"release of {made.release}" + ("; it is there already" if not made else f" ({why})")
    for name in (REPORTED, OUTCOMES):
        yield from _lines_by_place(name, [row for row, _ in made.added[name]], folder)
    if made.added["places"]:
        yield "places\t" + ", ".join(row["place"] for row, _ in made.added["places"])
    counts = Counter(found.left_out) + Counter({"a year that data/ does not hold": made.out_of_range})
    for cause, count in sorted(counts.items()):
        yield f"left out: {count} of {cause}"
    if made and made.newer:
        yield f"older than the release of {made.newer[-1]} that is there: pages go on showing that one as the latest"


def _lines_by_place(name: str, rows: list[Row], folder: Path) -> Iterator[str]:
    """Rows to add, a line for each place: years, how many, of which definitions, vintage, source, and of how many of
    the years the population is known."""
    people = {(row["place"], row["year"]) for row in Tables(folder).rows("population")}
    for place in dict.fromkeys(row["place"] for row in rows):
        own = [row for row in rows if row["place"] == place]
        years, definitions = sorted({row["year"] for row in own}), dict.fromkeys(row["definition"] for row in own)
        parts = [name, place, f"{years[0]} to {years[-1]}", f"{len(own)} rows", ", ".join(definitions)]
        known = sum((place, year) in people for year in years)
        population = f"population known of {known} of {len(years)} years"
        yield "\t".join([*parts, f"vintage {own[0]['vintage']}", own[0]["source"], population])
