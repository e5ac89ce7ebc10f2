"""An Excel template for one organization's return: one row per group, with drop-down lists for everything but the
number of people.
"""

import io
from pathlib import Path
from typing import Any

from ..language import LANGUAGES
from ..problems import refuse
from ..problems.imports import require_extra
from ..writing import files
from .reading import LISTS, MOST_PEOPLE, NOTES, SHEET
from .rules import HEADS, ORGANIZATION, PEOPLE, WORD, Rules, check_text

ROWS = 500
HEAD_COLOUR = "DDE7F3"
CHOOSE = {"en": ("Code", "Choose from the list."), "fr": ("Code", "Choisissez dans la liste.")}
COUNT = {"en": ("People", "A whole number, 0 or more."), "fr": ("Personnes", "Un nombre entier, 0 ou plus.")}
HOW = {
    "en": (
        "How to fill in the sheet “returns”",
        "One row for each year and group, each group once. Leave out rows without anybody.",
        "Choose every code from its list. Where something was not recorded, choose the code that says so.",
        "Give the number of people in digits: no total, no formula, no name, no note about a person.",
        "Add no sheet, merge no cells, and send the file as it is (.xlsx), by the way agreed for confidential files.",
    ),
    "fr": (
        "Comment remplir la feuille « returns »",
        "Une ligne par exercice et par groupe, chaque groupe une seule fois. Omettez les lignes sans personne.",
        "Choisissez chaque code dans sa liste. Si un renseignement n’est pas connu, choisissez le code qui le dit.",
        "Indiquez le nombre de personnes en chiffres : ni total, ni formule, ni nom, ni note sur une personne.",
        "N’ajoutez aucune feuille, ne fusionnez aucune cellule et envoyez le fichier tel quel (.xlsx), par la voie"
        " convenue pour les fichiers confidentiels.",
    ),
}


def write_template(rules: Rules, organization: str, language: str, output: Path) -> None:
    """Write the template of one organization to a new file ``output``, with all cells locked but those to fill in.
    Raises InputError for an existing file, one that is not .xlsx, a name that is unfit as a cell (see `check_text`),
    and without openpyxl."""
    require_extra("Excel files of returns", "returns", "openpyxl")
    from openpyxl import Workbook

    if output.exists() or output.suffix.lower() != ".xlsx":
        raise refuse(output, actual="a file there, or no Excel file", allowed="a new file that ends in .xlsx")
    check_text(Path("--organization"), "-", organization, WORD)
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    write_notes(book.create_sheet(NOTES), language)
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    for place, (head, codes) in enumerate(column_choices(rules, organization, language), 1):
        write_column(sheet, lists, place, head, codes, language)
    sheet.freeze_panes = "A2"
    for each in book.worksheets:
        each.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatCells = False
    content = io.BytesIO()
    book.save(content)
    files.write(output, content.getvalue())


def column_choices(rules: Rules, organization: str, language: str) -> list[tuple[str, list[str]]]:
    """The heading and the choices of each column of the template, in one language: first the organization, with itself
    as the only choice, then the columns of the rules with their codes, last the number of people, without choices."""
    at = LANGUAGES.index(language)
    read = [(c.head[language], [words[language] for words in c.codes.values()]) for c in rules.return_columns.values()]
    return [(HEADS[ORGANIZATION][at], [organization]), *read, (HEADS[PEOPLE][at], [])]


def write_notes(sheet: Any, language: str) -> None:
    """Append the instructions to a sheet in both languages, that of the template first."""
    from openpyxl.styles import Alignment, Font

    sheet.column_dimensions["A"].width = 100
    for each in sorted(LANGUAGES, key=lambda other: other != language):
        for place, text in enumerate(HOW[each]):
            sheet.append([text])
            cell = sheet.cell(sheet.max_row, 1)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=not place)
        sheet.append([None])


def write_column(sheet: Any, lists: Any, place: int, head: str, codes: list[str], language: str) -> None:
    """Write the column number ``place`` (from 1): its locked heading and ROWS cells with their validation into
    ``sheet``, its codes into ``lists``. The first column, of the organization, is filled in and locked too."""
    from openpyxl.styles import Alignment, Font, PatternFill, Protection
    from openpyxl.utils import get_column_letter

    cell, letter = sheet.cell(1, place, head), get_column_letter(place)
    cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True)
    cell.fill = PatternFill("solid", fgColor=HEAD_COLOUR)
    sheet.column_dimensions[letter].width = 24
    for row, code in enumerate(codes, 1):
        lists.cell(row, place, code)
    rule = validation_of(letter, codes, language)
    sheet.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{ROWS}")
    for row in range(2, ROWS + 1):
        sheet.cell(row, place).protection = Protection(locked=place == 1)
        if place == 1:
            sheet.cell(row, place).value = codes[0]


def validation_of(letter: str, codes: list[str], language: str) -> Any:
    """A validation rule, not yet given cells, for the column ``letter``: one of its codes (rows 1 to ``len(codes)`` of
    the same column in the sheet of lists), or without codes a whole number from 0 to MOST_PEOPLE; with messages in the
    language. Empty cells pass."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if codes:
        rule = DataValidation(type="list", formula1=f"{LISTS}!${letter}$1:${letter}${len(codes)}", allow_blank=True)
    else:
        rule = DataValidation(
            type="whole", operator="between", formula1="0", formula2=str(MOST_PEOPLE), allow_blank=True
        )
    rule.errorTitle, rule.error = (CHOOSE if codes else COUNT)[language]
    rule.promptTitle, rule.prompt = rule.errorTitle, rule.error
    rule.showErrorMessage = rule.showInputMessage = True
    return rule
