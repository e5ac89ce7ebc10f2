"""Which files a run opens, noted as it goes, so that its key covers these and no others: those of the data folder and
those beside the chapter, by name.

Python tells an audit hook of every file that it opens, whoever asks. What no key can cover counts as `UNKNOWN`, and
such a run is made each time: another program, the network, a library in C that may open files by itself (any that is
not known to leave that to Python, any function of C's that is asked for by its name, and SQLite, which may attach
others), a file elsewhere, one named by `os.open` from a folder that is not told. A hook stays for the life of its
process, so that only what runs one notebook may `watch`.
"""

import os
import re
import sys
import sysconfig
from contextlib import suppress
from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES, ExtensionFileLoader, FileFinder, SourceFileLoader
from pathlib import Path
from typing import Any

from ..problems import Refused
from ..problems.paths import PACKAGE

UNKNOWN = "another program, the network or a file elsewhere"
SECRET, SECRET_BYTES = "secret", 32  # what stays with returns of organizations, see `protection`
RETURNS_VARIABLE = "EVALUATION_RETURNS"
LISTS, MOVES = ("os.listdir", "os.scandir"), ("os.link", "os.rename")
BY_PATH = ("open", *LISTS, *MOVES)
UNTOLD = ("subprocess.Popen", "os.system", "os.exec", "os.spawn", "os.posix_spawn", "os.startfile", "sqlite3.connect",
          "ctypes.dlopen", "ctypes.dlsym", "ctypes.dlsym/handle", "ctypes.call_function")  # fmt: skip
# Packages with modules in C that open no file but by Python; those of Python's own lie in its folder.
OPEN_BY_PYTHON = ("numpy", "scipy", "pandas", "statsmodels", "sklearn", "matplotlib", "kiwisolver", "contourpy", "PIL",
                  "shapely", "pydantic_core", "rpds", "markupsafe", "yaml", "msgpack", "regex", "wrapt",
                  "zmq", "tornado", "psutil", "debugpy", "charset_normalizer", "coverage")  # fmt: skip
# Those modules of theirs, and of Python's own, that open files by themselves, and the ways of multiprocessing, and so
# joblib's, to start a process that is no fork of this one.
BY_THEMSELVES = re.compile(
    r"lxml\.|PIL\._imaging(ft|cms)$|scipy\.io\._fast_matrix_market\.|(readline|_g?dbm|_posixshmem)$|.*\.popen_(?!fork$)"
)
ANEW = (os.O_TRUNC, os.O_CREAT | os.O_EXCL)  # of a file opened so, nothing is read that was there
OF_PYTHON = sysconfig.get_config_var("DESTSHARED") or sys.base_prefix  # where its own modules in C lie


def watch(data: str, notebook: str, folder: str) -> None:
    """From now on, while this process lives, note in the file ``reads`` of the run's ``own`` folder what is opened."""
    folders, notes = Folders(Path(data), Path(notebook), Path(folder)), Path(folder, "reads").absolute()
    notes.touch()
    noted: set[str] = set()
    written: set[str] = set()

    def note(name: str) -> None:
        if name and name not in noted:
            noted.add(name)
            with suppress(OSError), open(notes, "a", encoding="utf-8") as file:  # its folder goes when the run is done
                file.write(f"{name}\n")

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event in BY_PATH and isinstance(arguments[0], str | bytes | os.PathLike):
            path = os.fsdecode(arguments[0])
            real, flags = os.path.realpath(path), arguments[2] if event == "open" else 0
            if is_return(real, event in LISTS):
                raise Refused("found a return of an organization, opened by a chapter; allowed: protected tables alone")
            if any(flags & how == how for how in ANEW):
                written.add(real)
            elif event == "open" and arguments[1] is None and not os.path.isabs(path):
                note(UNKNOWN)  # of `os.open`, and nobody tells from which folder
            elif real not in written and not flags & os.O_WRONLY:
                note(folders.name_of(os.path.abspath(path), real, listed=event in LISTS))
            if event in MOVES:
                (written.add if real in written else written.discard)(os.path.realpath(arguments[1]))
        elif opens_untold(event, arguments):
            note(UNKNOWN)

    for name in [name for name in sys.modules if BY_THEMSELVES.match(name)]:
        del sys.modules[name]  # it is here for pages: who asks for it is told of
    sys.addaudithook(hear)
    import_as_written(os.path.realpath(Path(notebook).parent))


def is_return(real: str, folder: bool = False) -> bool:
    """Whether a file, or a ``folder``, is one of returns: beside the secret that stays with them, or where the
    environment says that they are."""
    place = real if folder else os.path.dirname(real)
    told = os.environ.get(RETURNS_VARIABLE)
    if told and f"{place}{os.sep}".startswith(f"{os.path.realpath(told)}{os.sep}"):
        return True
    try:
        return os.stat(os.path.join(place, SECRET)).st_size == SECRET_BYTES
    except (OSError, ValueError):
        return False


class AsWritten(SourceFileLoader):
    """Compiles a module each time. What Python keeps of it compiled passes for the module while its size and the second
    of its last change are the same, so that a run would not be of the file that its key names."""

    def path_stats(self, path: Any) -> Any:
        """Nothing to know what is kept by: so it is neither read nor written."""
        raise OSError


def import_as_written(folder: str) -> None:
    """From now on, have modules of a folder be imported as they are written."""
    find = FileFinder.path_hook((ExtensionFileLoader, EXTENSION_SUFFIXES), (AsWritten, SOURCE_SUFFIXES))

    def find_inside(path: str) -> Any:
        if not os.path.realpath(path).startswith(folder):
            raise ImportError
        return find(path)

    sys.path_hooks.insert(0, find_inside)
    sys.path_importer_cache.clear()  # of folders that were searched before


def opens_untold(event: str, arguments: tuple[Any, ...]) -> bool:
    """Whether an event begins what can open files without Python's telling: another program, a process that is no fork
    of this one, a database, the network, a function of C's by its name, or a module in C that is not known to leave it
    to Python (one with a file: others are only asked for)."""
    if event == "import":
        if BY_THEMSELVES.match(arguments[0]):
            return True
        outside = arguments[1] and not os.path.abspath(arguments[1]).startswith(OF_PYTHON)
        return bool(outside) and arguments[0].partition(".")[0] not in OPEN_BY_PYTHON
    return event in UNTOLD or (event == "socket.connect" and os.name != "nt")  # which connects to itself for a pair


class Folders:
    """Where a run's files lie: its data, what stands beside its chapter, and what belongs to the environment."""

    def __init__(self, data: Path, notebook: Path, folder: Path):
        places = {"data": data, "notebooks": notebook.parent}
        self.own = os.path.abspath(notebook)
        self.named = [(name, os.path.abspath(path), os.path.realpath(path)) for name, path in places.items()]
        self.environment = (f"{folder.absolute()}{os.sep}", f"{PACKAGE}{os.sep}", *surroundings())

    def name_of(self, path: str, real: str, listed: bool = False) -> str:
        """The name of a file for a key: ``data/places.csv``, ``notebooks/helper.py``; `UNKNOWN` for one elsewhere;
        nothing for what other parts of a key cover. The names in a data folder are one; a ``listed`` folder that a
        link there leads to is not."""
        if path == self.own:
            return ""
        for name, *folders in self.named:
            for place, folder in ((path, folders[0]), (real, folders[1])):
                if place.startswith(folder + os.sep) and os.path.isdir(place):
                    return UNKNOWN if name == "data" and listed and not real.startswith(folders[1]) else ""
                if place.startswith(folder + os.sep):
                    return f"{name}/{os.path.relpath(place, folder)}".replace(os.sep, "/")
        known = any(place.startswith(self.environment) for place in (path, real))
        return UNKNOWN if not known and os.path.isfile(path) else ""


def surroundings() -> list[str]:
    """Where Python, the system and what they keep for their user lie."""
    home = os.path.expanduser("~")
    folders = {*sysconfig.get_paths().values(), sys.prefix, sys.base_prefix, os.path.dirname(os.__file__)}
    system = ("/usr", "/etc", "/proc", "/sys", "/lib", "/lib64", "/System", "/Library", "C:\\Windows")
    hidden = (".cache", ".config", ".ipython", ".jupyter", ".local", ".matplotlib", "Library", "AppData")
    return [f"{folder}{os.sep}" for folder in (*folders, *system, *(os.path.join(home, name) for name in hidden))]


def noted(folder: Path) -> tuple[str, ...]:
    """What was noted in a run's own folder, in order."""
    names = (folder / "reads").read_text(encoding="utf-8").splitlines()
    return (UNKNOWN,) if UNKNOWN in names else tuple(sorted(set(names)))
