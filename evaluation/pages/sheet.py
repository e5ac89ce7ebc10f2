"""A worksheet of Excel, filled from the top down: lines of text, a table, a picture."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from . import files
from .files import Amount, Cell, Grid

WIDEST, ROW = 50, 21  # characters of the widest column; px of a row
LONGEST_NUMBER = 15  # digits that Excel keeps


class Sheet:
    """A worksheet that is filled from the top down."""

    def __init__(self, book: Any, name: str, notice: str = ""):
        """``notice`` stands above everything, on the screen and on each printed page."""
        self.book, self.sheet, self.row, self.columns = book, book.add_worksheet(name), 0, 1
        self.sheet.set_landscape()
        self.sheet.set_paper(1)
        self.sheet.fit_to_pages(1, 0)
        if notice:
            self.line(notice, bold=True)
            self.sheet.set_header(f"&C&B{notice}")

    def line(self, text: str, **look: Any) -> None:
        """A text that runs over the cells at its right."""
        self.sheet.write_string(self.row, 0, text, self.book.add_format(look))
        self.row += 1

    def table(self, grid: Grid, *, wrap: bool = True) -> None:
        """A real Excel table; what is above it, its heads and its first column stay in sight. Above a picture, which
        has its place by the height of rows, texts are not wrapped."""
        rows = grid.rows or [[""] * len(grid.heads)]
        last, columns = self.row + len(rows), [{"header": head} for head in unlike(grid.heads)]
        options = {"columns": columns, "style": "Table Style Light 1", "autofilter": False}
        self.sheet.add_table(self.row, 0, last, len(columns) - 1, options)
        for position, width in enumerate(widths(grid)):
            self.sheet.set_column(position, position, width)
        for number, row in enumerate(rows, start=self.row + 1):
            for column, cell in enumerate(row):
                self.cell(number, column, cell, wrap)
        self.sheet.freeze_panes(self.row + 1, 1)
        self.sheet.repeat_rows(self.row)
        self.columns, self.row = len(columns), last + 2

    def end(self) -> None:
        """What is printed: the table's columns, without what runs over them."""
        self.sheet.print_area(0, 0, self.row, self.columns - 1)

    def cell(self, row: int, column: int, cell: Cell, wrap: bool) -> None:
        """One cell; whatever is a number is written as one, as far as Excel keeps its digits."""
        if isinstance(cell, str) and files.is_number(cell):
            cell = files.plain_amount(cell, grouped=False)
        if isinstance(cell, Amount) and len(re.sub(r"\D", "", cell.value)) <= LONGEST_NUMBER:
            form = self.book.add_format({"valign": "top", "num_format": cell.format, "align": "right"})
            self.sheet.write_number(row, column, float(cell.value), form)
        elif str(cell):
            form = self.book.add_format({"valign": "top", "text_wrap": wrap})
            self.sheet.write_string(row, column, str(cell), form)

    def picture(self, content: bytes, name: str, width: int) -> None:
        """A PNG, shown at a width in px, with its name for those who do not see it."""
        wide, high = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
        scale = dict.fromkeys(("x_scale", "y_scale"), width / wide * dots_per_inch(content) / 96)
        options = {"image_data": io.BytesIO(content), "description": name, "object_position": 2} | scale
        self.sheet.insert_image(self.row, 0, "chart.png", options)
        below = self.row + -(-high * width // wide // ROW) + 1
        for row in range(below):  # heights that no program chooses anew, so that nothing lies under the picture
            self.sheet.set_row_pixels(row, ROW)
        self.row = below


def dots_per_inch(png: bytes) -> float:
    """What a PNG says of its density, which Excel makes it larger or smaller by; 96 where it says nothing."""
    at = png.find(b"pHYs")
    return int.from_bytes(png[at + 4 : at + 8], "big") * 0.0254 if at > 0 else 96


def unlike(heads: Sequence[str]) -> list[str]:
    """Heads as an Excel table takes them: none empty, no two alike."""
    found: list[str] = []
    for head in heads:
        ending, count = head or "–", 1
        while ending.casefold() in {name.casefold() for name in found}:
            count += 1
            ending = f"{head or '–'} ({count})"
        found.append(ending)
    return found


def widths(grid: Grid) -> list[int]:
    """Each column's width in characters: of its longest cell, as far as that can be read."""
    columns = zip(*([*grid.rows, grid.heads]), strict=True)
    return [min(WIDEST, max(10, *(len(str(cell)) + 2 for cell in column))) for column in columns]
