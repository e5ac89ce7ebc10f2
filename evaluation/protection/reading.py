"""Reader of returns, CSV or Excel, English or French. Doubtful cells are refused by file, sheet, row, column and rule,
never by value: no message contains a cell of a return.
"""

import csv
import io
import os
import re
import stat
import warnings
from pathlib import Path
from typing import Any

import pandas as pd

from ..data.contract import is_project
from ..problems import InputError, Problem, listed, refuse
from ..problems.foreign import BYTE_ORDER_MARK, MOST_BYTES, read_bytes
from ..problems.imports import require_extra
from .rules import HEADS, ORGANIZATION, PEOPLE, RESERVED, Column, Rules, normalize

SECRET = "secret"  # the file of the secret, beside the returns
SHEET, LISTS, NOTES = "returns", "lists", "notes"
FILE, ROW = "file of the row", "row in its file"  # no names of columns
MOST_ROWS = 100_000
MOST_PEOPLE = 9_999_999
WHOLE = f"a whole number from 0 to {MOST_PEOPLE:,}, digits alone"
Rows = list[tuple[int, list[Any]]]  # each with its number in the file


def check_folder(folder: Path) -> None:
    """Raise InputError for a folder of returns that does not exist, that others than its owner can read (on POSIX),
    that lies in a project, or that is in a git work tree."""
    if not folder.is_dir():
        raise refuse(folder, actual="no such folder", allowed="the folder of the returns")
    for place in (folder.resolve(), *folder.resolve().parents):
        if is_project(place) or (place / ".git").exists():
            raise refuse(
                folder, actual="a folder in a project or in a git work tree", allowed="one outside, for returns alone"
            )
    if os.name == "posix" and stat.S_IMODE(folder.stat().st_mode) & 0o077:
        raise refuse(folder, actual="a folder that others can read", allowed="one for its owner alone (chmod 700)")


def read_returns(folder: Path, rules: Rules) -> pd.DataFrame:
    """All returns of a folder: one row per organization, year and group, with the column organization, in lower case,
    those of the rules that are no level (codes in English) and people, file by file in alphabetical order. Raises
    InputError with all problems of all files; for a folder that is not safe; for no returns; and for repeated
    groups."""
    check_folder(folder)
    frames, problems = [], []
    for path in return_files(folder):
        try:
            frames.append(read_return(path, rules))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    if not frames:
        raise refuse(folder, actual="no returns", allowed="CSV or Excel files (.csv, .xlsx)")
    returns = pd.concat(frames, ignore_index=True)
    check_duplicates(returns, [ORGANIZATION, *rules.return_columns])
    return returns.drop(columns=[FILE, ROW])


def return_files(folder: Path) -> list[Path]:
    """The CSV and Excel files of a folder, sorted. The file of the secret, hidden files and Excel's lock files are left
    out; raises InputError for all other entries, which might be returns left unread."""
    files = sorted(path for path in folder.iterdir() if path.name != SECRET and not path.name.startswith((".", "~$")))
    if others := [path for path in files if path.suffix.lower() not in (".csv", ".xlsx") or not path.is_file()]:
        raise InputError(
            Problem(str(path), actual="no CSV and no Excel file", allowed=".csv, .xlsx") for path in others
        )
    return files


def check_duplicates(returns: pd.DataFrame, keys: list[str]) -> None:
    """Raise InputError for rows with the same cells in the columns ``keys`` (one organization, year and group): a
    problem, with file and row, for each but the first."""
    repeated = returns[returns.duplicated(keys)]
    if len(repeated):
        actual = "a row that repeats another of the same organization, year and group"
        raise InputError(
            Problem(file, row, actual=actual, allowed="each once, in all files")
            for file, row in zip(repeated[FILE], repeated[ROW], strict=True)
        )


def read_return(path: Path, rules: Rules) -> pd.DataFrame:
    """The rows of one file with the columns of the rules, organization and people, and the place for messages (path and
    sheet) and row number in FILE and ROW; rows that are empty or have the organization alone are left out. Raises
    InputError with all invalid cells, for an invalid head, and for no rows."""
    place, rows = read_workbook(path) if path.suffix.lower() == ".xlsx" else (str(path), read_csv_rows(path))
    rows = [(number, row) for number, row in rows if any(is_filled(cell) for cell in row)]
    if not rows:
        raise refuse(place, actual="an empty file", allowed="a head and rows")
    names = column_positions(place, rows[0], rules)
    records, problems = [], []
    for number, row in rows[1:]:
        cells = {name: row[at] if at < len(row) else None for name, at in names.items()}
        if [name for name, cell in cells.items() if is_filled(cell)] == [ORGANIZATION]:
            continue  # an unused row of the template
        if any(is_filled(cell) for cell in row[len(rows[0][1]) :]):  # a comma without quotes moves all cells after it
            problems.append(Problem(place, number, "-", "more cells than the head has", "as many; commas in quotes"))
        record = {FILE: place, ROW: number}
        for name, cell in cells.items():
            try:
                record[name] = (
                    parse_people(cell) if name == PEOPLE else parse_code(cell, rules.return_columns.get(name))
                )
            except InvalidCell as wrong:
                problems.append(Problem(place, number, name, *wrong.args))
        records.append(record)
    if problems:
        raise InputError(problems)
    if not records:
        raise refuse(place, actual="no rows", allowed="a row a group, with its number of people")
    return pd.DataFrame(records)


def column_positions(place: str, head: tuple[int, list[Any]], rules: Rules) -> dict[str, int]:
    """The position, from 0, of each column of the returns, organization and people included, by its name, in the
    ``head`` (row number and cells): the cell that has its name or a heading in either language. Other cells are
    ignored. Raises InputError, naming ``place``, for columns that are missing or duplicated."""
    number, cells = head
    headings = {name: (name, *column.head.values()) for name, column in rules.return_columns.items()} | HEADS
    texts = [normalize(str(cell)) if is_filled(cell) else "" for cell in cells]
    columns = {
        name: [at for at, text in enumerate(texts) if text in set(map(normalize, words))]
        for name, words in headings.items()
    }
    problems = [
        Problem(place, number, name, f"{len(at)} columns of that name", f"one: {listed(dict.fromkeys(headings[name]))}")
        for name, at in columns.items()
        if len(at) != 1
    ]
    if problems:
        raise InputError(problems)
    return {name: at for name, (at,) in columns.items()}


# Cells


class InvalidCell(Exception):
    """A refused cell: its arguments are ``actual`` (the kind of its content, never its value) and ``allowed``."""


def is_filled(cell: Any) -> bool:
    """Whether a cell has more than white space; False for None."""
    return cell is not None and bool(str(cell).strip())


def refuse_formula(cell: Any) -> None:
    """Raise InvalidCell for a formula, whose shown value may look like a valid number or code."""
    if str(cell).startswith("=") or type(cell).__name__.endswith("Formula"):  # openpyxl has types for those of areas
        raise InvalidCell("a formula", "what is typed in")


def parse_people(cell: Any) -> int:
    """The number of people in a cell, from 0 to MOST_PEOPLE: digits with space around, or a whole float, as Excel
    stores integers. Raises InvalidCell for anything else: an empty cell, a sign, a separator, a formula."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    refuse_formula(cell)
    text = "" if isinstance(cell, bool) else str(cell if cell is not None else "").strip()
    if not re.fullmatch(r"[0-9]+", text):
        raise InvalidCell("what is no whole number" if is_filled(cell) else "an empty cell", WHOLE)
    if len(text) > len(str(MOST_PEOPLE)) or int(text) > MOST_PEOPLE:
        raise InvalidCell("a number too large", WHOLE)
    return int(text)


def parse_code(cell: Any, column: Column | None) -> str:
    """The English form of a code given in either language, whatever its case and spaces. Without a ``column``, for the
    organization, which has no list of codes, the text in lower case with single spaces. Raises InvalidCell for an empty
    cell, a formula, a total (RESERVED), and a text that is not in the column's list."""
    refuse_formula(cell)
    text = normalize(str(cell)) if is_filled(cell) else ""
    if not text or text in RESERVED:
        raise InvalidCell("an empty cell or a total", "one code a row")
    if column is None:
        return text
    if text not in column.code_by_text:
        raise InvalidCell("what is not in its list", listed(column.codes))
    return column.code_by_text[text]


# Files


def read_csv_rows(path: Path) -> Rows:
    """The rows, the head included, of a CSV file in UTF-8, with or without a byte-order mark, each after the number of
    its last line. The separator is a semicolon if the first line has more of them than commas. Raises InputError for
    another encoding and for broken quoting."""
    content = read_bytes(path, "a CSV file").removeprefix(BYTE_ORDER_MARK)
    try:
        text = content.decode("utf-8")
        head = text.partition("\n")[0]
        sign = ";" if head.count(";") > head.count(",") else ","
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
        return [(reader.line_num, row) for row in reader]
    except UnicodeDecodeError:
        raise refuse(path, actual="another encoding", allowed="UTF-8 (in Excel: CSV UTF-8)") from None
    except csv.Error:
        raise refuse(path, actual="broken quoting, or a cell too long", allowed="RFC 4180") from None


def read_workbook(path: Path) -> tuple[str, Rows]:
    """The place for messages and the numbered rows of the sheet of returns in an Excel file (from 1, the head
    included); formulas appear as such, for the parsers of cells to refuse. Raises InputError for a file that cannot be
    read, without openpyxl, for several or hidden sheets, merged cells, and too many rows."""
    require_extra("Excel files of returns", "returns", "openpyxl")
    read_bytes(path, "an Excel file", MOST_BYTES)
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # which would have cells in their words
        try:
            book = load_workbook(path)
        except Exception:  # any defect of its parts; the message may quote their content
            raise refuse(path, actual="no workbook that can be read", allowed="an Excel file (.xlsx)") from None
        return sheet_rows(path, book)


def sheet_rows(path: Path, book: Any) -> tuple[str, Rows]:
    """The place for messages (the path, with the sheet's name if that is ``returns``) and the rows, numbered from 1
    with the head, of the only sheet besides the template's lists and notes, whatever its name. Raises InputError for
    several sheets, hidden ones, merged cells, and more than MOST_ROWS rows."""
    if any(sheet.sheet_state != "visible" and sheet.title != LISTS for sheet in book.worksheets):
        raise refuse(path, actual="a hidden sheet", allowed=f"none but {LISTS}, of the template")
    sheets = [sheet for sheet in book.worksheets if sheet.title not in (LISTS, NOTES)]
    if len(sheets) != 1:
        raise refuse(path, actual=f"{len(sheets)} sheets", allowed=f"one, {SHEET}")
    (sheet,) = sheets
    place = f"{path}: {sheet.title}" if sheet.title == SHEET else str(path)
    if merged := [area.coord for area in sheet.merged_cells.ranges]:
        raise refuse(place, actual=f"merged cells at {listed(merged)}", allowed="none")
    if sheet.max_row > MOST_ROWS:
        raise refuse(place, actual=f"{sheet.max_row} rows", allowed=f"at most {MOST_ROWS}")
    return place, list(enumerate(map(list, sheet.iter_rows(values_only=True)), 1))
