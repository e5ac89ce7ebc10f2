"""The processes that publish: nothing is drawn twice, and one that dies is replaced."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from evaluation import charts
from evaluation.building import publisher
from evaluation.charts import Point
from evaluation.numbers.number import Number
from evaluation.numbers.quantity import Quantity

pytestmark = pytest.mark.slow  # starts processes and stops them


def test_one_chart_is_drawn_once(
    number: Callable[..., Number], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
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
    given = ("a_chart", {"own": "plane"}, points, "en", 704, "A name")
    for _ in range(2):  # as two processes that share a store
        publisher.draw_once.cache_clear()
        assert publisher.draw_once()(*given) == "drawing 1"
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
        assert publisher.draw_once()(*changed) == f"drawing {before + 1}"
    publisher.draw_once.cache_clear()


def dies_once(sign: Path) -> dict[str, int]:
    if not sign.exists():
        sign.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return {"process": os.getpid()}


def test_a_page_whose_process_dies_is_made_by_another(tmp_path: Path) -> None:
    publishers = publisher.Publishers(1)
    assert publishers.ask(dies_once, tmp_path / "sign")["process"] != os.getpid()
    with pytest.raises(BrokenProcessPool, match="died 2 times"):
        publishers.ask(os.abort)
    assert publishers.ask(dict, [("well", True)]) == {"well": True}
    publishers.stop()
    with pytest.raises(BrokenProcessPool, match="the build was ended"):
        publishers.ask(dict)


def test_the_package_starts_without_the_grammar_that_nobody_uses() -> None:
    """Where the package is imported before Altair, as its own runs do: it is four fifths of the time to import."""
    loaded = "print('rfc3987_syntax' in sys.modules, 'altair' in sys.modules)"
    code = f"import sys; from evaluation import review; import altair; {loaded}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
