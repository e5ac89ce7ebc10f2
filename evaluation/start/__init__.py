r"""A project and a chapter to start from: a sample that builds at once, of invented numbers.

In come a folder, a name and the languages that are asked for; out come files that a person changes, with what one
language leaves out.

>>> cell_in_one_language("%%prose\nA finding.\n%%fr\nUn constat.", "en")
'%%prose\nA finding.'
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from ..data.contract import CONTRACT, read_contract
from ..data.sources import Tables, read_table
from ..language import LANGUAGES
from ..problems import InputError, Problem, refuse
from ..problems.foreign import read_text
from ..problems.paths import is_plain_file, mistake_in_name
from ..writing import files
from ..writing.lock import WriteConflict
from ..writing.work_folder import content_hashes, is_work_folder, sibling_path, work_folder_for

SAMPLE = Path(__file__).parent / "project"
CHAPTER = Path(__file__).parent / "chapter.ipynb"
LAST = "data"  # of a new project to be put in its place
BEGUN = {path.name for path in SAMPLE.iterdir()} - {LAST}  # what stands of one that was ended before it was whole
BILINGUAL = ("returns.yml", "parameters/people.yml", "notebooks/people_by_group.ipynb")
BOTH = re.compile(r'\{"en": ("[^"]*"), "fr": ("[^"]*")\}')


def new_project(folder: Path, languages: tuple[str, ...] = LANGUAGES) -> Path:
    """Create the sample project in a folder that is new or empty, or complete one that an ended command began; return
    the folder. In one language it is without cells, columns and rules of the other, and without the example of returns.
    Raises InputError for a folder that has anything else in it, WriteConflict if another command is creating it."""
    inside, is_folder = folder / "project", folder.is_dir()
    begun = {path.name for path in (folder.iterdir() if is_folder else ())}
    begun -= {path.name for path in [sibling_path(inside)] if is_work_folder(path)}
    refusal = refuse(folder, actual="something in it", allowed="a new or an empty folder; nothing was changed")
    if (folder.exists() and not is_folder) or not begun <= BEGUN:
        raise refusal
    with work_folder_for(inside if is_folder else folder) as place:
        new = place / "new"
        files.copy(SAMPLE, new)
        for other in set(LANGUAGES) - set(languages):
            remove_language(new, other)
        if not all(have_same_content(folder / name, new / name) for name in begun):
            raise refusal
        if is_folder:  # a shell may stand in it, so that it stays; with data/ last, it is no project before it is whole
            files.flush_folder(new)
            for path in sorted(new.iterdir(), key=lambda path: path.name == LAST):
                if path.name not in begun:
                    files.move(path, folder / path.name)
        else:
            files.swap_in(new, folder, place / "old")
    return folder


def have_same_content(path: Path, other: Path) -> bool:
    """Whether two plain files, or two folders with everything below them, have the same content; False for a file and a
    folder, and for anything else (a link, a device, no file)."""
    if path.is_dir() and other.is_dir():
        return content_hashes(path) == content_hashes(other)
    return is_plain_file(path) and is_plain_file(other) and path.read_bytes() == other.read_bytes()


def new_chapter(notebooks: Path, name: str) -> Path:
    """Create the chapter ``name`` in the folder ``notebooks`` from the sample ``chapter.ipynb``, in the languages that
    data/ beside it has labels in; return its path. Raises InputError for a name that no page can have, and for an
    existing chapter, which stays."""
    path = notebooks / f"{name}.ipynb"
    if mistake := mistake_in_name(name):
        raise InputError([Problem(str(path), "-", "-", *mistake)])
    if path.exists():
        raise refuse(path, actual="a chapter of that name", allowed="a new name; nothing was changed")
    columns = Tables(notebooks.parent / "data").rows("figures")[0]
    languages = [language for language in LANGUAGES if f"label_{language}" in columns]
    files.write(path, notebook_in_languages(CHAPTER, languages))
    return path


def notebook_in_languages(notebook: Path, languages: Iterable[str]) -> bytes:
    """The bytes of a sample notebook (a path), in one language without the other's title, prose and texts; the file
    stays as it is."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    for other in set(LANGUAGES) - set(languages):
        (language,) = set(LANGUAGES) - {other}
        del content["metadata"]["evaluation"]["title"][other]
        for cell in content["cells"]:
            cell["source"] = cell_in_one_language("".join(cell["source"]), language).splitlines(keepends=True)
    return _json(content)


KEYS = {"source": "sources", "definition": "definitions", "unit": "units", "place": "places", "bound": "bounds"}
BESIDE = {"unit", "source", "bound", "high", "caveats"}  # of a number, and no part of its key
MOMENTS = {"year", "month", "period_start", "period_end", "vintage"}


def new_table(data: Path, name: str) -> Path:
    """Add a draft of the entry of ``<name>.csv``, a table in the folder ``data``, to its contract, inferred from the
    cells: types, required cells, columns of figures, references, a key; `check` reports what is missing, such as a
    unit. Returns the contract's path. Raises InputError for a missing file, one without a table or with a column
    without a name, and for a table already in the contract; WriteConflict if the contract changed meanwhile."""
    path, contract = data / f"{name}.csv", data / CONTRACT
    read_contract(contract)
    text = read_text(contract, CONTRACT)
    package = json.loads(text)
    if not path.is_file():
        raise refuse(path, actual="no such file", allowed="the table as a CSV beside the contract")
    if name in (known := [resource["name"] for resource in package["resources"]]):
        raise refuse(contract, actual=f"the table {name} already", allowed="a new name; nothing was changed")
    header, *rows = read_table(path)
    if "" in header:
        raise refuse(path, 1, str(header.index("") + 1), actual="a column without a name", allowed="a name")
    columns = {column: [row[place] for row in rows] for place, column in enumerate(header)}
    fields = [_draft_field(column, cells) for column, cells in columns.items()]
    keys = [field["name"] for field in fields if "figures" not in field and field["name"] not in BESIDE]
    references = [(column, KEYS[column]) for column in columns if KEYS.get(column) in known]
    foreign = [{"fields": [c], "reference": {"resource": table, "fields": [c]}} for c, table in references]
    schema = {"fields": fields, "primaryKey": keys, "foreignKeys": foreign}
    package["resources"].append({"name": name, "path": path.name, "title": _title_of(name), "schema": schema})
    indented = re.match(r"\{\n( +)", text)  # unchanged otherwise, so that a diff shows the added lines only
    if read_text(contract, CONTRACT) != text:
        raise WriteConflict("another contract than before", contract, "one that stays meanwhile; nothing was changed")
    files.write(contract, _json(package, len(indented[1]) if indented else 1))
    return contract


def _draft_field(column: str, cells: list[str]) -> dict[str, Any]:
    """The contract's field for a column, inferred from its cells: integers, numbers (texts marked ``decimal``, so that
    trailing zeros stay) or texts, required if no cell is empty. Numbers are figures, except moments and columns BESIDE
    a number."""
    filled = [cell for cell in cells if cell]
    kinds = (("integer", r"-?\d+"), ("number", r"-?\d+(\.\d+)?"))
    kind = next((k for k, form in kinds if filled and all(re.fullmatch(form, cell) for cell in filled)), "string")
    numbers = kind != "string" and column not in MOMENTS | BESIDE
    required = {"constraints": {"required": True}} if len(filled) == len(cells) else {}
    exact = {"type": "string", "decimal": True} if kind == "number" else {"type": kind}  # a trailing zero is kept
    return {"name": column, "title": _title_of(column)} | exact | required | ({"figures": True} if numbers else {})


def _title_of(name: str) -> str:
    """A name as a title: "People served" of ``people_served``."""
    return name.replace("_", " ").replace("-", " ").capitalize()


def remove_language(folder: Path, other: str) -> None:
    """Remove the language ``other`` from the files of a new project (review file, notebook, tables, contract), which
    are written, and the example of returns, which is bilingual."""
    for example in BILINGUAL:
        files.remove(folder / example)
    package = json.loads((folder / "data" / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        remove_columns(folder / "data", resource, f"_{other}")
    files.put(folder / "data" / CONTRACT, _json(package))
    review = folder / "parameters" / "review.yml"
    words = re.sub(rf"\n +{other}: .*", "", review.read_text(encoding="utf-8"))
    (language,) = set(LANGUAGES) - {other}
    files.put(review, words.replace("chapters:", f"languages: [{language}]\nchapters:").encode("utf-8"))
    path = folder / "notebooks" / "riders.ipynb"
    files.put(path, notebook_in_languages(path, (language,)))


def remove_columns(data: Path, resource: dict[str, Any], suffix: str) -> None:
    """Remove the columns whose names end in ``suffix`` from a table's CSV, which is written, and from its schema and
    rules in ``resource``, its entry in the contract, which is changed."""
    fields = [field for field in resource["schema"]["fields"] if not field["name"].endswith(suffix)]
    resource["schema"]["fields"] = fields
    rules = [rule for rule in resource.get("checks", []) if not str(rule.get("field", "")).endswith(suffix)]
    for rule in rules:
        rule |= {"fields": [name for name in rule["fields"] if not name.endswith(suffix)]} if "fields" in rule else {}
    resource["checks"] = rules
    path = data / resource["path"]
    table = pd.read_csv(path, dtype=str, keep_default_na=False)[[field["name"] for field in fields]]
    files.put(path, table.to_csv(index=False, lineterminator="\n").encode("utf-8"))


def cell_in_one_language(source: str, language: str) -> str:
    """The source of a sample's cell with one language only: of ``%%prose`` with its half (French under ``%%fr``), of
    any other with that language in its texts, pairs {"en": ..., "fr": ...} in double quotes."""
    if source.startswith("%%prose\n"):
        english, french = source.removeprefix("%%prose\n").split("\n%%fr\n")
        return f"%%prose\n{english}" if language == "en" else f"%%prose\n%%fr\n{french}"
    return BOTH.sub(lambda pair: f'{{"{language}": {pair[1 + LANGUAGES.index(language)]}}}', source)


def _json(content: dict[str, Any], indent: int = 1) -> bytes:
    """Content as indented JSON in UTF-8, with a line feed at its end."""
    return (json.dumps(content, ensure_ascii=False, indent=indent) + "\n").encode("utf-8")
