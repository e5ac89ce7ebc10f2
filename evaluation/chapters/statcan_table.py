"""Statistics Canada's table 35-10-0177-01 as downloaded: the zip or the CSV, the English or the French edition.

Its form: Full Table Download (CSV) User Guide, Statistics Canada, 2022. Commas and points in the English edition,
semicolons and commas in the French one; names in either language are read in either. A file is read row by row, so that
one larger than the memory can be.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import IO

from ..problems import InputError, listed, quoted, refuse
from ..problems.foreign import read_bytes, read_rows, said_of

NUMBER = "35100177"  # its product identifier: the table's number without dashes and without its last two digits
TABLE = "table 35-10-0177-01 as downloaded (CSV or zip, the entire table)"
COLUMNS = {
    "year": ("REF DATE", "PERIODE DE REFERENCE"),
    "place": ("GEO", "GEOGRAPHY", "GEOGRAPHIE"),
    "violation": ("VIOLATIONS", "INFRACTIONS"),
    "statistic": ("STATISTICS", "STATISTIQUES"),
    "value": ("VALUE", "VALEUR"),
}
FURTHER = {
    "status": ("STATUS", "STATUT"),
    "scalar": ("SCALAR FACTOR", "FACTEUR SCALAIRE"),
    "coordinate": ("COORDINATE", "COORDONNEES", "COORDONNEE"),
    "decimals": ("DECIMALS", "DECIMALES"),
}
# Symbols in place of a number: not available, not applicable, confidential, too unreliable to be published. An empty
# cell says no more than the first.
WITHOUT = ("", "..", "...", "x", "F")
# Beside a number: revised, preliminary, terminated; A to E are its quality, from excellent to "use with caution".
BESIDE = ("", "r", "p", "t", "A", "B", "C", "D", "E")
UNITS = ("", "units", "unites", "unite", "unit")
YEAR = re.compile(r"([12][0-9]{3})(-01(-01)?)?")
SPANNED = re.compile(r"[12][0-9]{3}(/[0-9]{2}|[/-][12][0-9]{3})")
CODE = re.compile(r"\s*\[(\w+)\]\s*$")
BEFORE_A_COMMA, BEFORE_A_SEMICOLON = re.compile(r"-?[0-9]+(\.[0-9]+)?"), re.compile(r"-?[0-9]+([.,][0-9]+)?")
RATE = re.compile(r"(rate|taux)\W+(per|pour|par|de|d) *100\W?000 (population|people|habitants|personnes)")
RELEASE = re.compile(r"release|diffusion|parution")
PRODUCT = re.compile(r"product id|(id|identificateur|identification) (de|du) produit|numero (de|du) produit")
DATE = re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


@dataclass(frozen=True)
class Cell:
    """One number: of what (see `statistic_of`, `violation_of`), where and when, as text with a point, and its row."""

    violation: str
    statistic: str
    place: str
    year: int
    value: str
    status: str
    row: int


@dataclass
class Download:
    """What was read of a file: its numbers; ``released`` as the file says, or its own date where it does not
    (``is_dated`` false); what was left out, counted by its cause."""

    file: str
    column: str
    language: str = "en"
    released: str = ""
    is_dated: bool = False
    cells: list[Cell] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


@cache
def plain(text: str) -> str:
    """A name for comparison: lower case, no accent, one space between words, no typographic sign."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()
    return " ".join(re.sub(r"[_’'\s]+", " ", bare).split())


@cache
def provinces() -> tuple[dict[str, str], ...]:
    """Canada, its provinces and territories: the rows of places.csv, each with its code in the table."""
    header, *rows = read_rows(Path(__file__).parent / "provinces.csv", "the names of provinces")
    return tuple(dict(zip(header, row, strict=True)) for row in rows)


@cache
def place_of(text: str) -> str:
    """The id of a province, a territory or Canada by its name in either language, with its code or without; empty for
    any other area."""
    code = CODE.search(text)
    name = plain(CODE.sub("", text))
    for row in provinces():
        if name in (plain(row["name_en"]), plain(row["name_fr"]), plain(f"{row['name_en']} / {row['name_fr']}")):
            return row["place"] if not (code and row["code"]) or code[1] == row["code"] else ""
    return ""


@cache
def violation_of(text: str) -> str:
    """Which law a violation is of: ``1525`` (Criminal Code) or ``irpa`` (the immigration law's own trafficking offence,
    6510 in the Uniform Crime Reporting Survey); empty for any other."""
    code, name = CODE.search(text), plain(CODE.sub("", text))
    trafficking = re.search(
        r"trafficking in persons|human trafficking|traite (de|des|d) ?(personnes|etres humains)", name
    )
    if code and code[1] in ("1525", "6510"):
        return "1525" if code[1] == "1525" else "irpa"
    if trafficking and "immigration" in name:
        return "irpa"
    return "1525" if trafficking and not code and not name.startswith("total") else ""


@cache
def statistic_of(text: str) -> str:
    """Which of the table's statistics a name in either language is; empty for one that is not imported."""
    name = plain(text)
    if re.search(r"\b(rate|taux|percent\w*|pourcent\w*|youth|adults?|jeunes|adultes)\b", name):
        return "rate" if RATE.fullmatch(name) else ""
    if re.search(r"actual incident|(affaires|incidents) reel|nombre reel", name):
        return "incidents"
    if re.search(r"unfounded|non fonde", name):
        return "unfounded"
    if re.search(r"persons charged|personnes (accusee|inculpee|mises en accusation)", name):
        return "persons_charged"
    if re.search(r"\bcleared\b|\bclassee?s?\b|\bclassement", name):
        if re.search(r"otherwise|autrement|\bsans\b", name):
            return "cleared_otherwise"
        return (
            "cleared_by_charge"
            if re.search(r"by charge|(par|suivant) (une )?(mise en )?accusation", name)
            else "cleared"
        )
    return ""


def read(path: Path) -> Download:
    """The numbers of a downloaded table. Raises InputError with file, row and column for what is no such table, and for
    the first row that cannot be read."""
    names_table(path, path.name)
    with opened(path) as (name, file, metadata):
        names_table(path, Path(name).name)
        shown = f"{path}/{name}" if name != path.name else str(path)
        try:
            found = read_table(shown, io.TextIOWrapper(file, encoding="utf-8-sig", newline=""))
        except UnicodeDecodeError:
            raise refuse(shown, bad_row(path), found="a byte that is no UTF-8", allowed="UTF-8") from None
        read_metadata(path, metadata, found)
    return found


def names_table(path: Path, name: str) -> None:
    """Refuse a file that by its name is another table."""
    number = re.match(r"(\d{8})(\d\d)?(?!\d)", name)
    if number and number[1] != NUMBER and number[1][2:4] == "10":
        raise refuse(path, found=f"the table {quoted(number[0])} by its name {name}", allowed=TABLE)


@contextmanager
def opened(path: Path) -> Iterator[tuple[str, IO[bytes], tuple[str, bytes]]]:
    """The data file's name and bytes, and the metadata file's where there is one: in the zip, or beside the CSV. Raises
    InputError also for what cannot be read later on, while it is open."""
    try:
        with path.open("rb") as file:
            zipped = file.read(2) == b"PK"
        if not zipped:
            with path.open("rb") as file:
                beside = [p for p in path.parent.iterdir() if p.name.lower() == f"{path.stem.lower()}_metadata.csv"]
                yield path.name, file, (str(beside[0]), read_bytes(beside[0], "metadata")) if beside else ("", b"")
            return
    except FileNotFoundError:
        raise refuse(path, found="no such file", allowed=TABLE) from None
    except IsADirectoryError:
        raise refuse(path, found="a folder", allowed=TABLE) from None
    except OSError as error:
        raise refuse(path, found=said_of(error), allowed=TABLE) from None
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise refuse(path, found=f"a zip that is cut or broken ({error})", allowed=TABLE) from None
    with archive:
        names = [n for n in archive.namelist() if n.lower().endswith(".csv") and not n.startswith("__MACOSX/")]
        metadata = [n for n in names if "metadata" in plain(n).replace("metadonnees", "metadata")]
        tables = [n for n in names if n not in metadata]
        if len(tables) != 1:
            found = f"a zip with {len(tables)} tables ({listed(tables)})" if tables else "a zip without a table"
            raise refuse(path, found=found, allowed=TABLE)
        try:
            about = (f"{path}/{metadata[0]}", archive.read(metadata[0])) if metadata else ("", b"")
            with archive.open(tables[0]) as file:
                yield tables[0], file, about
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
            raise refuse(path, found=f"a zip that cannot be read to its end ({error})", allowed=TABLE) from None


def bad_row(path: Path) -> int:
    """The first row that is no UTF-8."""
    with opened(path) as (_, file, _):
        for number, line in enumerate(file, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 1


def read_table(file: str, lines: IO[str]) -> Download:
    """The numbers of the data file, each row checked."""
    header = next(iter(lines), "")
    separator = max(",;\t", key=header.count)
    names = next(csv.reader([header], delimiter=separator), [])
    where = columns_of(file, names)
    found = Download(file, names[where["value"]], "fr" if plain(names[where["value"]]) == "valeur" else "en")
    rows = Rows(file, names, where, BEFORE_A_COMMA if separator == "," else BEFORE_A_SEMICOLON, found)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        for row in filter(None, reader):  # a blank line is no row
            rows.take(reader.line_num + 1, row)
    except csv.Error as error:
        raise refuse(file, reader.line_num + 1, found=f"broken quoting ({error})", allowed="RFC 4180") from None
    if not any(cell.violation == "1525" and cell.statistic in ("incidents", "rate") for cell in found.cells):
        said = f"; left out: {listed(found.left_out)}" if found.left_out else ""
        allowed = "rows of violation [1525] with actual incidents, of Canada, a province or a territory"
        raise refuse(file, found=f"no number of trafficking in persons{said}", allowed=allowed)
    return found


def columns_of(file: str, names: list[str]) -> dict[str, int]:
    """Where the columns stand that are read. Raises InputError where one that is needed is not there, or twice."""
    bare = [plain(name).upper() for name in names]
    where: dict[str, int] = {}
    for column, known in (COLUMNS | FURTHER).items():
        at = [number for number, name in enumerate(bare) if name in known]
        if len(at) > 1 or (not at and column in COLUMNS):
            found = f"the columns {listed(names)}" if not at else f"the column {names[at[0]]} twice"
            raise refuse(file, 1, known[0].replace(" ", "_"), found=found, allowed=f"{' or '.join(known)}, of {TABLE}")
        where |= {column: at[0]} if at else {}
    return where


@dataclass
class Rows:
    """Takes the rows of a file one by one, and keeps the numbers that are asked for."""

    file: str
    names: list[str]
    where: dict[str, int]
    number: re.Pattern[str]
    found: Download
    seen: dict[tuple[object, ...], int] = field(default_factory=dict)

    def take(self, at: int, row: list[str]) -> None:
        """Keep a row's number, or count why it is left out. Raises InputError for a row that cannot be read."""
        if len(row) != len(self.names):
            raise refuse(self.file, at, found=f"{len(row)} cells", allowed=f"{len(self.names)} cells")
        where, value, year = self.where, row[self.where["value"]].strip(), row[self.where["year"]].strip()
        status = row[where["status"]].strip() if "status" in where else ""
        if value not in WITHOUT and not self.number.fullmatch(value):
            raise self.refuse(at, "value", value, "a number, or a status symbol")
        if not YEAR.fullmatch(year) and not SPANNED.fullmatch(year):
            raise self.refuse(at, "year", year, "a year (2024), or a span of two (2023/2024)")
        violation, statistic = violation_of(row[where["violation"]]), statistic_of(row[where["statistic"]])
        place = place_of(row[where["place"]])
        if not (violation and statistic and place):
            self.found.left_out[
                "another violation" if not violation else "another statistic" if place else "another area"
            ] += 1
            return
        self.once(at, row, (violation, statistic, place, year))
        if value in WITHOUT or status in ("x", "F", "..", "..."):
            self.found.left_out[f"no number ({value or status or 'empty'})"] += 1
        elif SPANNED.fullmatch(year) and not YEAR.fullmatch(year):
            self.found.left_out[f"a span of two years ({year})"] += 1
        else:
            self.keep(at, row, Cell(violation, statistic, place, int(year[:4]), value, status, at))

    def once(self, at: int, row: list[str], key: tuple[str, ...]) -> None:
        """Refuse a number that stands in the file twice, by its names or by its coordinate."""
        keys: list[tuple[str, ...]] = [key]
        if "coordinate" in self.where and (coordinate := row[self.where["coordinate"]].strip()):
            keys.append((coordinate, key[-1]))
        for one in keys:
            if one in self.seen:
                column = "coordinate" if "coordinate" in self.where else "statistic"
                found = f"{row[self.where[column]]}, {key[-1]} a second time, first in row {self.seen[one]}"
                raise refuse(self.file, at, self.names[self.where[column]], found=found, allowed="each number once")
            self.seen[one] = at

    def keep(self, at: int, row: list[str], cell: Cell) -> None:
        """Keep a number as it is published. Raises InputError for a symbol, a factor or a number that is none of it."""
        if cell.status not in BESIDE:
            raise self.refuse(at, "status", cell.status, listed([*BESIDE[1:], *WITHOUT[1:]]))
        scalar = row[self.where["scalar"]] if "scalar" in self.where else ""
        if plain(scalar) not in UNITS:
            raise self.refuse(at, "scalar", scalar, "units: neither counts nor rates come in thousands")
        whole, _, decimals = cell.value.replace(",", ".").partition(".")
        if cell.value.startswith("-") or (cell.statistic != "rate" and decimals.strip("0")):
            raise self.refuse(at, "value", cell.value, "zero or more" if cell.statistic == "rate" else "a whole number")
        places = row[self.where["decimals"]].strip() if "decimals" in self.where else ""
        # Trailing zeros that a copy drops; the table's rates have two decimals.
        padded = f"{int(whole)}.{decimals.ljust(int(places) if places.isdecimal() else 2, '0')}".removesuffix(".")
        value = padded if cell.statistic == "rate" else str(int(whole))
        self.found.cells.append(Cell(**(vars(cell) | {"value": value})))

    def refuse(self, at: int, column: str, found: str, allowed: str) -> InputError:
        return refuse(self.file, at, self.names[self.where[column]], found=quoted(found), allowed=allowed)


def read_metadata(path: Path, metadata: tuple[str, bytes], found: Download) -> None:
    """Which table it is and when it was released, as far as the metadata file says; else the file's own date."""
    file, content = metadata
    for row, name, cell in said_in(content.decode("utf-8-sig", "replace")):
        number = re.sub(r"\D", "", cell)
        if PRODUCT.search(name) and number and number[:8] != NUMBER:
            raise refuse(file, row, name, found=f"the table {quoted(cell)}", allowed=TABLE)
        if RELEASE.search(name) and (day := DATE.search(cell)):
            found.released, found.is_dated = day[0], True
    if not found.is_dated:
        found.released = own_date(path)
    last = max(cell.year for cell in found.cells)
    if int(found.released[:4]) < last:
        where = file if found.is_dated else path
        allowed = f"one of {last} or later, the last year of its numbers"
        raise refuse(where, found=f"{found.released} as the day of the release", allowed=allowed)


def said_in(text: str) -> Iterator[tuple[int, str, str]]:
    """What a metadata file says: row, name, value. The value stands below the name, or beside it."""
    rows: list[list[str]] = []
    with suppress(csv.Error):  # none of it is needed
        separator = ";" if text.count(";") > text.count(",") else ","
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    for at, (row, below) in enumerate(zip(rows, [*rows[1:], []], strict=False), start=1):
        for name, value, beside in zip_longest(row, below[: len(row)], row[1:], fillvalue=""):
            if len(name) < 50:  # a note may speak of releases too
                yield at + 1, plain(name), value
                yield at, plain(name), beside


def own_date(path: Path) -> str:
    """The day of a file: that of the table in a zip, where it is earlier than that of the zip."""
    days = [date.fromtimestamp(path.stat().st_mtime)]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            days += [date(*entry.date_time[:3]) for entry in archive.infolist() if entry.date_time[0] > 1980]
    return min(days).isoformat()
