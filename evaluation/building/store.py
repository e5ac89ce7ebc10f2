"""The store: a cache of results of runs, drawings and checks, by the key of their inputs.

Entries are files whose first line is the hash of the rest, so that a corrupt one is detected and made again. They are
written whole and renamed into place, which is safe for concurrent builds and users. If the store cannot be written,
that is reported once and the build continues without it.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..problems.paths import is_plain_file
from ..problems.printing import print_line
from ..writing import files
from .inputs import python_version

STORE_VARIABLE = "EVALUATION_STORE"
LAYOUT = f"3-{python_version()}"  # entries of another Python version are not used
KINDS = ("runs", "drawings", "checks")
ENTRY = re.compile(rf"[0-9a-f]{{64}}|{files.PART.pattern}")


def default_folder() -> Path:
    """The folder in the environment variable EVALUATION_STORE (unless empty), or else one in the user's cache; existing
    or not."""
    if os.environ.get(STORE_VARIABLE):
        return Path(os.environ[STORE_VARIABLE])
    from platformdirs import user_cache_path

    return user_cache_path("evaluation", appauthor=False) / "store"


@dataclass
class Store:
    """JSON entries by key (64 hexadecimal digits), of several KINDS. A store that cannot be read or written counts as
    empty; no method raises for it."""

    folder: Path = field(default_factory=default_folder)
    warned = False  # whether this process has reported that nothing can be stored

    def path(self, kind: str, key: str) -> Path:
        """The path of an entry of a kind (of KINDS), existing or not."""
        return self.folder / LAYOUT / kind / key[:2] / key

    def has(self, kind: str, key: str) -> bool:
        """Whether an entry exists, intact or not."""
        return is_plain_file(self.path(kind, key))

    def get(self, kind: str, key: str) -> Any:
        """The stored value, or None without an intact entry. A corrupt one is removed, and reported on standard
        error."""
        path = self.path(kind, key)
        if not is_plain_file(path):  # missing, or a pipe, which would block
            return None
        try:
            digest, _, content = path.read_bytes().partition(b"\n")
        except OSError:
            return None
        if hashlib.sha256(content).hexdigest().encode() != digest:
            print_line(f"{path}:-:-: found a corrupt entry; it is made again", err=True)
            _remove_files([path])
            return None
        return json.loads(content)

    def put(self, kind: str, key: str, value: Any) -> None:
        """Store a value in place of any under its key. Failure to write is reported on standard error, once a process,
        and otherwise ignored."""
        content = json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
        entry = hashlib.sha256(content).hexdigest().encode() + b"\n" + content
        try:
            files.write(self.path(kind, key), entry, flushed=False)  # its hash detects truncation by a power cut
        except OSError as error:
            if not Store.warned:
                problem = f"found a store that cannot be written ({error.strerror}); the build goes on"
                print_line(f"{self.folder}:-:-: {problem}", err=True)
            Store.warned = True

    def run_count(self) -> int:
        """The number of stored runs, of all versions of Python."""
        return sum(1 for _ in self.folder.glob("*/runs/??/*"))

    def clean(self) -> tuple[int, int]:
        """Remove all entries, also partial ones and those of other versions of Python, and nothing else; return how
        many could be removed and their bytes."""
        paths = (path for kind in KINDS for path in self.folder.glob(f"*/{kind}/??/*"))
        return _remove_files(path for path in paths if ENTRY.fullmatch(path.name) and is_plain_file(path))


def _remove_files(paths: Iterable[Path]) -> tuple[int, int]:
    """Remove files; return the number and the bytes of those that could be removed. Errors are ignored."""
    sizes = []
    for path in paths:
        with suppress(OSError):
            size = path.stat().st_size
            files.remove(path)
            sizes.append(size)
    return len(sizes), sum(sizes)
