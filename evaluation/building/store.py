"""A store of finished work, by the key of what it was made from: results of runs, published pages, checks.

Entries are files whose first line is the hash of the rest, so that a corrupt one is found and made again. They are
written whole and moved into place: two builds, or two users of one folder, may write at once. A store that cannot
be written is said once, and the build goes on without it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..language import LANGUAGES
from ..problems.inside import is_inside, is_plain_file

FOLDER = "EVALUATION_STORE"
LAYOUT = "1"
LEFTOVER = ".part"
KINDS = ("runs", "reads", "pages", "drawings", "checks", "folders")
ENTRY = re.compile(r"[0-9a-f]{64}(\.\d+-\d+\.part)?")


def default_folder() -> Path:
    """EVALUATION_STORE, else a folder in the user's cache."""
    if os.environ.get(FOLDER):
        return Path(os.environ[FOLDER])
    from platformdirs import user_cache_path

    return user_cache_path("evaluation", appauthor=False) / "store"


@dataclass
class Store:
    """Entries of several kinds, each JSON under a key: ``runs`` with what they have read (``reads``), ``pages``,
    ``drawings``, ``checks``, ``folders``."""

    folder: Path = field(default_factory=default_folder)
    silent: bool = False

    def path(self, kind: str, key: str) -> Path:
        return self.folder / LAYOUT / kind / key[:2] / key

    def has(self, kind: str, key: str) -> bool:
        return is_plain_file(self.path(kind, key))

    def get(self, kind: str, key: str, fits: Callable[[Any], bool] = lambda value: True) -> Any:
        """What was stored, or None where there is nothing whole that ``fits``. Any other entry is removed."""
        path = self.path(kind, key)
        try:
            content = path.read_bytes() if is_plain_file(path) else b""
        except OSError:
            return None
        if not content and not os.path.lexists(path):
            return None
        value = value_in(content, fits)
        if value is None:
            self.forget(kind, key)
        with suppress(OSError):
            os.utime(path)  # its last use, for `clean`
        return value

    def forget(self, kind: str, key: str) -> None:
        """Remove an entry that is not what it should be, and say so."""
        path = self.path(kind, key)
        print(f"{path}:-:-: found a corrupt entry; it is made again", file=sys.stderr)
        with suppress(OSError):
            path.unlink()

    def put(self, kind: str, key: str, value: Any) -> None:
        """Store a value; where that cannot be done, it is said once."""
        content = json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
        path = self.path(kind, key)
        part = path.with_name(f"{key}.{os.getpid()}-{time.monotonic_ns()}{LEFTOVER}")
        try:
            self.make_folder(path.parent)
            part.write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
            os.replace(part, path)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            self.say(f"{self.folder}:-:-: found a store that cannot be written ({error.strerror}); the build goes on")

    def make_folder(self, folder: Path) -> None:
        """A folder with the rights of the store's own, so that who shares the store can write there too."""
        if folder.is_dir():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        rights = self.folder.stat().st_mode & 0o7777
        for made in [*(p for p in reversed(folder.parents) if self.folder in p.parents), folder]:
            with suppress(FileExistsError):
                made.mkdir()
                made.chmod(rights)

    def say(self, line: str) -> None:
        if not self.silent:
            print(line, file=sys.stderr)
        self.silent = True

    def entries(self) -> Iterator[tuple[float, int, Path]]:
        """Every entry, and no other file: when it was last used, its size, where it is."""
        for path in (self.folder / LAYOUT).glob("*/??/*"):
            kind, start, name = path.parts[-3:]
            with suppress(OSError):
                if kind in KINDS and ENTRY.fullmatch(name) and name.startswith(start) and is_plain_file(path):
                    status = path.stat()
                    yield status.st_mtime, status.st_size, path

    def clean(self, older_than: float | None = None, larger_than: int | None = None) -> tuple[int, int]:
        """Remove entries not used for so many days, then the longest unused until the store is so small; gives
        the number of entries and bytes removed."""
        now, found = time.time(), sorted(self.entries())
        day = 86400.0
        old = [e for e in found if (older_than is not None and now - e[0] > older_than * day) or is_leftover(e, now)]
        kept = [e for e in found if e not in set(old)]
        total = sum(size for _, size, _ in kept)
        while larger_than is not None and kept and total > larger_than:
            total -= kept[0][1]
            old.append(kept.pop(0))
        return remove(old)


def value_in(entry: bytes, fits: Callable[[Any], bool]) -> Any:
    """The value of an entry; None where its hash is another's, or it is not of the shape that is asked for."""
    digest, _, content = entry.partition(b"\n")
    if hashlib.sha256(content).hexdigest().encode() != digest:
        return None
    try:
        value = json.loads(content)
        return value if fits(value) else None
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError, IndexError):
        return None


def are_results(value: Any) -> bool:
    """Whether something is what a run leaves (`execute.Results`)."""
    injected, cells = value["injected"], value["cells"]
    counted = all(count is None or isinstance(count, int) for count, _ in cells)
    return (injected is None or isinstance(injected, int)) and counted and all(map(are_cell_outputs, cells))


def are_cell_outputs(cell: Any) -> bool:
    """Whether a cell's outputs are some that a notebook can hold."""
    return isinstance(cell[1], list) and all(
        isinstance(output.get("text", ""), str) and isinstance(output.get("data", {}), dict) and output["output_type"]
        for output in cell[1]
    )


def are_reads(value: Any) -> bool:
    """Whether something lists the files that a run has read."""
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def are_pages(value: Any) -> bool:
    """Whether something is a run's files, each inside the folder, and what the contents say of it."""
    files = value["files"]
    good = all(is_inside(path) and isinstance(text, str) for path, text in files.items())
    return good and bool(files) and is_entry(value["entry"])


def is_entry(entry: Any) -> bool:
    """Whether something is what the contents say of a page, in each language that it has."""
    return bool(entry) and set(entry) <= set(LANGUAGES) and all(isinstance(told, dict) for told in entry.values())


def is_note(value: Any) -> bool:
    """Whether something is a note of how a folder looked."""
    return all(isinstance(value[name], str) for name in ("key", "signature"))


def is_leftover(entry: tuple[float, int, Path], now: float) -> bool:
    """A part that a killed build has left: no write takes an hour."""
    return entry[2].name.endswith(LEFTOVER) and now - entry[0] > 3600


def remove(entries: list[tuple[float, int, Path]]) -> tuple[int, int]:
    removed = 0
    size = 0
    for _, bytes_, path in entries:
        with suppress(OSError):
            path.unlink()
            removed, size = removed + 1, size + bytes_
    return removed, size
