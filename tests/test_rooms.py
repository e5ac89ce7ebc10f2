"""Each room says in its first lines what it is for, with a call that runs."""

import doctest
import re
from importlib import import_module
from pathlib import Path

import pytest

import evaluation

ROOMS = sorted(path.parent.name for path in Path(*evaluation.__path__).glob("*/__init__.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_is_for_with_a_call_that_runs(room: str) -> None:
    module = import_module(f"evaluation.{room}")
    failed, tried = doctest.testmod(module)
    assert (failed, tried > 0) == (0, True)
    sentences = re.findall(r"[.:](?=\s|$)", (module.__doc__ or "").partition(">>>")[0])
    assert len(sentences) >= 3
