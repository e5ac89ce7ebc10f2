"""What plain Papermill and JupyterLab run a notebook with is held to the types that it declares."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation import Decimals, Place, Year
from evaluation.data.sources import Tables
from evaluation.problems import Refused
from evaluation.records.declared import refuse_others

CELLS = ["%load_ext x", 'place: Place = "Ontario"\ndecimals: Decimals = 0\nyear: Year = 2024\nown: str = ""', "n = 5"]
NAMES: dict[str, Any] = {"Place": Place, "Decimals": Decimals, "Year": Year}
VALUES = {"place": "Ontario", "decimals": 0, "year": 2024, "own": ""}


def run_with(given: dict[str, Any], tables: Tables) -> None:
    injected = "# Parameters\n" + "\n".join(f"{name} = {value!r}" for name, value in given.items())
    refuse_others(NAMES | VALUES | given, [*CELLS, injected], tables)


@pytest.mark.parametrize("given", [{}, {"decimals": 4}, {"year": "latest"}, {"own": "anything"}, {"place": "Canada"}])
def test_what_is_declared_and_allowed_runs(given: dict[str, Any], tables: Tables) -> None:
    run_with(given, tables)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"decimals": 9}, "decimals: found 9; allowed: int from 0 to 4"),
        ({"decimals": True}, "decimals: found True; allowed: int from 0 to 4"),
        ({"decimals": "latest"}, "decimals: found 'latest'"),
        ({"place": "Ontari"}, r"place: found 'Ontari' \(nearest: Ontario\); allowed: Canada, .*Ontario"),
        ({"decimal": 1}, r"found the parameter decimal \(nearest: decimals\); allowed: place, decimals, year, own"),
    ],
)
def test_what_is_not_is_refused(given: dict[str, Any], message: str, tables: Tables) -> None:
    with pytest.raises(Refused, match=message):
        run_with(given, tables)
