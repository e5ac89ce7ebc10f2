"""A worker process that publishes executed runs: one exporter and one chart renderer, warm; the renderer is a process
of its own, which draws for one language while the page of the other is made."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from ..runs.workers import Pool, WorkerDied, import_quickly, serve
from .keys import digest, hash_json, package_marks, wing
from .store import Store

LOCK = Lock()


@lru_cache
def started_renderer() -> Pool:
    return Pool(1, "building.renderer")


def renderer() -> Pool:
    """The process that draws for this one. May be called by any thread."""
    with LOCK:
        return started_renderer()


def end_renderer() -> None:
    if started_renderer.cache_info().currsize:
        started_renderer().stop()


import_quickly("nbformat", "nbconvert.exporters.templateexporter", lazily=("soupsieve",))
from .. import charts  # noqa: E402
from ..language import LANGUAGES  # noqa: E402
from ..pages import publish  # noqa: E402
from ..pages.model import PageError  # noqa: E402
from ..pages.page import read_notebook  # noqa: E402
from ..problems import Refused, unforeseen  # noqa: E402
from ..reviews.review import Review  # noqa: E402


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Publish a run, or write a review's index."""
    return write_index(**request["index"]) if "index" in request else publish_run(**request)


def publish_run(notebook: str, folder: str) -> dict[str, Any]:
    """Publish one executed run into ``folder``: its index entry, its files' hashes."""
    aside = Path(folder) / f".publishing-{Path(notebook).stem}"
    shutil.rmtree(aside, ignore_errors=True)  # a worker was killed in the midst of this page
    try:
        with ThreadPoolExecutor(len(LANGUAGES)) as threads:  # while one page waits for a drawing, the other goes on
            entry = publish.publish(read_notebook(Path(notebook)), aside, threads.map)
        files = {p.relative_to(aside).as_posix(): p.read_bytes() for p in sorted(aside.rglob("*")) if p.is_file()}
        for path in files:
            move(aside / path, Path(folder) / path)
    except PageError as error:
        kind = type(error.__cause__ or error).__name__
        return {"error": str(error), "placed": True, "cell": error.cell, "kind": kind}
    except OSError as error:  # a full disk or a folder that may not be written: this page's failure, named
        return {"error": f"{error.strerror} at publishing; the page could not be written"}
    except WorkerDied as error:
        return {"error": f"the process that draws died twice: {error}"}
    except Exception as error:  # nothing that was foreseen: this page's failure, and its traceback is kept
        return {"error": unforeseen(error)}
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return {"entry": entry, "outputs": {path: digest(content) for path, content in files.items()}}


def draw_once(draw: Callable[..., str]) -> Callable[..., str]:
    """Draw what the store does not hold: one chart of the same rows is drawn once for all runs and builds, so that
    a changed sentence draws nothing."""
    store, marks, code = Store(), package_marks(), wing(True)

    def kept(chart: str, arguments: Any, points: Any, language: str, width: int, name: str) -> str:
        key = hash_json([chart, arguments, list(map(drawn_from, points)), language, width, name, code])
        found = store.get("drawings", key, lambda value: isinstance(value, str))
        if found is None:
            found = draw(chart, arguments, points, language, width, name)
            if marks == package_marks():  # else nobody knows by which code it was drawn
                store.put("drawings", key, found)
        return str(found)

    return kept


def drawn_from(point: charts.Point) -> list[Any]:
    """All of a point that a drawing may say: its numbers with their words and their ends, and what they count."""
    numbers = [number for number in (point.number, point.interval) if number]
    about = [[n.quantity.record(), n.unit, n.nouns, n.decimals, n.kind, n.definition, n.definition_label, n.place,
              n.start, n.end, dict(n.dimension)] for n in numbers]  # fmt: skip
    return [point.category, point.year, point.series, about]


def move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)


def write_index(review: dict[str, Any], entries: list[Any], folder: str, lists: dict[str, Any]) -> dict[str, Any]:
    publish.write_index(Review("", Path(), runs=[], **review), entries, Path(folder), lists)
    return {}


def drawn_by_renderer(specification: dict[str, Any], **options: Any) -> str:
    """A drawing by the renderer, by a new one where it dies. Raises WorkerDied where that dies too, ValueError where
    vl-convert cannot draw."""
    answer = renderer().ask({"specification": specification, "options": options})
    if "error" in answer:
        raise Refused(f"found a chart that vl-convert cannot draw: {answer['error']}")
    return str(answer["svg"])


if __name__ == "__main__":
    if "draw" in sys.argv:
        renderer()  # gets ready while the first run is made
    for language in LANGUAGES:
        publish.template(language, "index")  # a first page would wait for it
    charts.drawing.to_svg = drawn_by_renderer
    charts.draw = draw_once(charts.draw)
    serve(answer, end_renderer)
