"""Reader of Statistics Canada's table 35-10-0177-01 as downloaded: zip or CSV, English or French edition.

Its format: Full Table Download (CSV) User Guide, Statistics Canada, 2022. The English edition uses commas and points,
the French one semicolons and commas; names in either language are accepted in both. Of a file larger than memory only
the rows on trafficking are loaded. Without it `evaluation import` has nothing to read.
"""

import csv
import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import pandas as pd

from ..language.spelling import without_accents
from ..problems import InputError, listed, quoted, refuse
from ..problems.foreign import os_reason, read_bytes, read_rows

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
YEAR, SPANNED = r"[12][0-9]{3}(?:-01(?:-01)?)?", r"[12][0-9]{3}(?:/[0-9]{2}|[/-][12][0-9]{3})"
CODE = re.compile(r"\s*\[(\w+)\]\s*$")
# The table's total for the immigration law counts its other offences too: it is never taken for trafficking.
IMMIGRATION_TOTAL = "620"
BEFORE_A_COMMA, BEFORE_A_SEMICOLON = r"-?[0-9]+(?:\.[0-9]+)?", r"-?[0-9]+(?:[.,][0-9]+)?"
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
# Read to check other numbers, and not imported.
CHECKED = ("percent_unfounded", "adults_charged", "youths_charged")
RELEASE = re.compile(r"(release|publication) (time|date)|date of release|(date|heure) de (la )?(diffusion|parution)")
PRODUCT = re.compile(r"product id|(id|identificateur|identification) (de|du) produit|numero (de|du) produit")
# Resource limits for untrusted files, each several times the size of the publisher's own table.
MOST_MEMBERS = 20  # it comes with its metadata, two files
MOST_LISTED = 1_000_000  # bytes of a zip's list of its members; that of two has some 200
MOST_UNPACKED, MOST_METADATA = 4_000_000_000, 5_000_000  # bytes; it has about one and a half billion, and some 100,000
MOST_TESTED = 200_000_000  # bytes whose checksums are looked at first, in about a second
MOST_RATIO = 250  # compression ratio: such tables have 20 to 60, one repeated character has a thousand
MOST_LINE = 50_000  # characters; its lines have some 300
MOST_ROWS = 150_000  # of trafficking, which stay in memory: twice all of its places, years and statistics
KNOWN_NAMES = 10_000  # different names of violations, places and statistics that are remembered
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the publisher packs by the second; others eat memory
DATE = re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


@dataclass
class Download:
    """The content of a file: its ``numbers``, one row each, by what they count (see `statistic_of`, `law_of`), place
    and time, as text with a decimal point, with status and ``row`` in the file (the head is row 1); the ``names`` of
    its columns; ``released`` as stated, or else the file's date (``is_dated`` false); the number of rows left out, by
    cause."""

    file: str
    names: dict[str, str]
    released: str = ""
    is_dated: bool = False
    numbers: pd.DataFrame = field(default_factory=pd.DataFrame)
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def language(self) -> str:
        """The language of the edition, en or fr, by the name of its column of values."""
        return "fr" if _normalize(self.names["value"]) == "valeur" else "en"

    def require(self, rows: pd.DataFrame, valid: pd.Series, column: str, allowed: str) -> None:
        """Raise InputError for the first row that is not ``valid`` (a mask of ``rows``), quoting its cell in
        ``column``."""
        for row, cell in rows.loc[~valid, ["row", column]].itertuples(index=False):
            actual = quoted(cell) if cell else "an empty cell"
            raise refuse(self.file, row, self.names[column], actual=actual, allowed=allowed)

    def keep_rows(self, rows: pd.DataFrame, selected: pd.Series, cause: str | pd.Series) -> pd.DataFrame:
        """The rows of the mask ``selected``; the others are counted in ``left_out``, by ``cause`` (one for all, or one
        for each row)."""
        self.left_out.update(pd.Series(cause, rows.index)[~selected])
        return rows[selected]


@lru_cache(KNOWN_NAMES)
def _normalize(text: str) -> str:
    """A name normalized for comparison: lower case, no accents, single spaces, also for underscores and apostrophes."""
    return " ".join(re.sub(r"[_’'\s]+", " ", without_accents(text)).split())


@cache
def read_package_table(file: str) -> tuple[dict[str, str], ...]:
    """The rows of a CSV file beside this module, by column, read once: not to be changed."""
    header, *rows = read_rows(Path(__file__).parent / file, "a table of the package")
    return tuple(dict(zip(header, row, strict=True)) for row in rows)


def provinces() -> tuple[dict[str, str], ...]:
    """Canada, its provinces and territories, as rows of places.csv with one more cell ``code``, that in names of the
    table (empty for none)."""
    return read_package_table("provinces.csv")


@lru_cache(KNOWN_NAMES)
def place_id(text: str) -> str:
    """The id of a province, a territory or Canada from its name in either language, with or without its code in
    brackets; empty for other areas, and for a code of another place."""
    code, name = CODE.search(text), _normalize(CODE.sub("", text))
    for row in provinces():
        names = (row["name_en"], row["name_fr"], f"{row['name_en']} / {row['name_fr']}")
        if name in map(_normalize, names):
            return row["place"] if not (code and row["code"]) or code[1] == row["code"] else ""
    return ""


@lru_cache(KNOWN_NAMES)
def contradicted_place(text: str) -> str:
    """The place (its id) to name in the refusal of a name whose code and words contradict each other (``0ntario [35]``
    is Ontario by its code): that of the code, or else of the words. Empty if they agree, without a code, and if neither
    is a province, a territory or Canada."""
    code, known = CODE.search(text), place_id(CODE.sub("", text))
    of_code = next((row["place"] for row in provinces() if code and row["code"] and code[1] == row["code"]), "")
    return (of_code or known) if code and of_code != known and (of_code or place_id(text) != known) else ""


@lru_cache(KNOWN_NAMES)
def law_of(violation: str) -> str:
    """The law of a ``violation`` by its name: ``1525`` (Criminal Code) or ``irpa`` (immigration law) by the code [1525]
    or [6510]; else of a name that speaks of trafficking ``irpa`` if it says immigration, ``1525`` if it has no code and
    is no total. Empty for any other."""
    code, name = CODE.search(violation), _normalize(CODE.sub("", violation))
    if code and code[1] in ("1525", "6510"):
        return "1525" if code[1] == "1525" else "irpa"
    if not TRAFFICKING.search(name):
        return ""
    return "irpa" if "immigration" in name else "1525" if not code and not name.startswith("total") else ""


@lru_cache(KNOWN_NAMES)
def omission_reason(violation: str) -> str:
    """The reason, in words, why the rows of a violation (its name with its code) are left out; the total of the
    immigration law, which resembles trafficking, has one of its own."""
    code = CODE.search(violation)
    if code and code[1] == IMMIGRATION_TOTAL:
        return f"the total [{IMMIGRATION_TOTAL}], which counts every offence under the immigration law"
    return "another violation"


@lru_cache(KNOWN_NAMES)
def statistic_of(text: str) -> str:
    """The statistic that a name in either language denotes (a value of STATISTICS, the first that matches); empty for
    one that is not read."""
    return next((statistic for name, statistic in STATISTICS.items() if name.search(_normalize(text))), "")


def read_download(path: Path) -> Download:
    """Read a downloaded table, a zip or a CSV with its metadata file beside it. Raises InputError for another table, a
    file that cannot be read or exceeds a limit, and for the first invalid row."""
    if path.exists() and not path.is_file():
        raise refuse(path, actual="a folder" if path.is_dir() else "no regular file", allowed=TABLE)
    try:
        with path.open("rb") as file:
            if file.read(2) == b"PK":
                with LimitedFile(io.FileIO(path)) as packed, zipfile.ZipFile(packed) as archive:
                    return _read_zip(path, archive)
            file.seek(0)
            download = read_numbers(str(path), file)
            metadata = [p for p in path.parent.iterdir() if p.name.lower() == f"{path.stem.lower()}_metadata.csv"]
            return set_release(
                path, download, *((str(p), read_bytes(p, "metadata", MOST_METADATA)) for p in metadata[:1])
            )
    except InputError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OverflowError, struct.error) as error:
        raise refuse(path, actual=f"a zip that is cut or broken ({error})", allowed=TABLE) from None
    except OSError as error:
        raise refuse(path, actual=os_reason(error), allowed=TABLE) from None


class LimitedFile(io.BufferedReader):
    """A file that refuses a single read of more than MOST_LISTED bytes, such as that of a zip's directory, which
    `zipfile` reads at once before its content can be examined."""

    def read(self, size: int | None = -1, /) -> bytes:
        """As in any file; raises BadZipFile if ``size`` exceeds the limit; None and -1 (all) are not limited."""
        if size is not None and size > MOST_LISTED:
            raise zipfile.BadZipFile(f"a list of members of {size} bytes; {MOST_LISTED} at most")
        return super().read(size)


def _read_zip(path: Path, archive: zipfile.ZipFile) -> Download:
    """The single table of a zip, with its metadata if there are any. Raises InputError for no or several tables,
    BadZipFile for a wrong checksum."""
    check_zip_members(path, archive)
    size = sum(member.file_size for member in archive.infolist())
    if size <= MOST_TESTED and (broken := archive.testzip()):  # in a larger one, reading detects it at its end
        raise zipfile.BadZipFile(f"{broken} is not what its checksum says")
    names = [n for n in archive.namelist() if n.lower().endswith(".csv") and not n.startswith("__MACOSX/")]
    metadata = [n for n in names if "metadata" in _normalize(n).replace("metadonnees", "metadata")]
    tables = [n for n in names if n not in metadata]
    if len(tables) != 1:
        actual = f"a zip with {len(tables)} tables ({listed(tables)})" if tables else "a zip without a table"
        raise refuse(path, actual=actual, allowed=TABLE)
    with archive.open(tables[0]) as file:
        download = read_numbers(f"{path}/{tables[0]}", file)
    return set_release(path, download, *((f"{path}/{n}", _metadata(archive, n)) for n in metadata[:1]))


def check_zip_members(path: Path, archive: zipfile.ZipFile) -> None:
    """Raise InputError for a zip with too many, too large, unusually compressed, encrypted, duplicate or overlapping
    members, before any is unpacked."""
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise refuse(path, actual=f"a zip of {len(members)} files", allowed=f"{MOST_MEMBERS} files at most")
    if len({member.filename.casefold() for member in members}) < len(members):
        raise refuse(path, actual="a zip with two files of one name", allowed=TABLE)
    end = 0
    for member in sorted(members, key=lambda entry: entry.header_offset):
        name, size = f"{path}/{member.filename}", member.file_size
        if member.header_offset < end:
            raise refuse(name, actual="a file that lies in another of the zip", allowed=TABLE)
        end = member.header_offset + member.compress_size
        if member.flag_bits & 1 or member.compress_type not in METHODS:
            raise refuse(name, actual="a file that is encrypted, or not packed by deflate", allowed=TABLE)
        if size > MOST_UNPACKED or size > MOST_RATIO * max(member.compress_size, 1000):
            allowed = f"{MOST_UNPACKED} at most, and {MOST_RATIO} times the packed"
            raise refuse(name, actual=f"{size} bytes of {member.compress_size} packed ones", allowed=allowed)


def _metadata(archive: zipfile.ZipFile, name: str) -> bytes:
    """The content of a zip's metadata file. Raises InputError for more than MOST_METADATA bytes."""
    with archive.open(name) as file:
        content = file.read(MOST_METADATA + 1)
    if len(content) > MOST_METADATA:
        raise refuse(f"{archive.filename}/{name}", actual="too many bytes", allowed=f"{MOST_METADATA} at most")
    return content


def _lines(file: str, lines: IO[str]) -> Iterator[str]:
    """The lines of a file, with their ends. Raises InputError for one of more than MOST_LINE characters."""
    number = 1
    while line := lines.readline(MOST_LINE + 1):
        if len(line) > MOST_LINE:
            raise refuse(file, number, actual="a line too long", allowed=f"{MOST_LINE} characters at most")
        number += 1
        yield line


def read_numbers(file: str, raw: IO[bytes]) -> Download:
    """The checked numbers of the data file ``raw``, called ``file`` in messages; the release is not yet set. Raises
    InputError for a wrong head, the first invalid row, more than MOST_ROWS of trafficking, and none of its counts and
    rates."""
    lines = _lines(file, io.TextIOWrapper(raw, "utf-8-sig", newline=""))
    reader = csv.reader(lines, strict=True)
    try:
        header = next(lines, "")
        separator = max(",;\t", key=header.count)
        names = next(csv.reader([header], delimiter=separator), [])
        where = column_positions(file, names)
        download = Download(file, {column: names[place] for column, place in where.items()})
        reader, cells_read = csv.reader(lines, delimiter=separator, strict=True), list[dict[str, Any]]()
        for row in filter(None, reader):  # a blank line is no row
            row_number = reader.line_num + 1
            if len(row) != len(names):
                raise refuse(file, row_number, actual=f"{len(row)} cells", allowed=f"{len(names)} cells")
            if law := law_of(row[where["violation"]]):
                cells = {column: row[place].strip() for column, place in where.items()}
                if len(cells_read) == MOST_ROWS:
                    raise refuse(file, row_number, actual="more rows of trafficking", allowed=f"{MOST_ROWS} at most")
                cells_read.append(dict.fromkeys(FURTHER, "") | cells | {"violation": law, "row": row_number})
            else:
                download.left_out[omission_reason(row[where["violation"]])] += 1
    except csv.Error as error:
        raise refuse(file, reader.line_num + 1, actual=f"broken quoting ({error})", allowed="RFC 4180") from None
    except UnicodeDecodeError:
        raise refuse(file, actual="a byte that is not UTF-8", allowed="UTF-8") from None
    rows = pd.DataFrame(cells_read, columns=[*COLUMNS, *FURTHER, "row"], dtype=object)
    rows = usable_rows(download, rows, BEFORE_A_COMMA if separator == "," else BEFORE_A_SEMICOLON)
    check_values(download, rows)
    if not (rows.violation.eq("1525") & rows.statistic.isin(("incidents", "rate"))).any():
        omitted = f"; left out: {listed(download.left_out)}" if download.left_out else ""
        allowed = "rows of violation [1525] with actual incidents, of Canada, a province or a territory"
        raise refuse(file, actual=f"no number of trafficking in persons{omitted}", allowed=allowed)
    values = [printed_number(*cells) for cells in zip(rows.statistic, rows.value, rows.decimals, strict=True)]
    rows = rows.assign(year=rows.year.str[:4].astype(int), value=values)
    check_charged(download, rows[rows.violation == "1525"])
    download.numbers = rows[~rows.statistic.isin(CHECKED)]
    return download


def column_positions(file: str, names: list[str]) -> dict[str, int]:
    """The positions, from 0, in the head of a file (``names``) of the columns that are read, by their keys in COLUMNS
    and FURTHER; those of FURTHER may be missing. Raises InputError for a missing or duplicate one."""
    bare = [_normalize(name).upper() for name in names]
    where: dict[str, int] = {}
    for column, known in (COLUMNS | FURTHER).items():
        positions = [number for number, name in enumerate(bare) if name in known]
        if len(positions) > 1 or (not positions and column in COLUMNS):
            actual = f"the columns {listed(names)}" if not positions else f"the column {names[positions[0]]} twice"
            raise refuse(
                file, 1, known[0].replace(" ", "_"), actual=actual, allowed=f"{' or '.join(known)}, of {TABLE}"
            )
        where |= {column: positions[0]} if positions else {}
    return where


def usable_rows(download: Download, rows: pd.DataFrame, number_pattern: str) -> pd.DataFrame:
    """The rows with a number for a single year, a known place and a statistic that is read, names replaced by ids; the
    others are counted in ``download.left_out``. Raises InputError for the first unreadable row, whatever it counts, and
    for a second number of one statistic, place and year."""
    for column in ("place", "statistic"):
        download.require(rows, rows[column] != "", column, "a name")
    for row, cell in rows.loc[rows.place.map(contradicted_place) != "", ["row", "place"]].itertuples(index=False):
        allowed = f"a code and a name of one place, such as {contradicted_place(cell)}'s own"
        raise refuse(download.file, row, download.names["place"], actual=quoted(cell), allowed=allowed)
    readable = rows.value.isin(WITHOUT) | rows.value.str.fullmatch(number_pattern)
    download.require(rows, readable, "value", "a number, or a status symbol")
    one_year = rows.year.str.fullmatch(YEAR)
    download.require(rows, one_year | rows.year.str.fullmatch(SPANNED), "year", "a year (2024), or a span (2023/2024)")
    rows = rows.assign(place=rows.place.map(place_id), kind=rows.statistic.map(statistic_of), one_year=one_year)
    rows = download.keep_rows(rows, rows.place != "", "another area")
    rows = download.keep_rows(rows, rows.kind != "", "another statistic")
    for column, key in (("coordinate", ["coordinate"]), ("statistic", ["violation", "kind", "place"])):
        once = ~rows.duplicated([*key, "year"]) | (rows[column] == "")
        download.require(rows, once, column, "each number of a year once")
    symbol = rows.status.where(rows.status.isin(WITHOUT[1:]), rows.value.where(rows.value.isin(WITHOUT), "a number"))
    rows = download.keep_rows(rows, symbol == "a number", "no number (" + symbol.replace("", "empty") + ")")
    rows = download.keep_rows(rows, rows.one_year, "a span of two years (" + rows.year + ")")
    return rows.assign(statistic=rows.kind)


def check_values(download: Download, rows: pd.DataFrame) -> None:
    """Raise InputError for the first row with a symbol, a factor, decimals or an impossible value."""
    download.require(rows, rows.status.isin(BESIDE), "status", listed([*BESIDE[1:], *WITHOUT[1:]]))
    units = rows.scalar.map(_normalize).isin(UNITS)
    download.require(rows, units, "scalar", "units: neither counts nor rates come in thousands")
    download.require(rows, rows.decimals.str.fullmatch("[0-9]?"), "decimals", "0 to 9")
    numbers, percent = rows.value.str.replace(",", ".").astype(float), rows.statistic == "percent_unfounded"
    counts = ~percent & (rows.statistic != "rate")
    download.require(rows, ~counts | ((numbers >= 0) & (numbers % 1 == 0)), "value", "a whole number, zero or more")
    download.require(rows, ~percent | numbers.between(0, 100), "value", "0 to 100")
    download.require(rows, numbers >= 0, "value", "zero or more")


def printed_number(statistic: str, value: str, decimals: str) -> str:
    """A value as published, with a decimal point: a rate with at least so many ``decimals`` (two if empty), trailing
    zeros restored; any other as a whole number."""
    whole, _, fraction = value.replace(",", ".").partition(".")
    padded = f"{int(whole)}.{fraction.ljust(int(decimals or 2), '0')}".removesuffix(".")
    return padded if statistic == "rate" else str(int(whole))


def check_charged(download: Download, rows: pd.DataFrame) -> None:
    """Raise InputError for the first place and year in which adults and youths charged exceed persons charged."""
    people = rows[rows.statistic.str.endswith("_charged")].astype({"value": int})
    all_ages = people.statistic == "persons_charged"
    by_age = people[~all_ages].groupby(["place", "year"]).value.sum().rename("ages")
    whole = people[all_ages].join(by_age, on=["place", "year"]).astype({"value": str})
    fits = ~(whole.ages > whole.value.astype(int))
    download.require(whole, fits, "value", "no fewer than adults and youths charged")


def set_release(path: Path, download: Download, *metadata: tuple[str, bytes]) -> Download:
    """Set a download's ``released`` and ``is_dated``, from the metadata (name and content of a file) or else by the
    date of the file at ``path``; return it. Raises InputError for the metadata of another table, and for a day before
    the last year of the numbers."""
    where = str(path)
    for file, content in metadata:
        for name, value in metadata_entries(content.decode("utf-8-sig", "replace")):
            number = re.sub(r"\D", "", value)
            if PRODUCT.search(name) and number and number[:8] != NUMBER:
                raise refuse(file, actual=f"the table {quoted(value)}", allowed=TABLE)
            if RELEASE.fullmatch(name) and (day := DATE.search(value)):
                download.released, download.is_dated, where = day[0], True, file
    download.released = download.released or file_date(path)
    last = download.numbers.year.max()
    if int(download.released[:4]) < last:
        allowed = f"one of {last} or later, the last year of its numbers"
        raise refuse(where, actual=f"{download.released} as the day of the release", allowed=allowed)
    return download


def metadata_entries(text: str) -> Iterator[tuple[str, str]]:
    """Candidates for the entries of a metadata file, given as text, whose layout differs by edition: each cell,
    normalized as a name, with the cell below it, and with the one to its right. Empty for broken quoting."""
    separator = max(",;", key=text.count)
    with suppress(csv.Error):
        for row, below in pairwise([*csv.reader(io.StringIO(text, newline=""), delimiter=separator), []]):
            yield from ((_normalize(name), value) for name, value in [*zip(row, below, strict=False), *pairwise(row)])


def file_date(path: Path) -> str:
    """The date of a file's last change, YYYY-MM-DD; of a zip the earliest of that and the dates of its members
    (1980 stands for no date)."""
    days = [date.fromtimestamp(path.stat().st_mtime)]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            days += [date(*entry.date_time[:3]) for entry in archive.infolist() if entry.date_time[0] > 1980]
    return min(days).isoformat()
