"""A worker process that publishes executed runs: one exporter and one chart renderer, warm."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from .plan import digest
from .store import Store
from .workers import import_quickly, serve

import_quickly("altair", "nbformat", "nbconvert.exporters.templateexporter")
from . import publish  # noqa: E402
from .page import PageError, read_notebook  # noqa: E402
from .parameters import Review  # noqa: E402


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Publish a run, or write a review's index."""
    return write_index(**request["index"]) if "index" in request else publish_run(**request)


def publish_run(notebook: str, folder: str, key: str) -> dict[str, Any]:
    """Publish one executed notebook into ``folder`` and into the store: its index entry, its files' hashes."""
    aside = Path(folder) / f".publishing-{Path(notebook).stem}"
    shutil.rmtree(aside, ignore_errors=True)  # a worker was killed in the midst of this page
    try:
        entry = publish.publish(read_notebook(Path(notebook)), aside)
        files = {p.relative_to(aside).as_posix(): p.read_bytes() for p in sorted(aside.rglob("*")) if p.is_file()}
        for path in files:
            move(aside / path, Path(folder) / path)
    except PageError as error:
        return {"error": str(error)}
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    Store().put("pages", key, {"entry": entry, "files": {path: text.decode() for path, text in files.items()}})
    return {"entry": entry, "outputs": {path: digest(content) for path, content in files.items()}}


def move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)


def write_index(title: dict[str, str], entries: list[Any], folder: str) -> dict[str, Any]:
    publish.write_index(Review("", Path(), title, []), entries, Path(folder))
    return {}


def quicken_altair() -> None:
    """Altair makes a table of all its classes at each encoding (10 ms of 15); here it is made once."""
    from altair.utils import schemapi

    table = schemapi._FromDict(schemapi.SchemaBase._default_wrapper_classes())
    schemapi._FromDict = lambda _: table  # type: ignore[assignment, misc]


def warm_up() -> None:
    """What a first page would wait for: the templates, and a first drawing by vl-convert."""
    import vl_convert

    from . import charts

    for language in publish.LANGUAGES:
        publish.exporter(language).environment.get_template("index.html.j2")
    charts.register_font()
    empty = {"mark": "text", "data": {"values": []}, "config": charts.theme()}
    vl_convert.vegalite_to_svg(empty, vl_version=charts.vega_lite_version())


if __name__ == "__main__":
    quicken_altair()
    warm_up()
    serve(answer)
