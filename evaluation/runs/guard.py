"""The guard of a run: a read outside the run's key fails the run, so that what Python reads makes no page stale.

A key covers the data folder, the files beside the notebooks, the package and the lock. An audit hook sees each file
that Python opens: reading one elsewhere (an organization's return, a download, another project) fails the run with the
file's name, and so does a connection to another machine. Not observed: what another program or a library in C opens by
itself (an XML parser, an attached database), a process that multiprocessing spawns, names and sizes of files, and that
a file is missing.
"""

import os
import re
import stat
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from ..problems import Refused
from ..problems.imports import temporary_values
from ..problems.paths import PACKAGE

AUDITED_EVENTS = ("open", "sqlite3.connect", "socket.connect")
FRESH_FLAGS = (os.O_TRUNC, os.O_CREAT | os.O_EXCL)  # flags with which a file is opened without reading its content
NO_INPUT = re.compile(r"(^|/)(\.|__pycache__/)|\.ipynb$")
ALLOWED = "files of the data folder and modules beside the notebook, which its key covers"


def is_run_input(name: str) -> bool:
    """Whether a file of the data folder or beside the notebooks, by its path relative to the folder, may be read by a
    run and is part of its key: all except hidden and compiled files, and notebooks, whose cells have keys of their
    own."""
    return not NO_INPUT.search(name)


@contextmanager
def guard_reads(data: Path, notebooks: Path, run_folder: Path) -> Iterator[list[str]]:
    """Within the block, refuse reads in this process outside of the run's inputs (see `is_run_input`), the package, its
    ``run_folder`` for temporary files (TMPDIR and ``tempfile.tempdir`` are set to it), and the environment, and
    connections to other machines, and pipes; writing is not refused. Yields the list of refusals, to which each adds a
    message and then raises Refused, so that those that a cell caught are included. Compiled modules in the data and
    notebooks folders appear missing. For good, the process has an audit hook and writes no compiled modules."""
    inputs = [os.path.join(os.path.realpath(path), "") for path in (data, notebooks)]
    others = tuple(
        os.path.join(os.path.realpath(path), "") for path in (str(run_folder), str(PACKAGE), *environment_folders())
    )
    refused: list[str] = []
    active = True

    def check_event(event: str, arguments: tuple[Any, ...]) -> None:
        """Refuse an audited event that reads outside of what is allowed; after the block, nothing."""
        if not active or event not in AUDITED_EVENTS or not (path := file_read(event, arguments)):
            return
        name = next((path.removeprefix(folder) for folder in inputs if path.startswith(folder)), None)
        if name and name.endswith(".pyc"):
            raise FileNotFoundError(path)  # Python takes it for a module that was changed within a second
        is_allowed = path.startswith(others) or (name is not None and is_run_input(name))
        if not is_allowed or is_pipe(path):
            refused.append(f"found {path}, opened by a chapter; allowed: {ALLOWED}")
            raise Refused(refused[-1])

    sys.dont_write_bytecode = True
    sys.addaudithook(check_event)  # for the life of the process
    try:
        with (
            temporary_values(os.environ, {"TMPDIR": str(run_folder)}),
            temporary_values(vars(tempfile), {"tempdir": str(run_folder)}),
        ):
            yield refused
    finally:
        active = False


def is_pipe(path: str) -> bool:
    """Whether a path is a named pipe, whose content no key covers; False for one that cannot be seen."""
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def file_read(event: str, arguments: tuple[Any, ...]) -> str:
    """The path that an audit event reads, links resolved (a folder's ends in a slash), or the address of the machine
    that it connects to. Empty for what only writes or starts a new file, for a descriptor, a missing file, a character
    device, a local socket, and connections on Windows."""
    if event == "socket.connect":
        return str(arguments[1]) if isinstance(arguments[1], tuple) and os.name != "nt" else ""  # there, for a pair
    flags = arguments[2] if event == "open" else 0
    is_read = not flags & os.O_WRONLY and not any(flags & how == how for how in FRESH_FLAGS)
    if not is_read or not isinstance(arguments[0], str | bytes | os.PathLike):
        return ""
    name = os.fsdecode(arguments[0])
    if event == "sqlite3.connect" and name.startswith("file:"):
        name = unquote(urlsplit(name).path)
    path = os.path.realpath(name)
    if os.path.isdir(path):
        return os.path.join(path, "")
    return path if os.path.exists(path) and not stat.S_ISCHR(os.stat(path).st_mode) else ""


def environment_folders() -> list[str]:
    """The folders that a run may read besides its inputs: those of Python, the system, and the user's caches, settings
    and libraries, but none where people keep files (as /usr/src, or OneDrive below Library). Some may not exist."""
    home = os.path.expanduser("~")
    folders = {*sysconfig.get_paths().values(), sys.prefix, sys.base_prefix, os.path.dirname(os.__file__)}
    usr = [f"/usr/{name}" for name in ("bin", "lib", "lib64", "libexec", "share")]
    usr += [f"/usr/local/{name}" for name in ("bin", "etc", "lib", "share")]
    system = (*usr, "/etc", "/proc", "/sys", "/lib", "/lib64", "/System", "/Library", "C:\\Windows")
    hidden = (".cache", ".config", ".ipython", ".jupyter", ".matplotlib", "AppData")
    local = [f".local/{name}" for name in ("bin", "lib", "share/fonts", "share/jupyter")]
    library = [
        f"Library/{name}" for name in ("Application Support", "Caches", "Fonts", "Jupyter", "Preferences", "Python")
    ]
    return [*folders, *system, *(os.path.join(home, name) for name in (*hidden, *local, *library))]
