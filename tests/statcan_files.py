"""Files in the form of Statistics Canada's table 35-10-0177-01, both editions. Every number in them is invented.

Columns and statistics are those of the table: Full Table Download (CSV) User Guide, Statistics Canada, 2022.
"""

import csv
import io
import os
import time
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from small import read_table

from evaluation.chapters.statcan_table import provinces
from evaluation.data.sources import Tables

NAMES = read_table(Path(__file__).parent / "fixtures" / "statcan_names.csv")
HEADER, VIOLATIONS, STATISTICS = (
    {language: [row[language] for row in NAMES if row["what"] == what] for language in ("en", "fr")}
    for what in ("column", "violation", "statistic")
)
FEW = [0, 1, 3, 4, 11]  # the columns that no file can do without
PEOPLE = {"Canada": 39_000_000, "Ontario": 15_000_000}  # invented; elsewhere a million
Rows = list[list[str]]
YEARS = range(2015, 2025)


def table(
    language: str = "en",
    places: Iterable[str] = ("Canada", "Ontario", "Alberta"),
    years: Iterable[int] = YEARS,
    more: int = 0,
) -> Rows:
    """The header and the rows of an edition; ``more`` is added to each count of trafficking, as a revision may."""
    return [HEADER[language], *rows(language, places, years, more)]


def rows(language: str, places: Iterable[str], years: Iterable[int], more: int) -> Iterator[list[str]]:
    people = {(r["place"], int(r["year"])): int(r["people"]) for r in Tables().rows("population")}
    named = {row["place"]: (row[f"name_{language}"], row["code"]) for row in provinces()}
    for year in years:
        for geo, place in enumerate(places, start=1):
            name, code = named[place]
            inhabitants = people.get((place, year), PEOPLE.get(place, 1_000_000))
            for violation, label in enumerate(VIOLATIONS[language], start=1):
                count = (year - 2010) * (40 if place == "Canada" else 15 if place == "Ontario" else 4) + more
                count //= 4 if violation == 3 else 1
                for statistic, cell in enumerate(cells(count, inhabitants), start=1):
                    yield [
                        str(year), f"{name} [{code}]" if code else name, f"2016A0002{code}", label,
                        STATISTICS[language][statistic - 1], "Number", "223", {"en": "units", "fr": "unités"}[language],
                        "0", f"v{geo}{violation}{statistic}", f"{geo}.{violation}.{statistic}",
                        cell if language == "en" else cell.replace(".", ","), "", "", "", "2" if "." in cell else "0",
                    ]  # fmt: skip


def cells(count: int, people: int) -> list[str]:
    """The statistics of a count, in their order."""
    rate = f"{count / people * 100_000:.2f}"
    cleared, charge = count // 2, count // 3
    return [str(count), rate, "1.50", str(count // 5), "20.00", str(cleared), str(charge), str(cleared - charge),
            str(charge + 2), "0.40", str(charge)]  # fmt: skip


def written(rows: Rows, bom: bool = True) -> bytes:
    """The bytes of an edition: everything in quotation marks, semicolons in the French one."""
    text = io.StringIO(newline="")
    separator = ";" if any("VALEUR" in cell for cell in rows[0]) else ","
    csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return (b"\xef\xbb\xbf" if bom else b"") + text.getvalue().encode()


def csv_file(path: Path, rows: Rows, day: str = "2026-07-22", bom: bool = True) -> Path:
    """A CSV file of a day."""
    path.write_bytes(written(rows, bom))
    return of_day(path, day)


def zip_file(path: Path, rows: Rows, metadata: dict[str, str] | None = None, day: str = "2026-07-22") -> Path:
    """A zip of the table and, where they are given, metadata files by name."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("35100177.csv", written(rows))
        for name, text in (metadata or {}).items():
            archive.writestr(name, text)
    return of_day(path, day)


def of_day(path: Path, day: str) -> Path:
    seconds = time.mktime(time.strptime(f"{day} 12", "%Y-%m-%d %H"))
    os.utime(path, (seconds, seconds))
    return path


def changed(rows: Rows, at: int, column: str, cell: str) -> Rows:
    """Rows with another cell in the row of the file (the header is the first)."""
    where = rows[0].index(column)
    return [
        [*row[:where], cell, *row[where + 1 :]] if number == at else row for number, row in enumerate(rows, start=1)
    ]
