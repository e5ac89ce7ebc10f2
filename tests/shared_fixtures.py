"""What the tests share: the project's folder, a private copy of its data, a hand-made number."""
# ruff: noqa: E402

from evaluation.problems.imports import import_quickly

import_quickly("jsonschema")  # before all that imports it, Altair and nbformat: its grammar takes seconds

import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from functools import cache
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import here
import pytest
import small
from by_hand import Notebook, whole
from filelock import FileLock
from small import DATA, ROOT, Make, Recorded

from evaluation.building import project, publisher
from evaluation.building.build import build
from evaluation.building.checks import Request
from evaluation.data.sources import Tables
from evaluation.numbers.lists import ReferenceLists
from evaluation.numbers.number import Figure, Measure, Number
from evaluation.numbers.publication import Source
from evaluation.numbers.quantity import Quantity
from evaluation.runs.pool import CONTEXT

os.environ["EVALUATION_DATA"] = str(DATA)  # what a chapter or `Figures()` reads where no folder is named


@pytest.fixture(autouse=True)
def same_project(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command with ``--project`` goes on there; the next test stands in this project again."""
    monkeypatch.setattr(project, "ROOT", project.ROOT)
    exclusive = project.exclusive  # test processes build from this repository at once, each into a folder of its own
    monkeypatch.setattr(project, "exclusive", lambda: nullcontext() if project.ROOT == ROOT else exclusive())


@pytest.fixture(autouse=True, scope="session")
def no_wait_for_the_disk() -> Iterator[None]:
    """What tests write outlives no power cut: two thousand waits for the disk are left out. Calls are counted as ever,
    at the writer's own functions."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture(autouse=True, scope="session")
def warm_publishers() -> Iterator[None]:
    """What publishes is forked from the process that runs of this test process fork from, draws nothing before it is
    asked to, and is one process: a build as part of a test waits for no other imports. Commands in processes of their
    own do as ever."""
    start, preload = publisher.start, forkserver.set_forkserver_preload
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publisher, "get_context", lambda _: CONTEXT)
        patch.setattr(forkserver, "set_forkserver_preload", lambda names: preload([publisher.WARM, *names]))
        patch.setattr(publisher, "start", lambda count, quiet=False, before_runs=False: start(1, quiet))
        yield


@pytest.fixture(scope="session")
def in_browser() -> Iterator[Callable[..., Any]]:
    """Calls a function with the browser of this test process, which the first call opens, in the thread of that
    browser: where Playwright works, no other event loop can."""
    from evaluation.audit.browser import open_browser

    opened = ExitStack()
    browser = cache(lambda: opened.enter_context(open_browser()))
    with ThreadPoolExecutor(1) as thread:
        yield lambda function: thread.submit(lambda: function(browser())).result()
        thread.submit(opened.close).result()


@pytest.fixture(scope="session")
def audited(in_browser: Callable[..., Any]) -> Callable[..., list[Any]]:
    """Findings of `audit` on a page, or on a folder of pages, in that browser: in some appearances, or in all."""
    from evaluation.audit import audit
    from evaluation.audit.visit import STATES, Visitor

    visitor = cache(Visitor)
    return lambda path, states=STATES: in_browser(lambda browser: audit(path, visitor=visitor(browser), states=states))


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of all test processes, for what one of them makes, under a lock, and the others read."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "built"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def built_review(shared: Path) -> Callable[[str], Path]:
    """The folder of a shipped review, built from an empty store by the first test that asks, for all test processes."""

    def folder(name: str) -> Path:
        with FileLock(shared / f"{name}.lock"):
            if not (shared / name).is_dir():
                with pytest.MonkeyPatch.context() as patched:
                    patched.setattr(project, "ROOT", ROOT)  # a module may stand in a project of its own
                    patched.setenv("EVALUATION_STORE", str(shared / "store"))
                    result = build(Request(ROOT / "parameters" / f"{name}.yml", output=shared))
                assert result.failures == []
        return shared / name

    return folder


@pytest.fixture(scope="session")
def whole_review(built_review: Callable[[str], Path]) -> Path:
    """The folder of the review that the project ships, built."""
    return built_review("review")


@pytest.fixture
def review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The review file of a small project with two runs of one chapter, not built yet."""
    return small.project(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def built_once(request: pytest.FixtureRequest, shared: Path) -> Path:
    """The small project, built for all test processes; one of its own for a module that changes it before, by an
    ``arrange`` that is given its review file."""
    arrange = getattr(request.module, "arrange", None)
    folder = shared / (f"small-{request.module.__name__}" if arrange else "small")
    with FileLock(folder.with_suffix(".lock")), pytest.MonkeyPatch.context() as monkeypatch:
        if not (folder / "outputs").is_dir():
            review = small.project(folder, monkeypatch)
            if arrange:
                arrange(review)
            assert build(Request(review)).failures == []
    return folder


@pytest.fixture
def built(built_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The review file of a copy of the small project, with its built review and its store."""
    shutil.copytree(built_once, tmp_path, dirs_exist_ok=True)
    small.use(tmp_path, monkeypatch)
    return tmp_path / "parameters" / "small.yml"


@pytest.fixture(scope="module")
def records(request: pytest.FixtureRequest) -> Recorded:
    """What the chapter that a module of tests names, its ``CHAPTER``, records on the tests' tables."""
    return small.executed(request.module.CHAPTER)


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    """What a test's own calls of a chapter record."""
    outputs = Recorded()
    monkeypatch.setattr("evaluation.records.chapter.output_record", lambda kind, record, *_: outputs.append(record))
    monkeypatch.setenv("EVALUATION_NO_PREVIEW", "1")
    return outputs


@pytest.fixture(scope="session")
def tables() -> Tables:
    return Tables(DATA)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A private copy of the tests' tables to break."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


SOURCE = Source(
    "a_source", {"en": "A publisher", "fr": "Un éditeur"}, "A title, 2022", "en", "https://example.org/a", "2022-03-01",
    True, "", {"en": "A licence", "fr": "Une licence"}, "",
)  # fmt: skip

LISTS = ReferenceLists(DATA)  # of the data that hand-made numbers say they come from


@pytest.fixture(scope="session")
def number() -> Make:
    """Make a figure, or a measure with ``kind="derived"`` or ``"estimate"``, from a quantity."""

    def make(quantity: Quantity, kind: str = "published", **fields: object) -> Number:
        common: dict[str, object] = {
            "name": "a_number", "label": {"en": "A label", "fr": "Une étiquette"}, "quantity": quantity,
            "unit": "people", "decimals": 0, "definition": "a_definition",
            "definition_label": {"en": "A definition", "fr": "Une définition"}, "place": "Ontario",
            "place_label": {"en": "Ontario", "fr": "Ontario"}, "start": "2021", "end": "2022", "caveats": (),
            "vocabulary": LISTS.vocabulary,
        }  # fmt: skip
        if kind == "published":
            common |= {"source": SOURCE, "place_in_source": "", "vintage": "2022-03-01"}
            return Figure.of_parts(**(common | fields))  # type: ignore[arg-type]
        common |= {"formula": {"en": "a formula", "fr": "une formule"}, "inputs": (), "estimate": kind == "estimate"}
        return Measure.of_parts(**(common | fields))  # type: ignore[arg-type]

    return make


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch, number: Make) -> Notebook:
    """A small whole page: answer, key number, chart, table."""
    return whole(monkeypatch, number)


@pytest.fixture(scope="session")
def editions(shared: Path) -> here.Editions:
    """A sample project whose review was built twice, and a site with both editions, for all test processes."""
    with FileLock(shared / "editions.lock"):
        made = here.Editions(shared / "editions")
        if not made.folder.is_dir():
            with pytest.MonkeyPatch.context() as patch:
                made.make(patch)
    return made
