r"""A project and a chapter to start from: a sample that builds at once, of invented numbers.

In come a folder, a name and the languages that are asked for; out come files that a person changes, with what one
language leaves out.

>>> in_one("%%prose\nA finding.\n%%fr\nUn constat.", "en")
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
from ..writing.work_folder import content_hashes, is_work_folder, path_beside, work_folder_beside

SAMPLE = Path(__file__).parent / "project"
CHAPTER = Path(__file__).parent / "chapter.ipynb"
LAST = "data"  # of a new project to be put in its place
BEGUN = {path.name for path in SAMPLE.iterdir()} - {LAST}  # what stands of one that was ended before it was whole
BILINGUAL = ("returns.yml", "parameters/people.yml", "notebooks/people_by_group.ipynb")
BOTH = re.compile(r'\{"en": ("[^"]*"), "fr": ("[^"]*")\}')


def new_project(folder: Path, languages: tuple[str, ...] = LANGUAGES) -> Path:
    """A project in a folder that is not there yet, is empty, or has the beginning of one that was ended; in one
    language, without a cell, a column or a rule of the other. Gives the folder. Raises InputError for one that has
    something else in it."""
    inside, is_there = folder / "project", folder.is_dir()
    others = {path.name for path in (folder.iterdir() if is_there else ())}
    others -= {path.name for path in [path_beside(inside)] if is_work_folder(path)}
    filled = refuse(folder, actual="something in it", allowed="a new or an empty folder; nothing was changed")
    if (folder.exists() and not is_there) or not others <= BEGUN:
        raise filled
    with work_folder_beside(inside if is_there else folder) as place:
        new = place / "new"
        files.copy(SAMPLE, new)
        for other in set(LANGUAGES) - set(languages):
            leave_out(new, other)
        if not all(map(is_same, (folder / name for name in others), (new / name for name in others))):
            raise filled
        if is_there:  # somebody may stand in it, so that it stays; with data/ last, it is no project before it is whole
            files.flush_folder(new)
            for path in sorted(new.iterdir(), key=lambda path: path.name == LAST):
                if path.name not in others:
                    files.move(path, folder / path.name)
        else:
            files.swap_in(new, folder, place / "old")
    return folder


def is_same(path: Path, other: Path) -> bool:
    """Whether two files, or two folders with all that is in them, are the same."""
    if path.is_dir() and other.is_dir():
        return content_hashes(path) == content_hashes(other)
    return is_plain_file(path) and is_plain_file(other) and path.read_bytes() == other.read_bytes()


def new_chapter(notebooks: Path, name: str) -> Path:
    """Create a chapter beside the others from ``chapter.ipynb``, in the languages of the data. Raises InputError for a
    name that no page can have, and for an existing chapter."""
    path = notebooks / f"{name}.ipynb"
    if wrong := mistake_in_name(name):
        raise InputError([Problem(str(path), "-", "-", *wrong)])
    if path.exists():
        raise refuse(path, actual="a chapter of that name", allowed="a new name; nothing was changed")
    columns = Tables(notebooks.parent / "data").rows("figures")[0]
    languages = [language for language in LANGUAGES if f"label_{language}" in columns]
    files.write(path, in_languages(CHAPTER, languages))
    return path


def in_languages(notebook: Path, languages: Iterable[str]) -> bytes:
    """A sample notebook, unchanged or reduced to one language."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    for other in set(LANGUAGES) - set(languages):
        (language,) = set(LANGUAGES) - {other}
        del content["metadata"]["evaluation"]["title"][other]
        for cell in content["cells"]:
            cell["source"] = in_one("".join(cell["source"]), language).splitlines(keepends=True)
    return _json(content)


KEYS = {"source": "sources", "definition": "definitions", "unit": "units", "place": "places", "bound": "bounds"}
BESIDE = {"unit", "source", "bound", "high", "caveats"}  # of a number, and no part of its key
MOMENTS = {"year", "month", "period_start", "period_end", "vintage"}


def new_table(data: Path, name: str) -> Path:
    """Draft a table's entry in the contract from its CSV: types, required cells, columns of figures, references, a key;
    `check` reports what is missing, such as a unit. Returns the contract's path. Raises InputError for a missing file
    or one without a table, and for a table already in the contract."""
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
    fields = [_field_of(column, cells) for column, cells in columns.items()]
    keys = [field["name"] for field in fields if "figures" not in field and field["name"] not in BESIDE]
    references = [(column, KEYS[column]) for column in columns if KEYS.get(column) in known]
    foreign = [{"fields": [c], "reference": {"resource": table, "fields": [c]}} for c, table in references]
    schema = {"fields": fields, "primaryKey": keys, "foreignKeys": foreign}
    package["resources"].append({"name": name, "path": path.name, "title": _titled(name), "schema": schema})
    indented = re.match(r"\{\n( +)", text)  # unchanged otherwise, so that a diff shows the added lines only
    if read_text(contract, CONTRACT) != text:
        raise WriteConflict("another contract than before", contract, "one that stays meanwhile; nothing was changed")
    files.write(contract, _json(package, len(indented[1]) if indented else 1))
    return contract


def _field_of(column: str, cells: list[str]) -> dict[str, Any]:
    """The contract's field for a column, inferred from its cells. Numbers other than years are figures."""
    filled = [cell for cell in cells if cell]
    kinds = (("integer", r"-?\d+"), ("number", r"-?\d+(\.\d+)?"))
    kind = next((k for k, form in kinds if filled and all(re.fullmatch(form, cell) for cell in filled)), "string")
    numbers = kind != "string" and column not in MOMENTS | BESIDE
    required = {"constraints": {"required": True}} if len(filled) == len(cells) else {}
    exact = {"type": "string", "decimal": True} if kind == "number" else {"type": kind}  # a trailing zero is kept
    return {"name": column, "title": _titled(column)} | exact | required | ({"figures": True} if numbers else {})


def _titled(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").capitalize()


def leave_out(folder: Path, other: str) -> None:
    """Remove a language from a new project, and the example of returns, which is bilingual."""
    for example in BILINGUAL:
        files.remove(folder / example)
    package = json.loads((folder / "data" / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        keep_columns(folder / "data", resource, f"_{other}")
    files.put(folder / "data" / CONTRACT, _json(package))
    review = folder / "parameters" / "review.yml"
    words = re.sub(rf"\n +{other}: .*", "", review.read_text(encoding="utf-8"))
    (language,) = set(LANGUAGES) - {other}
    files.put(review, words.replace("chapters:", f"languages: [{language}]\nchapters:").encode("utf-8"))
    path = folder / "notebooks" / "riders.ipynb"
    files.put(path, in_languages(path, (language,)))


def keep_columns(data: Path, resource: dict[str, Any], end: str) -> None:
    """Remove the columns of one language from a table, its schema and its rules."""
    fields = [field for field in resource["schema"]["fields"] if not field["name"].endswith(end)]
    resource["schema"]["fields"] = fields
    rules = [rule for rule in resource.get("checks", []) if not str(rule.get("field", "")).endswith(end)]
    for rule in rules:
        rule |= {"fields": [name for name in rule["fields"] if not name.endswith(end)]} if "fields" in rule else {}
    resource["checks"] = rules
    path = data / resource["path"]
    table = pd.read_csv(path, dtype=str, keep_default_na=False)[[field["name"] for field in fields]]
    files.put(path, table.to_csv(index=False, lineterminator="\n").encode("utf-8"))


def in_one(source: str, language: str) -> str:
    """A cell reduced to one language: its prose and its texts."""
    if source.startswith("%%prose\n"):
        english, french = source.removeprefix("%%prose\n").split("\n%%fr\n")
        return f"%%prose\n{english}" if language == "en" else f"%%prose\n%%fr\n{french}"
    return BOTH.sub(lambda pair: f'{{"{language}": {pair[1 + LANGUAGES.index(language)]}}}', source)


def _json(content: dict[str, Any], indent: int = 1) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=indent) + "\n").encode("utf-8")
