"""Statistics Canada's table 35-10-0177-01 as downloaded: the zip or the CSV, the English or the French edition.

Its form: Full Table Download (CSV) User Guide, Statistics Canada, 2022. Commas and points in the English edition,
semicolons and commas in the French one; names in either language are read in either. A file is read row by row, so that
one larger than the memory can be.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import IO

from ..language.spelling import without_accents
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
TRAFFICKING = re.compile(r"trafficking in persons|human trafficking|traite (de|des|d) ?(personnes|etres humains)")
# What a statistic is by the first of these in its name, in either language; nothing is imported of one without a name.
STATISTICS = {
    re.compile(r"^(rate|taux)\W+(per|pour|par|de|d) *100\W?000 (population|people|habitants|personnes)$"): "rate",
    re.compile(r"(percent|pourcent).*(unfounded|non fonde)"): "percent_unfounded",
    re.compile(r"\b(rate|taux|percent\w*|pourcent\w*)\b"): "",
    re.compile(r"unfounded|non fonde"): "unfounded",
    re.compile(r"\b(not|non)\b"): "",  # youths not charged
    re.compile(r"\badult"): "adults_charged",
    re.compile(r"\b(youth|jeune)"): "youths_charged",
    re.compile(r"actual incident|(affaires|incidents) reel|nombre reel"): "incidents",
    re.compile(r"persons charged|personnes (accusee|inculpee|mises en accusation)"): "persons_charged",
    re.compile(r"\b(cleared|class(ee?s?|ement)\b).*(otherwise|autrement|\bsans\b)"): "cleared_otherwise",
    re.compile(r"\b(cleared|class(ee?s?|ement)\b).*(by charge|(par|suivant) .*accusation)"): "cleared_by_charge",
    re.compile(r"\b(cleared|class(ee?s?|ement)\b)"): "cleared",
}
# Read to be held against the numbers beside them, and not imported.
CHECKED = ("percent_unfounded", "adults_charged", "youths_charged")
RELEASE = re.compile(r"(release|publication) (time|date)|date of release|(date|heure) de (la )?(diffusion|parution)")
PRODUCT = re.compile(r"product id|(id|identificateur|identification) (de|du) produit|numero (de|du) produit")
DATE = re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


@dataclass(frozen=True)
class DownloadedNumber:
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
    cells: list[DownloadedNumber] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


@cache
def _plain(text: str) -> str:
    """A name for comparison: lower case, no accent, one space between words, no typographic sign."""
    return " ".join(re.sub(r"[_’'\s]+", " ", without_accents(text)).split())


@cache
def provinces() -> tuple[dict[str, str], ...]:
    """Canada, its provinces and territories: the rows of places.csv, each with its code in the table."""
    header, *rows = read_rows(Path(__file__).parent / "provinces.csv", "the names of provinces")
    return tuple(dict(zip(header, row, strict=True)) for row in rows)


@cache
def place_id(text: str) -> str:
    """The id of a province, a territory or Canada by its name in either language, with its code or without; empty for
    any other area."""
    code, name = CODE.search(text), _plain(CODE.sub("", text))
    for row in provinces():
        if name in (_plain(row["name_en"]), _plain(row["name_fr"]), _plain(f"{row['name_en']} / {row['name_fr']}")):
            return row["place"] if not (code and row["code"]) or code[1] == row["code"] else ""
    return ""


@cache
def violation_of(text: str) -> str:
    """Which law a violation is of: ``1525`` (Criminal Code) or ``irpa`` (the immigration law's own trafficking offence,
    6510 in the Uniform Crime Reporting Survey); empty for any other."""
    code, name = CODE.search(text), _plain(CODE.sub("", text))
    if code and code[1] in ("1525", "6510"):
        return "1525" if code[1] == "1525" else "irpa"
    if not TRAFFICKING.search(name):
        return ""
    return "irpa" if "immigration" in name else "1525" if not code and not name.startswith("total") else ""


@cache
def statistic_of(text: str) -> str:
    """Which of the table's statistics a name in either language is; empty for one that is not read."""
    return next((statistic for name, statistic in STATISTICS.items() if name.search(_plain(text))), "")


def read(path: Path) -> Download:
    """The numbers of a downloaded table. Raises InputError with file, row and column for what is no such table, and for
    the first row that cannot be read."""
    with opened(path) as (name, file, metadata):
        shown = f"{path}/{name}" if name != path.name else str(path)
        found = _read_data_file(shown, decoded(shown, file))
        read_metadata(path, metadata, found)
    return found


Opened = tuple[str, IO[bytes], tuple[str, bytes]]


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """The data file's name and bytes, and the metadata file's where there is one: in the zip, or beside the CSV. Raises
    InputError also for what cannot be read later on, while it is open."""
    try:
        with path.open("rb") as file:
            if file.read(2) == b"PK":
                with zipfile.ZipFile(path) as archive:
                    yield from in_zip(path, archive)
            else:
                file.seek(0)
                beside = [p for p in path.parent.iterdir() if p.name.lower() == f"{path.stem.lower()}_metadata.csv"]
                yield path.name, file, (str(beside[0]), read_bytes(beside[0], "metadata")) if beside else ("", b"")
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise refuse(path, found=f"a zip that is cut or broken ({error})", allowed=TABLE) from None
    except OSError as error:
        words = {FileNotFoundError: "no such file", IsADirectoryError: "a folder"}
        raise refuse(path, found=words.get(type(error)) or said_of(error), allowed=TABLE) from None


def in_zip(path: Path, archive: zipfile.ZipFile) -> Iterator[Opened]:
    """The one table of a zip and its metadata. A row that cannot be read may be the zip's fault, which is told then."""
    names = [n for n in archive.namelist() if n.lower().endswith(".csv") and not n.startswith("__MACOSX/")]
    metadata = [n for n in names if "metadata" in _plain(n).replace("metadonnees", "metadata")]
    tables = [n for n in names if n not in metadata]
    if len(tables) != 1:
        found = f"a zip with {len(tables)} tables ({listed(tables)})" if tables else "a zip without a table"
        raise refuse(path, found=found, allowed=TABLE)
    try:
        with archive.open(tables[0]) as file:
            about = (f"{path}/{metadata[0]}", archive.read(metadata[0])) if metadata else ("", b"")
            yield tables[0], file, about
    except InputError:
        if wrong := archive.testzip():
            raise zipfile.BadZipFile(f"{wrong} is not what its checksum says") from None
        raise


def _read_data_file(file: str, lines: Iterator[str]) -> Download:
    """The numbers of the data file, each row checked."""
    header = next(lines, "")
    separator = max(",;\t", key=header.count)
    names = next(csv.reader([header], delimiter=separator), [])
    where = columns_of(file, names)
    found = Download(file, names[where["value"]], "fr" if _plain(names[where["value"]]) == "valeur" else "en")
    rows = RowReader(names, where, BEFORE_A_COMMA if separator == "," else BEFORE_A_SEMICOLON, found)
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
    check_charged(found)
    found.cells = [cell for cell in found.cells if cell.statistic not in CHECKED]
    return found


def decoded(file: str, raw: IO[bytes]) -> Iterator[str]:
    """The lines of a file of UTF-8."""
    for number, line in enumerate(raw, start=1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise refuse(file, number, found="a byte that is no UTF-8", allowed="UTF-8") from None


def columns_of(file: str, names: list[str]) -> dict[str, int]:
    """Where the columns stand that are read. Raises InputError where one that is needed is not there, or twice."""
    bare = [_plain(name).upper() for name in names]
    where: dict[str, int] = {}
    for column, known in (COLUMNS | FURTHER).items():
        at = [number for number, name in enumerate(bare) if name in known]
        if len(at) > 1 or (not at and column in COLUMNS):
            found = f"the columns {listed(names)}" if not at else f"the column {names[at[0]]} twice"
            raise refuse(file, 1, known[0].replace(" ", "_"), found=found, allowed=f"{' or '.join(known)}, of {TABLE}")
        where |= {column: at[0]} if at else {}
    return where


@dataclass
class RowReader:
    """Takes the rows of a file one by one, and keeps the numbers that are asked for."""

    names: list[str]
    where: dict[str, int]
    number: re.Pattern[str]
    found: Download
    seen: dict[tuple[str, ...], int] = field(default_factory=dict)

    def take(self, at: int, row: list[str]) -> None:
        """Keep a row's number, or count why it is left out. Raises InputError for a row that cannot be read; of those
        of other violations nothing else is."""
        if len(row) != len(self.names):
            raise refuse(self.found.file, at, found=f"{len(row)} cells", allowed=f"{len(self.names)} cells")
        violation = violation_of(row[self.where["violation"]])
        if violation:
            cells = {column: row[number].strip() for column, number in self.where.items()}
            cause = self.left_out(at, violation, cells)
        elif row[self.where["violation"]].strip():
            cause = "another violation"
        else:
            raise self._refusal(at, "violation", "an empty cell", "a name")
        if cause:
            self.found.left_out[cause] += 1

    def left_out(self, at: int, violation: str, cells: dict[str, str]) -> str:
        """Why a number of trafficking is left out; empty where it is kept."""
        value, year, status = cells["value"], cells["year"], cells.get("status", "")
        for column in ("place", "statistic"):
            if not cells[column]:
                raise self._refusal(at, column, "an empty cell", "a name")
        if value not in WITHOUT and not self.number.fullmatch(value):
            raise self._refusal(at, "value", quoted(value), "a number, or a status symbol")
        if not YEAR.fullmatch(year) and not SPANNED.fullmatch(year):
            raise self._refusal(at, "year", quoted(year), "a year (2024), or a span of two (2023/2024)")
        place, statistic = place_id(cells["place"]), statistic_of(cells["statistic"])
        if not (place and statistic):
            return "another statistic" if place else "another area"
        self.once(at, (violation, statistic, place, year), cells)
        if value in WITHOUT or status in WITHOUT[1:]:
            return f"no number ({value or status or 'empty'})"
        if not YEAR.fullmatch(year):
            return f"a span of two years ({year})"
        value = self.published(at, statistic, cells)
        self.found.cells.append(DownloadedNumber(violation, statistic, place, int(year[:4]), value, status, at))
        return ""

    def once(self, at: int, names: tuple[str, ...], cells: dict[str, str]) -> None:
        """Refuse a number that stands in the file twice, by its names or by its coordinate."""
        column = "coordinate" if cells.get("coordinate") else "statistic"
        for key in (names, (cells[column], names[-1])) if column == "coordinate" else (names,):
            if (first := self.seen.setdefault(key, at)) != at:
                found = f"{cells[column]}, {names[-1]} a second time, first in row {first}"
                raise self._refusal(at, column, found, "each number once")

    def published(self, at: int, statistic: str, cells: dict[str, str]) -> str:
        """A number as it is published. Raises InputError for a symbol, a factor or a number that is none of it."""
        status, places = cells.get("status", ""), cells.get("decimals", "")
        if status not in BESIDE:
            raise self._refusal(at, "status", quoted(status), listed([*BESIDE[1:], *WITHOUT[1:]]))
        if _plain(cells.get("scalar", "")) not in UNITS:
            allowed = "units: neither counts nor rates come in thousands"
            raise self._refusal(at, "scalar", quoted(cells["scalar"]), allowed)
        if not re.fullmatch("[0-9]?", places):
            raise self._refusal(at, "decimals", quoted(places), "0 to 9")
        whole, _, decimals = cells["value"].replace(",", ".").partition(".")
        limit = {"rate": "zero or more", "percent_unfounded": "0 to 100"}.get(statistic, "a whole number, zero or more")
        if whole.startswith("-") or (limit == "a whole number, zero or more" and decimals.strip("0")):
            raise self._refusal(at, "value", quoted(cells["value"]), limit)
        if limit == "0 to 100" and float(f"{whole}.{decimals}") > 100:
            raise self._refusal(at, "value", quoted(cells["value"]), limit)
        # Trailing zeros that a copy drops; the table's rates have two decimals.
        padded = f"{int(whole)}.{decimals.ljust(int(places or 2), '0')}".removesuffix(".")
        return padded if statistic == "rate" else str(int(whole))

    def _refusal(self, at: int, column: str, found: str, allowed: str) -> InputError:
        """The error of a cell, in the row ``at`` of the file."""
        return refuse(self.found.file, at, self.names[self.where[column]], found=found, allowed=allowed)


def check_charged(found: Download) -> None:
    """Adults and youths who were charged are persons charged. Raises InputError where they are more."""
    charged: dict[tuple[str, int], dict[str, DownloadedNumber]] = {}
    for cell in found.cells:
        if cell.violation == "1525" and cell.statistic.endswith("_charged"):
            charged.setdefault((cell.place, cell.year), {})[cell.statistic] = cell
    for cells in charged.values():
        whole = cells.pop("persons_charged", None)
        if whole and sum(int(part.value) for part in cells.values()) > int(whole.value):
            most = max(cells.values(), key=lambda part: int(part.value))
            allowed = f"{whole.value} at most with all other ages, the persons charged in row {whole.row}"
            raise refuse(found.file, most.row, found.column, found=most.value, allowed=allowed)


def read_metadata(path: Path, metadata: tuple[str, bytes], found: Download) -> None:
    """Which table it is and when it was released, as far as the metadata file says; else the file's own date."""
    file, content = metadata
    for name, value in said_in(content.decode("utf-8-sig", "replace")):
        number = re.sub(r"\D", "", value)
        if PRODUCT.search(name) and number and number[:8] != NUMBER:
            raise refuse(file, found=f"the table {quoted(value)}", allowed=TABLE)
        if RELEASE.fullmatch(name) and (day := DATE.search(value)):
            found.released, found.is_dated = day[0], True
    if not found.is_dated:
        found.released = own_date(path)
    last = max(cell.year for cell in found.cells)
    if int(found.released[:4]) < last:
        where = file if found.is_dated else path
        allowed = f"one of {last} or later, the last year of its numbers"
        raise refuse(where, found=f"{found.released} as the day of the release", allowed=allowed)


def said_in(text: str) -> Iterator[tuple[str, str]]:
    """The names of a metadata file, each with what stands below it and beside it. None of it is needed."""
    separator = max(",;", key=text.count)
    with suppress(csv.Error):
        for row, below in pairwise([*csv.reader(io.StringIO(text, newline=""), delimiter=separator), []]):
            yield from ((_plain(name), value) for name, value in [*zip(row, below, strict=False), *pairwise(row)])


def own_date(path: Path) -> str:
    """The day of a file: that of the table in a zip, where it is earlier than that of the zip."""
    days = [date.fromtimestamp(path.stat().st_mtime)]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            days += [date(*entry.date_time[:3]) for entry in archive.infolist() if entry.date_time[0] > 1980]
    return min(days).isoformat()
