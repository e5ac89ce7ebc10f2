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
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..problems.paths import is_plain_file

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
        return self.path(kind, key).is_file()

    def get(self, kind: str, key: str) -> Any:
        """What was stored, or None where there is nothing whole. A corrupt entry is removed."""
        path = self.path(kind, key)
        try:
            value = value_in(path.read_bytes())
        except OSError:
            return None
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


def value_in(entry: bytes) -> Any:
    """The value of an entry; None where its hash is another's. Who can write a store can write what it likes."""
    digest, _, content = entry.partition(b"\n")
    return json.loads(content) if hashlib.sha256(content).hexdigest().encode() == digest else None


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
