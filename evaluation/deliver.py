"""Send a built review to an fsspec address, such as ``s3://bucket/reviews`` or ``memory://reviews``.

A reader there sees the old index until all that the new one leads to has arrived.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from . import manifest
from .plan import hash_json
from .sources import InputError, Problem

LAST = ("index.html", "manifest.json")


def is_address(output: str) -> bool:
    return "://" in output


def built_here(address: str) -> Path:
    """The local folder in which a review for an address is built."""
    from platformdirs import user_cache_path

    return user_cache_path("evaluation", appauthor=False) / "outputs" / hash_json(address)[:16]


def connect(address: str) -> tuple[Any, str]:
    """The file system of an address and the path in it. Raises InputError where there is none."""
    import fsspec

    try:
        return fsspec.core.url_to_fs(address)
    except (ValueError, ImportError, OSError) as error:
        problem = Problem("--output", found=f"{address!r} ({error})", allowed="a folder or an fsspec address")
        raise InputError([problem]) from None


def deliver(folder: Path, address: str) -> list[str]:
    """Send what is not there yet, then remove what no longer belongs; gives the paths sent."""
    system, root = connect(f"{address.rstrip('/')}/{folder.name}")
    there, here = hashes(read_there(system, root)), hashes(manifest.read(folder))
    changed = [path for path in sorted(here) if there.get(path) != here[path] or not system.exists(f"{root}/{path}")]
    sent = [*sorted(changed, key=lambda path: LAST.index(path) if path in LAST else -1), "manifest.json"]
    for path in sent:
        system.makedirs(f"{root}/{path}".rpartition("/")[0], exist_ok=True)
        system.pipe_file(f"{root}/{path}", (folder / path).read_bytes())
    for path in sorted(set(there) - set(here)):
        system.rm_file(f"{root}/{path}")
    return sent


def read_there(system: Any, root: str) -> dict[str, Any]:
    try:
        return dict(json.loads(system.cat_file(f"{root}/manifest.json")))
    except (OSError, ValueError):
        return {}


def hashes(found: dict[str, Any]) -> dict[str, str]:
    """Every file that a manifest lists, with its hash."""
    runs = [run["outputs"] for run in found.get("runs", [])]
    return {path: value for outputs in [*runs, found.get("outputs", {})] for path, value in outputs.items()}
