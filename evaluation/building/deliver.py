"""Send a built review to an fsspec address, such as ``s3://bucket/reviews`` or ``memory://reviews``.

A reader there sees the old index until all that the new one leads to has arrived. Only what an earlier delivery sent
is ever replaced or removed there.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..problems import InputError, Problem
from ..problems.inside import Outside, inside, is_inside
from . import manifest
from .keys import hash_json

INDEX = "index.html"
ALLOWED = "a place that a delivery made, an empty one or none"


def is_address(output: str) -> bool:
    return "://" in output


def deliveries() -> Path:
    """Where reviews for addresses are built; `evaluation clean` removes them."""
    from platformdirs import user_cache_path

    return user_cache_path("evaluation", appauthor=False) / "outputs"


def built_here(address: str) -> Path:
    """The local folder in which a review for an address is built."""
    return deliveries() / hash_json(address)[:16]


def connect(address: str) -> tuple[Any, str]:
    """The file system of an address and the path in it. Raises InputError where there is none."""
    import fsspec

    try:
        return fsspec.core.url_to_fs(address)
    except Exception as error:  # whatever a file system of somebody else's says of its address
        found = f"{address!r} ({type(error).__name__}: {error})"
        raise InputError([Problem("--output", found=found, allowed="a folder or an fsspec address")]) from None


def check(address: str, name: str, review: str) -> list[Problem]:
    """What forbids sending a review to an address, before anything is made: no such system, or a place there that
    holds what no delivery sent."""
    try:
        system, root = connect(place(address, name))
        found = there(system, root)
        strange = found.get("review", review) != review or (not found and occupied(system, root))
    except InputError as error:
        return error.problems
    except Exception as error:  # a network, a service, a library: theirs, not ours
        found_there = f"{type(error).__name__} ({error})"
        return [Problem(place(address, name), found=found_there, allowed="an address that answers")]
    return [Problem(place(address, name), found="what no delivery of this review sent", allowed=ALLOWED)] * strange


def place(address: str, name: str) -> str:
    return f"{address.rstrip('/')}/{name}"


def occupied(system: Any, root: str) -> bool:
    """Whether there is anything at a place; an object store has no empty folders."""
    if not system.exists(root):
        return False
    return not system.isdir(root) or bool(system.ls(root, detail=False))


def deliver(folder: Path, address: str) -> list[str]:
    """Send what is not there yet, then remove what no longer belongs; gives the paths sent."""
    system, root = connect(place(address, folder.name))
    built = manifest.read(folder)
    before, here = manifest.listed(there(system, root)), manifest.listed(built)
    if not before:
        claim(system, root, built)
    changed = [p for p in sorted(here) if before.get(p) != here[p] or not system.exists(at(system, root, p))]
    sent = [*sorted(changed, key=leads_to_others), "manifest.json"]
    for path in sent:
        put(system, at(system, root, path), (folder / path).read_bytes())
    for path in sorted(set(before) - set(here)):
        with suppress(FileNotFoundError):
            system.rm_file(at(system, root, path))
    return sent


def leads_to_others(path: str) -> int:
    """How late a file is sent: what a reader opens first arrives after all that it leads to."""
    return 0 if not path.endswith(INDEX) else 2 if path == INDEX else 1


def claim(system: Any, root: str, built: dict[str, Any]) -> None:
    """Mark a place as a delivery's before the first file, so that one that was ended can be sent again."""
    nothing = {"contents": [], "runs": [], "outputs": {}, "key": ""}
    put(system, at(system, root, manifest.NAME), json.dumps(built | nothing).encode())


def put(system: Any, path: str, content: bytes) -> None:
    system.makedirs(path.rpartition("/")[0], exist_ok=True)
    system.pipe_file(path, content)


def at(system: Any, root: str, path: str) -> str:
    """A path inside a place. Raises Outside for any that leads out of it; on this machine, by a link too."""
    if not is_inside(path):
        raise Outside(f"found the path {path[:100]!r}; allowed: one inside {root}")
    if is_here(system):
        inside(Path(root), path)
    return f"{root}/{path}"


def is_here(system: Any) -> bool:
    from fsspec.implementations.local import LocalFileSystem

    return isinstance(system, LocalFileSystem)


def there(system: Any, root: str) -> dict[str, Any]:
    """The manifest at a place; empty where there is none. Raises InputError for one that is not ours."""
    path = f"{root}/{manifest.NAME}"
    if is_here(system):
        return manifest.read(Path(root))
    try:
        content = system.cat_file(path)
    except FileNotFoundError:
        return {}
    try:
        return manifest.checked(path, json.loads(content))
    except (ValueError, RecursionError):
        raise InputError([Problem(path, found="no JSON that can be read", allowed=manifest.OURS)]) from None


def forget() -> Iterator[int]:
    """Remove what deliveries have left on this machine; gives the size of each file removed."""
    for path in sorted(deliveries().rglob("*")) if deliveries().is_dir() else ():
        with suppress(OSError):
            yield path.lstat().st_size if path.is_file() else 0
    shutil.rmtree(deliveries(), ignore_errors=True)
