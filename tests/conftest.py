"""Which tests run, in which order, and how they share a process; their fixtures are in shared_fixtures.py."""

import gc
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

gc.disable()  # imports and collection create no garbage: half of a start would be spent in looking for it

# These begin first, so that no process waits for them at the end.
LONGEST = ("test_reviews.py", "test_truth.py", "test_plan.py", "test_reported_incidents.py")

# The same examples on every machine, however slow it is.
few = {"deadline": None, "derandomize": True, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("suite", max_examples=50, **few)
settings.register_profile("quick", max_examples=12, **few)


def pytest_configure(config: pytest.Config) -> None:
    """Processes that only hand out tests load no fixture, nor the libraries that these import."""
    settings.load_profile("quick" if "not slow" in config.option.markexpr else "suite")
    if hasattr(config, "workerinput") or not getattr(config.option, "numprocesses", None):
        config.pluginmanager.import_plugin("shared_fixtures")


@pytest.hookimpl(tryfirst=True)  # before tests are chosen by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mark_all_but_a_sample(items)
    items.sort(key=lambda item: item.path.name not in LONGEST)
    if sys.platform != "linux":
        for item in items:
            if item.get_closest_marker("linux"):
                item.add_marker(pytest.mark.skip(reason="needs /proc, forks, signals or modes of Linux"))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """`make quick` reads no file whose tests are all slow, nor what these import."""
    if "not slow" in config.option.markexpr and collection_path.name.startswith("test_"):
        return "\npytestmark = pytest.mark.slow" in collection_path.read_text(encoding="utf-8") or None
    return None


def pytest_collection_finish() -> None:
    """What is imported stays: the collector looks at it no more, and seldom at what tests make."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    gc.enable()


def mark_all_but_a_sample(items: list[pytest.Item]) -> None:
    """Of the cases of each sampled test, every third, or as many as its mark says, stays as it is; the next one becomes
    slow, and the others long; of a slow test all others become long."""
    before = Counter[str]()
    for item in items:
        if sampled := item.get_closest_marker("sampled"):
            test = item.nodeid.partition("[")[0]
            if place := before[test] % (*sampled.args, *sampled.kwargs.values(), 3)[0]:
                item.add_marker("slow" if place == 1 and not item.get_closest_marker("slow") else "long")
            before[test] += 1
