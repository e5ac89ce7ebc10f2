"""What a confidential review keeps to itself: one rule. Its build has a store and temporary files of its own, which go
with it; its files are for their owner alone; its messages name the place and the rule and never a value; it is sent to
no cluster; and every page and file says that it is confidential.

Confidential is what a review file or a data folder's contract says to be, as their parsers read it. Small counts are
not protected.
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

import yaml

from ..data.checking import field_of, foreign_keys
from ..data.contract import CONTRACT, names_of
from ..data.sources import Tables
from ..problems import InputError, Problem, listed, refuse
from ..problems.foreign import read_json, read_yaml
from ..problems.imports import changed
from ..runs.execute import Outcome

KEY = "confidential"
PRIVATE = ".private"  # of a folder being built: its store and its temporary files
EXPLAINED = "its words are not shown, since the review is confidential"


def of_data(tables: Tables) -> bool:
    """Whether a data folder says that it is confidential. Raises InputError for anything but true and false."""
    said = tables.contract.get(KEY, False)
    if not isinstance(said, bool):
        found = f"a {type(said).__name__}"
        raise refuse(tables.folder / CONTRACT, column=KEY, found=found, allowed="true or false")
    return said


def may_be(review: Path, contract: Path) -> bool:
    """Whether a review or its data's contract say anything of it but false; what nobody can read may say so too."""
    if unreadable(review, contract):
        return True
    data = read_json(contract, "") if contract.exists() else {}
    root = read_yaml(review, "") if review.exists() else None
    said = [value.value for key, value in pairs(root) if key.value == KEY and value.value not in ("false", "null", "~")]
    return bool(said) or (isinstance(data, dict) and data.get(KEY, False) is not False)


def unreadable(review: Path, contract: Path) -> list[Problem]:
    """What keeps a review or a contract from being read. The parsers' words are none of the data's."""
    found = []
    for path, read in ((review, read_yaml), (contract, read_json)):
        try:
            read(path, "") if path.exists() else None
        except InputError as error:
            found += error.problems
        except (OSError, ValueError):  # a path that is none: nothing is there
            continue
    return found


def pairs(root: yaml.Node | None) -> list[tuple[yaml.Node, yaml.Node]]:
    return list(root.value) if isinstance(root, yaml.MappingNode) else []


@contextmanager
def privately(folder: Path, confidential: bool = True) -> Iterator[None]:
    """Have all that is written in the block be for its owner alone and lie in a folder, where that is asked for; what
    is needed in the block only is gone after it."""
    if not confidential:
        yield
        return
    from multiprocessing.util import get_temp_dir

    get_temp_dir()  # multiprocessing's own, of a socket alone, which is there until this process ends
    before = os.umask(0o077)
    private = folder / PRIVATE
    names = ("EVALUATION_STORE", "TMPDIR", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR")
    try:
        os.chmod(folder, 0o700)
        for name in names:
            (private / name).mkdir(parents=True, exist_ok=True)
        with changed(os.environ, {name: str(private / name) for name in names}):
            yield
    finally:
        wipe(folder)
        protect(folder)
        os.umask(before)


def wipe(folder: Path) -> None:
    """Remove what only the making of a folder needs."""
    shutil.rmtree(folder / PRIVATE, ignore_errors=True)


def protect(folder: Path) -> None:
    """Files and folders for their owner alone, also those that a chapter has made."""
    for parent, _, names in os.walk(folder):
        os.chmod(parent, 0o700)
        for name in names:
            if not os.path.islink(os.path.join(parent, name)):
                os.chmod(os.path.join(parent, name), 0o600)


PLAIN = {
    "no such file", "an empty file", "no rows", "a byte-order mark", "a NUL byte", "a last line without its end",
    "no such column", "columns in another order", "an empty cell", "empty cells", "an id twice",
}  # fmt: skip


def masked(problem: Problem, tables: Tables) -> Problem:
    """A problem without values: where it is, and the rule."""
    if problem.allowed == "true or false" or (
        problem.file.startswith("--") and problem.file not in ("--set", "--only")
    ):
        return problem  # of the mark itself or of the command, which are no values of the data
    if Path(problem.file).is_relative_to(tables.folder):
        column, rule = declared(tables, problem)
        found = problem.found if problem.found in PLAIN else "what the rule does not allow"
        return replace(problem, column=column, found=found, allowed=rule)
    if re.search(r"""[='"\d]""", problem.found):
        return replace(problem, found="what is not allowed here", allowed="what is declared for it")
    return problem


def declared(tables: Tables, problem: Problem) -> tuple[str, str]:
    """A declared column of the data, and what is allowed there, by the contract's words alone."""
    try:
        name = next(name for name in tables.resources if str(tables.path(name)) == problem.file)
        columns = names_of(tables.resource(name))
        keys = [key for key in foreign_keys(tables, name) if problem.column in key["fields"]]
    except (InputError, StopIteration):
        return ("-" if problem.file.endswith(".csv") else problem.column), f"what {CONTRACT} declares"
    if problem.column not in columns:
        return "-", f"the columns {listed(columns)}"
    if keys:
        return problem.column, f"a row of {keys[0]['resource']}.csv"
    field = field_of(tables, name, problem.column) or {}
    rules = field.get("constraints", {}).items()
    return problem.column, ", ".join([field["type"], *(f"{rule} {value}" for rule, value in rules)])


def masked_outcome(outcome: Outcome) -> Outcome:
    """A failed run without values: its cell, and the kind of its error where that is one of Python's own."""
    if not outcome.kind:
        return outcome
    known = outcome.kind if hasattr(builtins, outcome.kind) else "an error"
    return replace(outcome, error=f"{known}; {EXPLAINED}")
