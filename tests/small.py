"""Small notebooks and a small project of their own, for tests of what runs them."""

import copy
import csv
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from evaluation import language
from evaluation.chapters.releases import drop_repeated_releases, latest_releases
from evaluation.cli import main
from evaluation.data import checking
from evaluation.data.contract import project_folder
from evaluation.data.rules import check_rules
from evaluation.data.sources import Tables
from evaluation.language import ASKED, LANGUAGES, NO_BREAK, Text, texts, translate
from evaluation.language.prose_cells import (
    drop_marks,
    has_words,
    is_analysis,
    is_prose,
    source_of,
    texts_by_language,
)
from evaluation.numbers.figures import Figures
from evaluation.numbers.frames import FigureArray, table_frame
from evaluation.numbers.notation import show
from evaluation.numbers.number import Number
from evaluation.problems import Problem
from evaluation.records.claims import Claims, drawn_in, is_stated
from evaluation.records.prose import Values
from evaluation.records.serialization import read_number
from evaluation.runs.execute import Job

ROOT = Path(__file__).parent.parent
# The tables as they were when the tests' expectations were worked out, so that a year, a place or a correction in
# data/ changes no test. Brought up to date on purpose only: cp data/*.csv data/datapackage.json tests/data/
DATA = ROOT / "tests" / "data"
QUICKEST = "people_served"  # the chapter that runs fastest
CHAPTERS = [QUICKEST, *sorted({path.stem for path in (ROOT / "notebooks").glob("*.ipynb")} - {QUICKEST})]
PARAMETERS = "decimals: Decimals = 0  # how many"
ANSWER = """chapter = review.open()
chapter.say(place={"en": "Ontario", "fr": "l’Ontario"})
chapter.say(period=(str(2020 + decimals), "2024"))"""
PROSE = {"en": "# A finding about {place}\n\nThe answer.", "fr": "# Un constat sur {place}\n\nLa réponse."}


SETUP = "from evaluation import Decimals, review"
OTHERS = {"name": "others", "path": "others.csv", "schema": {"fields": [{"name": "place", "type": "string"}]}}


def prose_source(prose: dict[str, str]) -> str:
    """A cell of prose."""
    return f"%%prose\n{prose['en']}\n%%fr\n{prose['fr']}"


def prose_in(cells: list[dict[str, Any]]) -> dict[str, list[str]]:
    """The prose of a notebook's cells, by language."""
    prose = [texts_by_language(source_of(cell)) for cell in cells if is_prose(cell)]
    return {language: [drop_marks(texts[language]) for texts in prose] for language in ("en", "fr")}


def notebook(
    path: Path, *code: str, prose: dict[str, str] = PROSE, setup: str = SETUP, parameters: str = PARAMETERS
) -> Path:
    """A chapter: its imports, its parameters, its first prose, and from the fourth on the cells of code given."""
    sources = [(setup, []), (parameters, ["parameters"]), (prose_source(prose), []), *((source, []) for source in code)]
    cells: list[dict[str, Any]] = []
    for number, (source, tags) in enumerate(sources):
        cell: dict[str, Any] = {"cell_type": "code", "id": f"c{number}", "metadata": {"tags": tags}, "source": source}
        cells.append(cell | {"outputs": [], "execution_count": None})
    title = {"evaluation": {"title": {"en": path.stem, "fr": path.stem}}}
    content = {"cells": cells, "metadata": title, "nbformat": 4, "nbformat_minor": 5}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def job(folder: Path, slug: str, *code: str, decimals: int = 0) -> Job:
    """A job of a notebook with one cell for each piece of code."""
    path = notebook(folder / "notebooks" / f"{slug}.ipynb", *code)
    return Job(slug, path, {"decimals": decimals}, {"slug": slug}, DATA, folder / "out" / f"{slug}.ipynb")


def project(folder: Path, monkeypatch: pytest.MonkeyPatch, count: int = 2) -> Path:
    """A project with the frozen data and so many runs of one chapter; gives its review file."""
    use(folder, monkeypatch)
    shutil.copytree(DATA, folder / "data")
    notebook(folder / "notebooks" / "one.ipynb", ANSWER)
    path = folder / "parameters" / "small.yml"
    path.parent.mkdir()
    matrix = f"[{', '.join(map(str, range(count)))}]"
    entry = f"  - chapter: one\n    matrix: {{decimals: {matrix}}}\n"
    path.write_text("title: {en: Small, fr: Petit}\nchapters:\n" + entry, encoding="utf-8")
    return path


Row = dict[str, str]
Make = Callable[..., Number]  # what makes a number by hand: the fixture `number`


def read_table(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_table(path: Path, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_rows(path: Path) -> list[list[str]]:
    """A table's rows as they stand, its head the first."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write_rows(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def mistakes_in(data: Path, table: str) -> list[Problem]:
    """What `check` finds in one table, without the time that all take."""
    tables = Tables(data)
    return checking.check_table(tables, table) or list(check_rules(tables, table))


def edit(data: Path, table: str, key: str | int, **cells: str) -> int:
    """Other cells in a row of a table: that of a number, or the first with a key, which is its first cell or its
    source; its number."""
    rows = read_table(data / f"{table}.csv")
    at = next(n for n, row in enumerate(rows) if key in (n + 2, next(iter(row.values())), row.get("source")))
    rows[at] |= cells
    write_table(data / f"{table}.csv", rows)
    return at + 2


@contextmanager
def contract_of(data: Path) -> Iterator[dict[str, Any]]:
    """The contract of a data folder, written back as it is left."""
    path = data / "datapackage.json"
    contract = json.loads(path.read_text(encoding="utf-8"))
    yield contract
    path.write_text(json.dumps(contract), encoding="utf-8")


def rewrite(path: Path, old: str, new: str, count: int = -1) -> None:
    """A file with another text in place of one that stands there."""
    text = path.read_text(encoding="utf-8")
    assert old in text, (path, old)
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def use(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the commands of this process work on a project of its own, with a store of its own."""
    monkeypatch.setattr("evaluation.building.project.ROOT", folder)
    monkeypatch.setenv("EVALUATION_STORE", str(folder / "store"))


def asked(*arguments: object) -> Result:
    """What a command says and how it ends, in this process."""
    return CliRunner().invoke(main, [*map(str, arguments)])


def asked_in(folder: Path, *arguments: object) -> Result:
    """The same, as if the command were started in a folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr("evaluation.building.project.ROOT", project_folder())
        patch.delenv("EVALUATION_DATA", raising=False)
        return asked(*arguments)


def run(review: Path, *arguments: object, command: str = "build") -> Result:
    """A command on a review."""
    return asked(command, review, *arguments)


def built(review: Path) -> Path:
    """A review that builds, built."""
    result = run(review)
    assert result.exit_code == 0, result.output
    return review


def output_of(review: Path) -> Path:
    """The folder that a small project's review is built into."""
    return review.parents[1] / "outputs" / "small"


def planned(review: Path) -> list[str]:
    """Whether each run of a review is up to date, or why it is not."""
    result = asked("plan", review)
    assert result.exit_code == 0, result.output
    return [line.split("\t")[1] for line in result.stdout.splitlines()]


def processes_with(token: str) -> list[int]:
    """Processes that have a text in their environment."""
    pids = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if token.encode() in path.read_bytes() and path.parent.name != str(os.getpid()):
                pids.append(int(path.parent.name))
    return pids


def all_end(token: str, seconds: float) -> bool:
    """Whether all processes with a text in their environment end within so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and processes_with(token):
        time.sleep(0.05)
    return not processes_with(token)


COMMAND = """
import sys
from contextlib import suppress
from pathlib import Path
from evaluation import cli
from evaluation.building import project
project.ROOT = Path(sys.argv.pop(1))
try:
    cli.main()
finally:
    large = "pandas altair nbconvert frictionless pydantic numpy jsonschema evaluation.charts"
    print("IMPORTED", *sorted(set(sys.modules) & set(large.split())))
"""


def start(review: Path, *arguments: str, command: str = "build", **environment: str) -> subprocess.Popen[str]:
    """The command in a process of its own, on a small project."""
    line = [sys.executable, "-c", COMMAND, str(review.parent.parent), command, str(review), *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(line, stdout=pipe, stderr=pipe, text=True, env=os.environ | environment)


def speak_from(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have phrases, names and catalogues be read from a folder, anew at each call."""
    monkeypatch.setattr(language, "FOLDER", folder)
    for cached in (language.phrases, language.catalogue, language.catalogue_entries):
        monkeypatch.setattr(language, cached.__name__, cached.__wrapped__)
        if hasattr(texts, cached.__name__):
            monkeypatch.setattr(texts, cached.__name__, cached.__wrapped__)


class Recorded(list[dict[str, Any]]):
    """What a chapter's cells record, in order."""

    def part(self, kind: str, name: str) -> dict[str, Any]:
        """A ``chart``, a ``table`` or what is recorded under a ``name``."""
        return next(record for record in self if record.get(kind) == name)

    def number(self, name: str) -> Number:
        return read_number(self.part("name", name)["number"])

    def words(self, name: str) -> list[str]:
        """A number as pages show it, in English and in French, its no-break spaces as plain ones."""
        return [show(self.number(name), language).words.replace(NO_BREAK, " ") for language in LANGUAGES]

    def shown(self, *names: str) -> list[str | None]:
        """Numbers as English pages show them; None for one that is absent."""
        return [number and show(number, "en").words for number in map(self.numbers.get, names)]

    def points(self, chart: str) -> list[Number]:
        return [read_number(point["number"]) for point in self.part("chart", chart)["points"]]

    def period(self, name: str) -> tuple[str, str] | None:
        record = self.part("name", name)
        return None if "absent" in record else (record["start"], record["end"])

    def rows(self, table: str) -> list[list[dict[str, Any]]]:
        """The cells of a table; none of one that is not there."""
        return next((record["rows"] for record in self if record.get("table") == table), [])

    def cells(self, table: str, language: str = "en") -> list[list[str]]:
        """The same in words."""
        return [[words_of_cell(cell, language) for cell in row] for row in self.rows(table)]

    def has(self, kind: str, name: str) -> bool:
        return any(record.get(kind) == name for record in self)

    @cached_property
    def numbers(self) -> dict[str, Number]:
        return {record["name"]: read_number(record["number"]) for record in self if "number" in record}

    @property
    def choices(self) -> dict[str, str]:
        """Which wording was chosen, by name."""
        return {record["name"]: record["choice"] for record in self if "choice" in record}

    def state(self, name: str) -> str | bool | None:
        """A word for claims; None where it is absent."""
        states = [record["state"] for record in self if record.get("name") == name and "state" in record]
        return states[-1] if states else None


def in_both(text: Text) -> dict[str, str]:
    """What a text says in each language, whatever a record keeps of it."""
    return {language: translate(text, language) for language in LANGUAGES}


def words_of_cell(cell: dict[str, Any], language: str = "en") -> str:
    if "number" in cell:
        return show(read_number(cell["number"]), language).words
    return cell["text"] if isinstance(cell["text"], str) else cell["text"][language]


def ran(chapter: str, data: Path = DATA, **parameters: Any) -> tuple[dict[str, Any], Recorded]:
    """The names that a chapter's cells leave and what they record when they are run here: see `executed_here`."""
    names, notebook = executed_here(chapter, data, **parameters)
    outputs = [output for cell in notebook["cells"] for output in cell["outputs"]]
    return names, Recorded(record for output in outputs for record in output["data"].values())


def executed_here(chapter: str, data: Path = DATA, **parameters: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The names that a chapter's cells leave, and its notebook with what they record, when they are run here, without a
    kernel, on a folder of data and with parameters where they are given: once for the same data, of the last few."""
    key = (chapter, repr(sorted(parameters.items())), os.environ.get(ASKED), *hashes(data).items())
    if key not in RAN:
        RAN[key] = run_here(chapter, data, parameters)
        for oldest in list(RAN)[:-MOST_RAN]:
            del RAN[oldest]
    names, notebook = RAN[key]
    return dict(names), copy.deepcopy(notebook)


RAN: dict[Any, tuple[dict[str, Any], dict[str, Any]]] = {}
MOST_RAN = 8


def run_here(chapter: str, data: Path, parameters: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run a chapter's cells: see `executed_here`."""
    notebook = json.loads((ROOT / "notebooks" / f"{chapter}.ipynb").read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVALUATION_NO_PREVIEW", "1")
        patch.setenv("EVALUATION_DATA", str(data))
        for cell in notebook["cells"]:

            def keep(kind: str, record: dict[str, Any], *preview: str, cell: Any = cell) -> None:
                cell["outputs"].append({"output_type": "display_data", "metadata": {}, "data": {kind: record}})

            patch.setattr("evaluation.records.chapter.output_record", keep)
            if is_analysis(cell):
                exec("".join(cell["source"]), names)
            if "parameters" in cell["metadata"].get("tags", []):
                names |= parameters
    return names, notebook


def executed(chapter: str, data: Path = DATA, **parameters: Any) -> Recorded:
    """What a chapter records."""
    return ran(chapter, data, **parameters)[1]


def about(data: Path, **more: Any) -> dict[str, Any]:
    """What an executed notebook says of itself, in its metadata: the official names of its data, and more."""
    return {"evaluation": {"names": Tables(data).names} | more}


def prose_said(chapter: str, data: Path = DATA, language: str = "en", **parameters: Any) -> str:
    """What a chapter's prose says in a language, in words alone, its no-break spaces as plain ones."""
    cells = executed_here(chapter, data, **parameters)[1]["cells"]
    metadata = about(data, parameters=parameters)
    notebook = nbformat.from_dict({"cells": cells, "metadata": metadata})
    values = Values.of(notebook, language)
    claims = Claims.of(notebook, values)
    sentences = [values.plain(claims.decide_cell(source_of(cell)).text(language)) for cell in cells if is_prose(cell)]
    return "\n".join(sentences).replace(NO_BREAK, " ")


def claims_of(chapter: str, data: Path = DATA, **parameters: Any) -> tuple[Claims, Any]:
    """The claims of a chapter that ran on some data, and its executed notebook."""
    notebook = nbformat.from_dict(executed_here(chapter, data, **parameters)[1])
    notebook.metadata.setdefault("evaluation", {}).update(about(data, parameters=parameters)["evaluation"])
    claims = Claims.of(notebook, Values.of(notebook, "en"))
    assert claims
    return claims, notebook


def lines_said(chapter: str, data: Path = DATA, **parameters: Any) -> tuple[list[str], list[str]]:
    """The lines that a chapter says, and those of them that would be refused, as they are written, in their order."""
    claims, notebook = claims_of(chapter, data, **parameters)
    drawn, values = drawn_in(notebook), {each: Values.of(notebook, each) for each in claims.languages}
    lines: list[str] = []
    refused: list[str] = []
    for cell in notebook.cells:
        if has_words(cell) and is_stated(source_of(cell), drawn):
            decided = claims.decide_cell(source_of(cell))
            for language in claims.languages:
                assert "{" not in values[language].plain(decided.text(language))
            lines += [line.text for line, shown in zip(decided.words.lines, decided.stated, strict=True) if shown]
            refused += [decided.words.lines[missed.place].text for missed in decided.unmet]
    return lines, [*dict.fromkeys(refused)]


def unmet(chapter: str, data: Path = DATA, **parameters: Any) -> list[str]:
    """The claims of a chapter that do not hold, and the names that its lines print and nothing records."""
    claims, notebook = claims_of(chapter, data, **parameters)
    decided = [claims.decide_cell(source_of(cell)) for cell in notebook.cells if has_words(cell)]
    return [missed.absent or missed.claim for each in decided for missed in each.unmet]


def claims_unmet(chapter: str, data: Path = DATA, **parameters: Any) -> list[str]:
    """The claims of a chapter that do not hold, each with its line, which keep its page from being published."""
    claims, notebook = claims_of(chapter, data, **parameters)
    return list(claims.unmet_lines(source_of(cell) for cell in notebook.cells if has_words(cell)))


def series(figures: Figures, definition: str, place: str, column: str = "incidents", latest: bool = True) -> list[Any]:
    """Numbers of police_reported.csv by year, oldest first: each year's latest release, or every release that changed
    one."""
    reported = table_frame(figures, "police_reported")
    rows = reported[(reported.definition == definition) & (reported.place == place)]
    return list((latest_releases if latest else drop_repeated_releases)(rows, column)[column])


def population(figures: Figures, place: str, year: int) -> Any:
    people = table_frame(figures, "population")
    return people[(people.place == place) & (people.year == year)].people.iloc[-1]


def rows_of(*numbers: Number, **columns: list[Any]) -> pd.DataFrame:
    """Numbers as a frame, each in a row with what else is said of it."""
    return pd.DataFrame(columns).assign(number=FigureArray(numbers))


def chart(frame: pd.DataFrame) -> Any:
    import altair as alt

    return alt.Chart(frame)


def bars(*numbers: Number, **columns: list[Any]) -> Any:
    """A chart of bars, each with its name."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(numbers)]
    columns = columns or {"name": [{"en": f"Row {letter}", "fr": f"Rang {letter}"} for letter in letters]}
    return chart(rows_of(*numbers, **columns)).mark_bar().encode(x="number:Q", y="name:N")


def line(*numbers: Number, **columns: list[Any]) -> Any:
    """A chart of one number a year from 2021 on, as a line with its points."""
    years = [2021 + place for place in range(len(numbers))]
    return chart(rows_of(*numbers, year=years, **columns)).mark_line(point=True).encode(x="year:O", y="number:Q")


def table(heads: list[Any], rows: list[list[Any]]) -> dict[str, Any]:
    """Cells under their headings as what `chapter.table` takes: a frame, and what heads its columns."""
    names = [f"column {place}" for place in range(len(heads))]
    return {"frame": pd.DataFrame(rows, columns=names), "heads": dict(zip(names, heads, strict=True))}


def hashes(folder: Path) -> dict[str, str]:
    """Every file of a folder with its hash."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def kill(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def busy() -> float:
    """How many times slower than usual this machine is, by its load."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 4.0 * (os.cpu_count() or 1)  # Windows tells none
    return max(1.0, load / (os.cpu_count() or 1))
