"""The processes that publish: nothing is drawn twice, and one that dies is told."""

import os
import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest
from small import Make

from evaluation import charts
from evaluation.building import publisher
from evaluation.charts import Point
from evaluation.numbers.quantity import Quantity

pytestmark = pytest.mark.slow  # starts processes and stops them


def test_one_chart_is_drawn_once(number: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By what is seen of it: other words, another width or another name are another drawing."""
    monkeypatch.setenv("EVALUATION_STORE", str(tmp_path / "store"))
    asked: list[tuple[Any, ...]] = []

    def draw(*given: Any) -> str:
        asked.append(given)
        return f"drawing {len(asked)}"

    monkeypatch.setattr(charts, "draw", draw)
    points, others = ([Point(number(Quantity.exact(value)))] for value in ("1", "2"))
    nouns = {"en": {"one": "victim", "other": "victims"}, "fr": {"one": "victime", "other": "victimes"}}
    of_victims = [Point(number(Quantity.exact("1"), nouns=nouns))]  # an axis says what it counts
    given = ("a_chart", {"own": "dots"}, points, "en", 704, "A name")
    for _ in range(2):  # as two processes that share a store
        publisher.draw_once.cache_clear()
        assert publisher.draw_once()(*given) == "drawing 1"
    for position, other in (
        (0, "b_chart"),
        (1, {"units": []}),
        (2, others),
        (2, of_victims),
        (3, "fr"),
        (4, 288),
        (5, "Another name"),
    ):
        before = len(asked)
        changed = (*given[:position], other, *given[position + 1 :])
        assert publisher.draw_once()(*changed) == f"drawing {before + 1}"
    publisher.draw_once.cache_clear()


def test_a_process_that_dies_fails_what_is_not_made_yet() -> None:
    pool = publisher.start(1)
    assert pool.submit(abs, -7).result() == 7
    with pytest.raises(BrokenProcessPool):
        pool.submit(os.abort).result()
    publisher.stop(pool)


def test_the_package_starts_without_the_grammar_that_nobody_uses() -> None:
    """Where the package is imported before Altair, as its own runs do: it is four fifths of the time to import."""
    loaded = "print('rfc3987_syntax' in sys.modules, 'altair' in sys.modules)"
    code = f"import sys; from evaluation import review; import altair; {loaded}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
