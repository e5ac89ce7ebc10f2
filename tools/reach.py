"""A plugin of pytest for `mutants`: coverage learns which test, or which fixture that several tests share, runs a line;
what is known of each test goes into a file."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

LIST = "EVALUATION_MUTANTS"  # of the environment: the file
tests: dict[str, tuple[set[str], float]] = {}  # by node: the fixtures that it shares, the seconds that it takes
running = ""


def node_of(item: Any) -> str:
    """A test by its node, all its cases together."""
    return str(item.nodeid).partition("[")[0]


def runs(context: str) -> str:
    """Attribute the lines measured from here on to ``context``; return the context before."""
    global running
    import coverage

    before, running = running, context
    measured = coverage.Coverage.current()
    if measured and context != before:
        measured.switch_context(context)
    return before


def pytest_runtest_protocol(item: Any) -> None:
    """A test begins."""
    definitions = [each[-1] for each in item._fixtureinfo.name2fixturedefs.values()]
    shared, seconds = tests.get(node_of(item), (set(), 0.0))
    tests[node_of(item)] = (shared | {name_of(each) for each in definitions if is_shared(each)}, seconds)
    runs(node_of(item))


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: Any) -> Iterator[Any]:
    """A fixture is made: for one test alone, or for all that share it."""
    before = runs(name_of(fixturedef) if is_shared(fixturedef) else running)
    try:
        return (yield)
    finally:
        runs(before)


def is_shared(fixture: Any) -> bool:
    return bool(fixture.scope != "function")


def name_of(fixture: Any) -> str:
    return f"fixture {fixture.baseid}::{fixture.argname}"


def pytest_runtest_logreport(report: Any) -> None:
    """A part of a test is over."""
    shared, seconds = tests[node_of(report)]
    tests[node_of(report)] = (shared, seconds + report.duration)


def pytest_sessionfinish() -> None:
    """Write what is known of the tests."""
    known = {node: (sorted(shared), seconds) for node, (shared, seconds) in tests.items()}
    Path(os.environ[LIST]).write_text(json.dumps(known), encoding="utf-8")
