"""Which files of the data folder a run opens, noted as it goes: its key covers these and no others.

Python tells an audit hook of every file that it opens, whoever asks. What it does not tell of, another program or a
library of C's that opens files by itself, counts as reading all. A hook stays for the life of its process, so that
only what runs one notebook may `watch`.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..data.files import data_files

ALL = "*"
FOLDER, NOTES = "EVALUATION_DATA", "EVALUATION_READS"
BY_PATH = ("open", "sqlite3.connect")
UNTOLD = ("subprocess.Popen", "os.system", "os.exec", "os.spawn", "os.posix_spawn", "os.startfile", "ctypes.dlopen")
OPEN_BY_THEMSELVES = ("pyarrow", "polars", "duckdb", "h5py", "tables", "lxml")

Identity = tuple[int, int]


def watch(data: Path, notes: Path) -> None:
    """From now on, for the life of this process, note in a file each file of a data folder that is opened."""
    known = identities(data)
    noted: set[str] = set()
    notes = notes.absolute()

    def note(name: str) -> None:
        if name not in noted:
            noted.add(name)
            with suppress(OSError), open(notes, "a", encoding="utf-8") as file:  # its folder goes when the run is done
                file.write(f"{name}\n")

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event in BY_PATH:
            if name := known.get(identity(arguments[0])):
                note(name)
        elif opens_untold(event, arguments):
            note(ALL)

    sys.addaudithook(hear)


def opens_untold(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether an event begins what can open files without Python's telling: another program, a library of C's by name
    (numpy loads the program itself, named None), or a module in C known for it (one with a file: pandas asks for
    pyarrow where there is none)."""
    if event == "import":
        return bool(arguments[1]) and arguments[0].partition(".")[0] in OPEN_BY_THEMSELVES
    return event in UNTOLD and arguments[0] is not None


def identities(data: Path) -> dict[Identity | None, str]:
    """The files of a data folder, by what stays the same under every name and link; its folders stand for all."""
    found: dict[Identity | None, str] = {identity(data): ALL}
    for name, path in data_files(data).items():
        found |= {identity(path.parent): ALL, identity(path): name}
    return {key: name for key, name in found.items() if key}


def identity(path: Any) -> Identity | None:
    try:
        status = os.stat(path)
    except (OSError, ValueError, TypeError):
        return None
    return status.st_dev, status.st_ino


def noted(notes: Path) -> tuple[str, ...]:
    """What was noted in a file, in order; all, where there are no notes."""
    try:
        names = notes.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError):
        return (ALL,)
    return (ALL,) if ALL in names else tuple(sorted(set(names)))


def load_ipython_extension(_: Any) -> None:
    """Watch in an ordinary kernel, before its first cell."""
    watch(Path(os.environ[FOLDER]), Path(os.environ[NOTES]))
