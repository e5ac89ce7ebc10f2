"""Every refusal of a review file in its words; what a cluster and confidential data are told; within this process."""

import copy
import csv
import json
import os
import sys
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import here
import pytest
import small
from golden import compare

from evaluation.building import cluster, confidential, inputs
from evaluation.data.sources import Tables
from evaluation.language.texts import check_chapter
from evaluation.problems import InputError, Problem, foreign
from evaluation.reviews.parameters import read_chapter
from evaluation.reviews.review_file import read_review
from evaluation.runs.execute import Failure, Outcome

TITLE, RUN = "title: {en: Riders, fr: Cyclistes}\n", "chapters: [riders]\n"
HEADED, ONE = f"{TITLE}{RUN}", TITLE + "chapters: [{chapter: riders, "
BRIEF = f"{HEADED}brief: {{title: {{en: Brief, fr: Aperçu}}, findings: [riders], "
REVIEWS = {
    "nothing": "", "a list": "- a", "no chapters": TITLE, "no title": RUN, "an unknown key": f"{HEADED}titel: a",
    "a key twice": f"{HEADED}{RUN}", "a key that is no text": f"{HEADED}[a]: b", "no mapping": f"{HEADED}imprint: a",
    "chapters in a text": f"{TITLE}chapters: riders", "no chapter": f"{TITLE}chapters: []",
    "an unknown chapter": f"{TITLE}chapters: [rider]", "a chapter twice": f"{TITLE}chapters: [riders, riders]",
    "a title in one language": f"title: {{en: Riders}}\n{RUN}", "a title as text": f"title: Riders\n{RUN}",
    "an empty title": f"title: {{en: '', fr: a}}\n{RUN}",
    "a typed number": f"title: {{en: 3 riders, fr: Trois}}\n{RUN}",
    "a comparison": f"title: {{en: More ride, fr: Plus}}\n{RUN}",
    "an odd mark": f"title: {{en: More, fr: Plus, general: perhaps}}\n{RUN}",
    "a mark for nothing": f"title: {{en: Riders, fr: Cyclistes, general: true}}\n{RUN}",
    "languages": f"{HEADED}languages: [en, de]", "a language twice": f"{HEADED}languages: [en, en]",
    "no language": f"{HEADED}languages: []", "a day": f"{HEADED}date: 2026-13-01",
    "confidential": f"{HEADED}confidential: maybe",
    "an address": f"{HEADED}repository: example.org", "a site": f"{HEADED}imprint: {{address: 'http://example.org'}}",
    "imprint": f"{HEADED}imprint: {{maker: {{en: a, fr: b}}}}",
    "an unknown parameter": ONE + "parameters: {sinc: 2022}}]",
    "a value": ONE + "parameters: {since: soon}}]",
    "a value of no kind": ONE + "parameters: {since: [2022]}}]",
    "no value": ONE + "parameters: {since: null}}]",
    "an empty matrix": ONE + "matrix: {}}]",
    "a matrix of nothing": ONE + "matrix: {since: []}}]",
    "a matrix beside": ONE + "parameters: {since: 2022}, matrix: {since: [2023]}}]",
    "exclude alone": ONE + "exclude: [{since: 2022}]}]",
    "exclude nothing": ONE + "matrix: {since: [2022, 2023]}, exclude: [{since: 2024}]}]",
    "exclude all": ONE + "matrix: {since: [2022]}, exclude: [{since: 2022}]}]",
    "a name for a page": ONE + "name: 'a/b'}]",
    "a brief of nothing": f"{HEADED}brief: {{title: {{en: Brief, fr: Aperçu}}}}",
    "a finding": BRIEF + "charts: [rider/a]}",
    "a chart": BRIEF + "charts: [riders]}", "a list in a list": BRIEF.replace("[riders], ", "[[riders]], ") + "}",
    "parts": f"{TITLE}chapters: [{{part: other, chapter: riders}}]",
}  # fmt: skip


def test_every_refusal_of_a_review_file(tmp_path: Path) -> None:
    project = here.sample(tmp_path / "project")
    tables, path = Tables(project / "data"), project / "parameters" / "review.yml"
    lines = []
    for name, text in REVIEWS.items():
        path.write_text(text, encoding="utf-8")
        try:
            read_review(path, project / "notebooks", tables)
            lines += [f"# {name}", "accepted"]
        except InputError as error:
            lines += [f"# {name}", *(str(problem).replace(str(project), "") for problem in error.problems)]
    compare("\n".join(lines) + "\n", "review_refused.txt", tmp_path)


# Files of any origin

CODE = '{"cell_type": "code", "metadata": {}, "source": ["1"]}'
BOOK = '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [%s]}'
FOREIGN: dict[str, tuple[Any, str | bytes]] = {
    "JSON that ends": (foreign.read_json, '{"a": [1,'), "a key twice": (foreign.read_json, '{"a": 1, "a": 2}'),
    "JSON too deep": (foreign.read_json, "[" * 100_000),
    "another encoding": (foreign.read_json, '"é"'.encode("cp1252")),
    "UTF-16": (foreign.read_rows, "a,b\n".encode("utf-16")), 
    "quotes": (foreign.read_rows, 'a\n"b"c\n'), "an open cell": (foreign.read_rows, 'a\n"b\n'),
    "an alias": (foreign.read_yaml, "a: &b 1\nc: *b"), "a tab": (foreign.read_yaml, "a:\n\t- b"),
    "half a list": (foreign.read_yaml, "a: [1, 2"),
    "much YAML": (foreign.read_yaml, "a" * 30_001),
    "no notebook": (foreign.read_notebook, "[]"), "an older one": (foreign.read_notebook, '{"nbformat": 3}'),
    "no cells": (foreign.read_notebook, '{"nbformat": 4, "nbformat_minor": "5", "metadata": []}'),
    "cells of another shape": (
        foreign.read_notebook, BOOK % '{"cell_type": 1, "source": true, "metadata": {"tags": 1}}, null'
    ),
    "another kind of cell": (foreign.read_notebook, BOOK % f'{CODE}, {CODE.replace("code", "heading")}'),
    "an escape": (foreign.read_notebook, BOOK % CODE.replace('"1"', '"a\\u001b[31m"')),
}  # fmt: skip
FIRST = "from evaluation import review\nchapter = review.open()"
ABOUT_CHAPTER = {
    "nothing": {}, "no title": {"title": None}, "a title in one language": {"title": {"en": "Riders"}},
    "a number typed": {"title": {"en": "3 riders", "fr": "Trois"}},
    "a comparison": {"title": {"en": "More ride", "fr": "Davantage"}},
    "a comparison marked": {"title": {"en": "More ride", "fr": "Davantage"}, "general": True},
    "a mark for nothing": {"general": True}, "confidential": {"confidential": True},
    "no parameters": {"cells": 0}, "parameters twice": {"cells": 2},
    "no declaration": {"source": "a = 1\nb: Year\nfor c in d: pass"}, 
    "a name twice": {"source": "a: Year = 2022\na: Year = 2023"},
    "another type": {"source": "a: Month = 1"}, "a default of another type": {"source": "a: Year = 'soon'"},
    "no Python": {"source": "a: Year = = 1"}, "too deep": {"source": "a: Year = " + "-" * 20_000 + "1"},
}  # fmt: skip

CELLS = {
    "typed": 'chapter.say(x={"en": "3 riders", "fr": "Trois"})', "empty": 'x = {"en": "A", "fr": " "}',
    "single": 'x = {"en": "A"}', "unknown": 'chapter.chart("a", b, title="Never said before")',
    "phrase": 'review.phrase("sign", "sideways")', "brace": 'x = {"en": "A {", "fr": "B"}', "broken": "x = = 1",
    "shell": "!ls x = = 1", "told": "N_(\"Sentences whose claims no longer hold\")",
}  # fmt: skip


def refusal(read: Any, *arguments: Any) -> list[str]:
    """A line for each problem that keeps something from being read."""
    try:
        read(*arguments)
    except InputError as error:
        return [str(problem) for problem in error.problems]
    return ["accepted"]


def test_every_refusal_of_a_file_of_any_origin(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    limit = csv.field_size_limit(10_000_000)  # as a library sets it
    request.addfinalizer(lambda: csv.field_size_limit(limit))
    path = tmp_path / "file"
    lines = []
    for name, (read, content) in FOREIGN.items():
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        lines += [f"# {name}", *refusal(read, path, *["a file of ours"] * (read is not foreign.read_notebook))]
    for name, place in (("none", tmp_path / "none"), ("a folder", tmp_path), ("below a file", path / "a")):
        lines += [f"# {name}", *refusal(foreign.read_bytes, place, "a file of ours")]
    lines += ["# large", *refusal(foreign.read_bytes, path, "a file of ours", 3)]
    compare("\n".join(lines).replace(str(tmp_path), "FOLDER") + "\n", "foreign_refused.txt", tmp_path)


def test_every_refusal_of_a_chapter(tmp_path: Path) -> None:
    project = here.sample(tmp_path / "project")
    names, path = Tables(project / "data").names, project / "notebooks" / "riders.ipynb"
    whole, lines = json.loads(path.read_text(encoding="utf-8")), []
    place = next(i for i, cell in enumerate(whole["cells"]) if "parameters" in cell["metadata"].get("tags", []))
    for name, changed in ABOUT_CHAPTER.items():
        notebook: Any = copy.deepcopy(whole)
        cell, about = notebook["cells"][place], dict(changed)
        cell["source"] = about.pop("source", cell["source"])
        notebook["cells"][place : place + 1] = [cell] * about.pop("cells", 1)
        notebook["metadata"]["evaluation"] |= about
        path.write_text(json.dumps(notebook), encoding="utf-8")
        lines += [f"# {name}", *refusal(read_chapter, path, names)]
    moved = path.rename(path.with_name("Riders 2.ipynb"))
    lines += ["# a name of no page", *refusal(read_chapter, moved, names, ("fr",))]
    for name, source in CELLS.items():
        written = small.notebook(project / "notebooks" / f"{name}.ipynb", source)
        lines += [f"# {source}", *map(str, check_chapter(written))]
    compare("\n".join(lines).replace(str(tmp_path), "FOLDER") + "\n", "chapter_refused.txt", tmp_path)


# A cluster


class Client:
    """A cluster of workers that run what they are asked here, and say what they are told to."""

    versions: Any = None
    answers: Any = None

    def __init__(self, address: str, timeout: float, set_as_default: bool):
        self.closed: list[Any] = []
        if address.endswith(":1"):
            raise OSError(address, timeout, set_as_default)

    def run(self, function: Any) -> Any:
        if isinstance(self.versions, Exception):
            raise self.versions
        return {worker: function() | theirs for worker, theirs in self.versions.items()}

    def submit(self, function: Any, *arguments: Any, pure: bool) -> Future[Any]:
        future: Future[Any] = Future()
        assert not pure
        if self.answers:
            future.set_exception(self.answers)
        else:
            future.set_result(function(*arguments))
        return future

    def close(self, **options: Any) -> None:
        self.closed.append(options)


class KilledWorker(Exception):
    pass


@pytest.fixture
def dask(monkeypatch: pytest.MonkeyPatch) -> None:
    library, scheduler = ModuleType("distributed"), ModuleType("distributed.scheduler")
    vars(library)["Client"], vars(scheduler)["KilledWorker"] = Client, KilledWorker
    monkeypatch.setitem(sys.modules, "distributed", library)
    monkeypatch.setitem(sys.modules, "distributed.scheduler", scheduler)


def test_a_cluster_has_this_environment_or_is_refused(dask: None, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = []
    ours = cluster.package_versions()
    assert {"python", "evaluation", "altair", "papermill"} <= ours.keys()
    cases = {
        "host:8786": {}, "tcp://host": {}, "tcp://host:1": {"a": {}}, "tcp://host:2": {},
        "tcp://host:3": ValueError("no"),
        "tcp://host:4": {"b": {"pandas": "0"}, "a": {"numpy": None, "pandas": "1"}}, "tcp://host:5": {"a": {}, "b": {}},
    }  # fmt: skip
    for address, versions in cases.items():
        monkeypatch.setattr(Client, "versions", versions)
        try:
            assert isinstance(cluster.connect(address), Client)
            lines.append(f"{address} answers")
        except InputError as error:
            lines += [
                f"{problem}".replace(ours["pandas"], "P").replace(ours["numpy"], "N") for problem in error.problems
            ]
    assert lines == [
        "host:8786:-:-: found no address of a scheduler; allowed: a Dask scheduler, such as tcp://host:8786",
        "tcp://host:-:-: found no address of a scheduler; allowed: a Dask scheduler, such as tcp://host:8786",
        "tcp://host:1:-:-: found no scheduler that answers (OSError); allowed: a Dask scheduler, such as tcp://host:8786",
        "tcp://host:2:-:-: found no workers; allowed: at least one",
        "tcp://host:3:-:-: found workers without this package (no); allowed: this environment",
        "tcp://host:4:a:numpy: found numpy None; allowed: numpy N, as here",
        "tcp://host:4:a:pandas: found pandas 1; allowed: pandas P, as here",
        "tcp://host:4:b:pandas: found pandas 0; allowed: pandas P, as here",
        "tcp://host:5 answers",
    ]


def test_a_run_on_a_cluster(dask: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here.sample(tmp_path / "project")
    files = inputs.Files(tmp_path / "project" / "data", tmp_path / "project" / "notebooks")
    monkeypatch.setattr(cluster, "Runs", here.RunsHere)
    client = Client("tcp://host:5", 1, False)
    runs = cluster.ClusterRuns(client, files, 60)
    runs.start_early()
    assert {"data/riders.csv", "data/datapackage.json", "notebooks/riders.ipynb"} <= runs.inputs.keys()
    job = small.job(tmp_path / "project", "one", small.ANSWER)
    runs.inputs["notebooks/one.ipynb"] = job.notebook.read_bytes()
    assert runs.run(job) == Outcome("one", job.output)
    assert "2024" in job.output.read_text(encoding="utf-8")
    killed = "found a run that its workers died of (again); given up"
    for error, words in ((KilledWorker("again"), killed), (CancelledError(), "the build was ended")):
        monkeypatch.setattr(Client, "answers", error)
        assert runs.run(job) == Outcome("one", job.output, (Failure("-", words),))
    runs.stop()
    assert (client.closed, runs.at_once) == ([{"timeout": 1}], 64)


# Confidential data


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tables:
    project = here.sample(tmp_path / "project")
    small.use(project, monkeypatch)
    return Tables(project / "data")


def test_a_problem_of_confidential_data_has_its_place_and_no_value(tables: Tables) -> None:
    rule = ("what the rule does not allow", "what datapackage.json declares")
    table, chapter = tables.folder / "riders.csv", "notebooks/riders.ipynb"
    hidden = ("what is not allowed here", "what is declared for it")
    cases = {
        Problem(str(table), 3, "riders", "41,200", "less"): (3, "riders", *rule),
        Problem(str(table), 3, "Marie", "41,200", "less"): (3, "-", *rule),
        Problem(chapter, 3, "c", "since = 2022", "a year"): (3, "c", *hidden),
        Problem(chapter, 3, "c", "no title", "a title"): (3, "c", "no title", "a title"),
        Problem("--set", "-", "since", "'2022'", "a year"): ("-", "since", *hidden),
        Problem("--only", "-", "-", "'Marie'", "riders"): ("-", "-", *hidden),
        Problem("--output", "-", "-", "'/home/2022'", "a folder"): ("-", "-", "'/home/2022'", "a folder"),
        Problem(str(tables.contract_file), "-", "-", "'x'", "y"): ("-", "-", "'x'", "y"),
        Problem("parameters/a.yml", 1, "-", "'x'", "true or false"): (1, "-", "'x'", "true or false"),
    }
    masked = [confidential.mask_problem(problem, tables) for problem in cases]
    assert [(each.row, each.column, each.actual, each.allowed) for each in masked] == [*cases.values()]
    assert [each.file for each in masked] == [each.file for each in cases]


def test_a_failure_of_confidential_data_has_its_kind_alone() -> None:
    words = "; its words are not shown, since the review is confidential"
    assert confidential.mask_failure(Failure(3, "KeyError: Marie", "KeyError")).error == f"KeyError{words}"
    assert confidential.mask_failure(Failure(3, "Marie: 1", "Marie")).error == f"an error{words}"
    assert confidential.mask_failure(Failure("-", "it took too long")) == Failure("-", "it took too long")


@pytest.mark.parametrize(
    ("review", "is_so"),
    [
        ("", False), ("confidential: false\n", False), ("confidential: no\n", True), ("confidential: true\n", True),
        ("confidentiel: true\n", True), ("confidential: [false]\n", True), ("[a]: b\n", True),
        ("confidential: null\n", False),
    ],
)  # fmt: skip
def test_whatever_may_mean_confidential_is_taken_for_it(review: str, is_so: bool, tables: Tables) -> None:
    path = tables.folder.parent / "parameters" / "review.yml"
    path.write_text(review + HEADED, encoding="utf-8")
    assert confidential.may_be_confidential(path, tables.contract_file) == is_so
    asked = confidential.tables_to_mask({"data": None})
    assert (asked and asked.folder) == (tables.folder if is_so else None)
    assert (confidential.tables_to_mask({"review": path, "data": tables.folder}) is not None) == is_so


def test_data_may_say_it_for_every_review(tables: Tables, tmp_path: Path) -> None:
    with small.contract_of(tables.folder) as contract:
        contract["confidential"] = True
    assert confidential.may_be_confidential(tmp_path / "none.yml", tables.contract_file)
    problem = Problem(str(tables.folder / "riders.csv"), 2, "riders", "'Marie'", "a number")
    (shown,) = confidential.mask_problems([problem], {"anything": tables.folder})
    assert "Marie" not in str(shown)
    assert confidential.mask_problems([problem], {"data": tmp_path}) == [problem]


@pytest.mark.linux
def test_within_a_confidential_build_all_files_are_its_owners_and_the_temporary_ones_go(tmp_path: Path) -> None:
    before, mask = os.environ.get("TMPDIR"), os.umask(0o022)
    try:
        with suppress(ValueError), confidential.private_files(tmp_path):
            private = {Path(os.environ[name]).parent for name in ("TMPDIR", "EVALUATION_STORE")}
            assert private == {tmp_path / ".private"}
            assert all(os.environ[name].startswith(str(tmp_path)) for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR"))
            (tmp_path / "mine").write_text("x")
            assert (tmp_path / "mine").stat().st_mode & 0o777 == 0o600
            (tmp_path / "deep").mkdir(mode=0o755)
            (tmp_path / "deep" / "open").write_text("x")
            (tmp_path / "deep" / "open").chmod(0o666)
            (tmp_path / "link").symlink_to(small.__file__)
            raise ValueError
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*") if not path.is_symlink()}
        assert modes == {"mine": 0o600, "deep": 0o700, "open": 0o600}
        assert os.environ.get("TMPDIR") == before
        assert os.umask(0o022) == 0o022
        with confidential.private_files(tmp_path, confidential=False):
            assert os.environ.get("TMPDIR") == before
            assert not (tmp_path / ".private").exists()
    finally:
        os.umask(mask)
