"""What worker processes do to be ready soon, and to do nothing twice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evaluation.building import publisher
from evaluation.charts import Point
from evaluation.numbers.number import Number
from evaluation.numbers.quantity import Quantity
from evaluation.pages import publish
from evaluation.runs import workers

pytestmark = pytest.mark.slow  # starts processes and stops them

ROOT = Path(__file__).parent.parent
LAZY = """
import sys
from evaluation.runs.workers import import_quickly
import_quickly(lazily=("altair",))
import altair as alt
[module for module in list(sys.modules.values()) if hasattr(module, "__file__") and module.__file__]
assert "altair.vegalite" not in sys.modules
assert alt.Chart.__module__ == "altair.vegalite.v6.api"
import altair
assert altair.Chart is alt.Chart
from altair import Chart
assert Chart is alt.Chart
import_quickly(lazily=("altair",))
assert sys.modules["altair"] is altair
"""


def test_a_module_is_imported_when_something_of_it_is_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", LAZY], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_one_chart_is_drawn_once(
    number: Callable[..., Number], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By what is seen of it: other words, another width or another name are another drawing."""
    monkeypatch.setenv("EVALUATION_STORE", str(tmp_path / "store"))
    asked: list[tuple[Any, ...]] = []

    def draw(*given: Any) -> str:
        asked.append(given)
        return f"drawing {len(asked)}"

    points, others = ([Point(number(Quantity.exact(value)))] for value in ("1", "2"))
    nouns = {"en": {"one": "victim", "other": "victims"}, "fr": {"one": "victime", "other": "victimes"}}
    of_victims = [Point(number(Quantity.exact("1"), nouns=nouns))]  # an axis says what it counts
    given = ("a_chart", {"own": "plane"}, points, "en", 704, "A name")
    for _ in range(2):  # as two processes that share a store
        assert publisher.draw_once(draw)(*given) == "drawing 1"
    for position, other in (
        (0, "b_chart"),
        (1, {"own": "signs"}),
        (2, others),
        (2, of_victims),
        (3, "fr"),
        (4, 288),
        (5, "Another name"),
    ):
        before = len(asked)
        changed = (*given[:position], other, *given[position + 1 :])
        assert publisher.draw_once(draw)(*changed) == f"drawing {before + 1}"


def test_a_renderer_that_dies_is_replaced() -> None:
    specification = {"mark": "text", "data": {"values": [{}]}}
    drawn = publisher.drawn_by_renderer(specification)
    assert drawn.startswith("<svg")
    (killed,) = publisher.renderer().all
    killed.process.kill()
    assert publisher.drawn_by_renderer(specification) == drawn
    (replacement,) = publisher.renderer().all
    assert replacement is not killed
    with pytest.raises(ValueError, match="found a chart that vl-convert cannot draw"):
        publisher.drawn_by_renderer({"mark": 7})
    assert publisher.renderer().all == [replacement]
    publisher.end_renderer()
    assert replacement.dead
    publisher.started_renderer.cache_clear()


def test_a_page_whose_renderers_die_fails_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def dies(*_: Any) -> None:
        raise workers.WorkerDied("the process was killed by SIGKILL (out of memory?)")

    monkeypatch.setattr(publish, "publish", dies)
    notebook = tmp_path / "one.ipynb"
    notebook.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', encoding="utf-8")
    found = publisher.publish_run(str(notebook), str(tmp_path))
    assert "the process that draws died twice: the process was killed by SIGKILL" in found["error"]


def test_a_worker_whose_asker_is_gone_ends_quietly() -> None:
    code = (
        "import os; from evaluation.runs.workers import serve; serve(lambda request: {}, lambda: os.write(2, b'ended'))"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe) as worker:
        assert worker.stdin
        assert worker.stdout
        assert worker.stderr
        worker.stdout.close()
        worker.stdin.write(b'{"number": 1}\n')
        worker.stdin.close()
        assert worker.stderr.read() == b"ended"
        assert worker.wait() == 0


def test_the_package_starts_without_the_grammar_that_nobody_uses() -> None:
    """Where the package is imported before Altair, as its own runs do: it is four fifths of the time to import."""
    loaded = "print('rfc3987_syntax' in sys.modules, 'altair' in sys.modules)"
    code = f"import sys; from evaluation import review; import altair; {loaded}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
