"""What a confidential review keeps to itself.

Confidential is what a review file or a data folder's contract says to be. Such a build has a store of its own that
goes with it, keys that nobody else can work out, files for its owner alone, and messages that name the place and the
rule and never a value.
"""

from __future__ import annotations

import builtins
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..data.checking import allowed_in
from ..data.contract import CONTRACT
from ..data.sources import Tables
from ..problems import InputError, Problem, refuse
from ..problems.inside import is_plain_file
from ..runs.execute import Outcome
from . import manifest
from .keys import digest

KEY = "confidential"
MARK = ".confidential"  # of a data folder: a confidential review was made from it
PRIVATE = ".private"  # of a folder being built: its store and its temporary files
SAID = re.compile(rf"""(?:^|[{{\[,\s])["']?{KEY}["']?\s*:(?!\s*(?:~|(?:false|null)\b))""")
EXPLAINED = "its words are not shown, since the review is confidential"


def of_data(tables: Tables) -> bool:
    """Whether a data folder says that it is confidential. Raises InputError for anything but true and false."""
    said = tables.contract.get(KEY, False)
    if not isinstance(said, bool):
        found = f"a {type(said).__name__}"
        raise refuse(tables.folder / CONTRACT, column=KEY, found=found, allowed="true or false")
    return said


def mark(data: Path) -> None:
    """Have a data folder say that a confidential review was made from it, for as long as nobody takes the mark away.
    Raises InputError where it cannot be marked."""
    try:
        (data / MARK).write_text(MARKED, encoding="utf-8")
    except OSError as error:
        found = f"a folder that cannot be marked as confidential ({error.strerror})"
        allowed = f'"{KEY}": true at the top of its {CONTRACT}, or a folder that can be written to'
        raise refuse(data, found=found, allowed=allowed) from None


MARKED = f"""{KEY}: true
# A confidential review was made from these tables, so that no public one is. Who decides that they are public
# removes this file.
"""


def is_marked(data: Path) -> bool:
    return os.path.lexists(data / MARK)


def concerns(review: Path, data: Path) -> bool:
    """Whether a review, its data's contract or their mark say that they are confidential, or may mean to."""
    return is_marked(data) or may_be(review, data / CONTRACT)


def may_be(*files: Path) -> bool:
    """Whether review and contract may mean to be confidential, as far as anyone can tell who cannot read them."""
    return any(KEY in text and SAID.search(text) for text in map(text_of, files))


def text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    except (OSError, ValueError):
        return ""


@contextmanager
def privately(confidential: bool) -> Iterator[None]:
    """Have all that is written in the block be for its owner alone, where that is asked for."""
    before = os.umask(0o077) if confidential else None
    try:
        yield
    finally:
        if before is not None:
            os.umask(before)


def protect(folder: Path) -> None:
    """Files and folders for their owner alone, also those that a chapter or an earlier build has made."""
    for parent, _, names in os.walk(folder):
        os.chmod(parent, 0o700)
        for name in names:
            if not os.path.islink(os.path.join(parent, name)):
                os.chmod(os.path.join(parent, name), 0o600)


def surroundings(folder: Path) -> dict[str, str]:
    """The environment of processes that work on a confidential folder: a store and temporary files inside it."""
    private = folder / PRIVATE
    places = {"EVALUATION_STORE": private / "store", "TMPDIR": private / "tmp", "IPYTHONDIR": private / "ipython"}
    places |= {"JUPYTER_RUNTIME_DIR": private / "runtime"}
    for place in places.values():
        place.mkdir(parents=True, exist_ok=True)
    return {name: str(place) for name, place in places.items()}


@contextmanager
def exporting(folder: Path, confidential: bool) -> Iterator[None]:
    """Have copies of a confidential review, and what the making of them needs, lie in its own folder."""
    if not confidential:
        yield
        return
    before = dict(os.environ)
    with privately(True):
        try:
            os.environ.update(surroundings(folder))
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)
            wipe(folder)
            protect(folder)


def wipe(folder: Path) -> None:
    """Remove what only the making of a folder needed."""
    shutil.rmtree(folder / PRIVATE, ignore_errors=True)


PLAIN = {
    "no such file", "an empty file", "no rows", "a byte-order mark", "a NUL byte", "a last line without its end",
    "no such column", "columns in another order", "an empty cell", "empty cells", "an id twice",
}  # fmt: skip


def masked(problem: Problem, tables: Tables, review: Path) -> Problem:
    """A problem without values: where it is, and the rule."""
    if Path(problem.file).name == MARK:
        return problem
    if Path(problem.file).is_relative_to(tables.folder):
        found = problem.found if problem.found in PLAIN else "what the rule does not allow"
        return Problem(problem.file, problem.row, problem.column, found, declared(tables, problem))
    if problem.allowed == "true or false":  # of the mark itself, which is no value of the data
        return problem
    given = problem.file in (str(review), "--set", "--only")
    if given and re.search(r"""[='"\d]""", problem.found):
        return Problem(problem.file, problem.row, problem.column, "what is not allowed here", "what is declared for it")
    return problem


def declared(tables: Tables, problem: Problem) -> str:
    """What the contract allows in a column, by the contract's words alone."""
    try:
        names = [name for name in tables.resources if str(tables.path(name)) == problem.file]
        return allowed_in(tables, names[0], problem.column)
    except (InputError, LookupError, TypeError, AttributeError):
        return f"what {CONTRACT} declares"


def masked_outcome(outcome: Outcome) -> Outcome:
    """A failed run without values: its cell, and the kind of its error where that is one of Python's own."""
    if not outcome.kind:
        return outcome
    known = outcome.kind if hasattr(builtins, outcome.kind) else "an error"
    return replace(outcome, error=f"{known}; {EXPLAINED}")


def place_of(data: Path) -> str:
    """A data folder by a hash of where it lies."""
    return digest(str(data.resolve()).encode())


def data_of(inputs: dict[str, str]) -> dict[str, str]:
    """The tables among a run's inputs, with their hashes."""
    return {name: value for name, value in inputs.items() if name.startswith("data/") and name != f"data/{CONTRACT}"}


def refuse_public(folders: list[Path], data: Path, inputs: dict[str, str], published: dict[str, str]) -> list[Problem]:
    """What forbids a public review over the data of confidential ones that stand in ``folders``, where no mark does:
    the same place, the same tables, or any table of it that is not among the ``published`` ones."""
    theirs = [(folder, found) for folder in folders if (found := confidential_manifest(folder))]
    return [
        Problem(str(data), found=f"the data of the confidential review {folder}", allowed=f"{KEY}: true, or other data")
        for folder, found in theirs
        if found.get("data") == place_of(data) or shares(found, data_of(inputs), data_of(published))
    ]


def confidential_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a confidential review; empty for any other, of which the beginning alone is read."""
    if not is_plain_file(folder / manifest.NAME):
        return {}
    try:
        with open(folder / manifest.NAME, "rb") as file:
            first = file.read(40)
        return manifest.read(folder) if first.startswith(b'{"confidential": true') else {}
    except (OSError, InputError):
        return {}


def shares(found: dict[str, Any], ours: dict[str, str], published: dict[str, str]) -> bool:
    theirs = set(found.get("tables", {}).values())  # those that no run has read among them
    theirs |= {value for run in found["runs"] for value in data_of(run["inputs"]).values()}
    common = theirs & set(ours.values())
    return bool(common) and (common == theirs or bool(common - set(published.values())))
