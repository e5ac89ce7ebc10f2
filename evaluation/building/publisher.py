"""Worker processes that publish executed runs and write the opening pages of a review, one page at a time each."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..problems import report_unexpected
from ..runs.execute import Failure, Outcome
from ..runs.pool import CONTEXT, FORKS, set_up_process, starting
from .inputs import ANALYSIS, digest, hash_json, package_files, package_hashes, written_since
from .store import Store

if TYPE_CHECKING:
    from ..charts import Point

WARM = "evaluation.pages.warm"


def start(count: int, quiet: bool = False, before_runs: bool = False) -> ProcessPoolExecutor:
    """Start ``count`` publishing processes; return their pool, to be ended by `stop`. If ``before_runs``, they fork
    from the process that runs fork from, and draw once while the first run executes, since a first drawing takes a
    third of a second. Otherwise they fork from this process, which must not have started a thread. Quiet ones print
    nothing on standard error. If one dies, all pages not yet published fail."""
    if FORKS and not before_runs:
        import_module(WARM)
    context = CONTEXT if before_runs else get_context("fork" if FORKS else "spawn")
    with starting() as environment:
        mask = os.umask(0o077)
        os.umask(mask)
        pool = ProcessPoolExecutor(count, context, initialize_worker, (environment, mask, quiet, before_runs))
        for _ in range(count):
            pool.submit(int)  # does nothing but start a process
    return pool


def stop(pool: ProcessPoolExecutor) -> None:
    """Kill the processes of a pool at once, and drop what is queued."""
    for process in list((pool._processes or {}).values()):  # Python 3.14's `kill_workers`
        process.kill()
    pool.shutdown(cancel_futures=True)


def initialize_worker(environment: dict[str, str], mask: int, quiet: bool, draws: bool) -> None:
    """Prepare a new process of the pool: set the build's environment and umask (``mask``), ignore SIGINT, send standard
    error to nowhere if ``quiet``, import what pages need, and draw an empty chart if it ``draws``."""
    set_up_process(environment)
    os.umask(mask)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the build ends this process
    if quiet:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    import_module(WARM)
    if draws:
        from ..charts.drawing import to_svg

        to_svg({"mark": "text", "data": {"values": []}})


class PublishedRun(NamedTuple):
    """The result of publishing a run: outcome, entry in the index (None if it failed), and the hashes of its files by
    path (empty if it failed)."""

    outcome: Outcome
    entry: Any
    outputs: dict[str, str]


def publish_run(notebook: Path, folder: Path) -> PublishedRun:
    """Publish one executed run: write its files into ``folder``. Raises nothing: any exception makes a failed outcome,
    without entry (None) and hashes; the traceback of an unexpected one is saved."""
    from ..pages import publish
    from ..pages.errors import PageError
    from ..pages.notebook import read_executed

    try:
        entry, files = publish.publish_notebook(read_executed(notebook), folder, cached_draw())
        hashes = {path: digest(content) for path, content in files.items()}
        return PublishedRun(Outcome(notebook.stem, notebook), entry, hashes)
    except PageError as error:
        failures = tuple(error.failures)
    except OSError as error:  # a full disk or a folder that may not be written: this page's failure, named
        failures = (Failure("-", f"{error.strerror} at publishing; the page could not be written"),)
    except Exception as error:  # an unexpected exception: this page's failure, with its traceback saved
        failures = (Failure("-", report_unexpected(error)),)
    return PublishedRun(Outcome(notebook.stem, notebook, failures), None, {})


def write_opening(language: str, context: dict[str, Any], entries: list[Any], folder: Path) -> None:
    """Write the opening pages of a review in one language into ``folder``; ``context`` is what all its pages know of it
    (see `plan.page_context`), ``entries`` are the index entries of all its runs."""
    from ..pages import publish

    publish.write_opening(context, entries, language, folder, cached_draw())


def write_shared(context: dict[str, Any], entries: list[Any], folder: Path) -> None:
    """Write the files that a review's languages share into ``folder``; ``context`` is what all its pages know of it,
    ``entries`` are the index entries of all its runs."""
    from ..pages import publish

    publish.write_shared(context, entries, folder)


@lru_cache
def cached_draw() -> Callable[..., str]:
    """A function with the arguments and result (SVG) of `charts.draw` and the store as cache, so that a chart of the
    same rows is drawn once over all runs and builds. The store and the hash of the code are those of the first call of
    `cached_draw`; a drawing is not stored if the package was written since."""
    from .. import charts

    store, began, code = Store(), time.time(), package_hashes()[ANALYSIS]

    def drawn(chart: str, arguments: Any, points: Any, language: str, width: int, name: str) -> str:
        key = hash_json([chart, arguments, list(map(point_key, points)), language, width, name, code])
        svg = store.get("drawings", key)
        if svg is None:
            svg = charts.draw(chart, arguments, points, language, width, name)
            if not written_since(began, package_files()):  # otherwise the code that drew it is unknown
                store.put("drawings", key, svg)
        return str(svg)

    return drawn


def point_key(point: Point) -> list[Any]:
    """All of a point that its drawing depends on, for `hash_json`: its position, and of its number and interval what is
    drawn or written as words. Caveats and sources are left out."""
    numbers = [number for number in (point.number, point.interval) if number]
    about = [[n.quantity.record(), n.unit, n.nouns, n.decimals, n.kind, n.definition, n.definition_label, n.place,
              n.start, n.end, dict(n.dimension)] for n in numbers]  # fmt: skip
    return [point.category, point.year, point.series, about]
