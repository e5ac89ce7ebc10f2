"""The processes that publish: nothing is drawn twice, and one that dies is told."""

import os
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
    nouns = {"en": {"one": "victim", "other": "victims"}, "fr": {"one": "victime", "other": "victimes"}}
    one = Quantity.exact(1)
    points, others = ([Point(made)] for made in (number(one), number(one, nouns=nouns)))  # an axis says what it counts
    given = ("a_chart", {"own": "dots"}, points, "en", 704, "A name")
    for _ in range(2):  # as two processes that share a store
        publisher.draw_once.cache_clear()
        assert publisher.draw_once()(*given) == "drawing 1"
    for position, other in enumerate(("b_chart", {"units": []}, others, "fr", 288, "Another name")):
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
