"""What a confidential review keeps to itself: one rule. Its build has a store and temporary files of its own, which go
with it; its files are for their owner alone; its messages name the place and never a value; it is sent to no cluster;
and every page and file says that it is confidential.

Confidential is what a review file or a data folder's contract says to be, as their parsers read it. Its small counts
are not protected: it is a draft for inside only. What may be published of returns comes from `evaluation protect`.
"""

import builtins
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from ..data.contract import CONTRACT, column_names
from ..data.sources import Tables
from ..problems import InputError, Problem, refuse
from ..problems.foreign import read_json, read_yaml
from ..problems.imports import temporarily
from ..runs.execute import Failure

KEY = "confidential"
PRIVATE = ".private"  # of a folder being built: its store and its temporary files
EXPLAINED = "its words are not shown, since the review is confidential"


def of_data(tables: Tables) -> bool:
    """Whether a data folder says that it is confidential. Raises InputError for anything but true and false, and for a
    key much like it, which nobody writes who means a public one."""
    if near := [key for key in tables.contract if key != KEY and is_like_it(key)]:
        raise refuse(tables.contract_file, column=near[0], found=f"the key {near[0]!r} (nearest: {KEY})", allowed=KEY)
    said = tables.contract.get(KEY, False)
    if not isinstance(said, bool):
        found = f"a {type(said).__name__}"
        raise refuse(tables.contract_file, column=KEY, found=found, allowed="true or false")
    return said


def may_be(review: Path, contract: Path) -> bool:
    """Whether a review or its data's contract say anything of it but false, also by a key much like it, which will be
    refused. Raises InputError for one that its parser cannot read, in the parser's words, which are none of the
    data's."""
    data = read_json(contract, CONTRACT) if os.path.isfile(contract) else {}
    root = read_yaml(review, "a review file") if os.path.isfile(review) else None
    said = [str(value.value) for key, value in pairs_in(root) if is_like_it(str(key.value))]
    in_data = isinstance(data, dict) and any(data[key] is not False for key in data if is_like_it(key))
    return in_data or any(value not in ("false", "null", "~") for value in said)


def pairs_in(node: yaml.Node | None) -> list[Any]:
    """The keys and values of a mapping, and of what is merged into it."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return [*pairs, *(pair for key, value in pairs if key.value == "<<" for pair in pairs_in(value))]


def is_like_it(key: str) -> bool:
    """Whether a key may be meant for `KEY`: its own or one much like it."""
    return bool(get_close_matches(key.strip().casefold()[:100], [KEY], cutoff=0.9))


@contextmanager
def privately(folder: Path, confidential: bool = True) -> Iterator[None]:
    """Have all that is written in the block be for its owner alone, in a folder that is gone after it, where asked."""
    if not confidential:
        yield
        return
    from ..runs.pool import place_sockets  # not for a build with nothing to do

    place_sockets()  # a folder of a socket alone, which is there until this process ends
    before = os.umask(0o077)
    private = folder / PRIVATE
    names = ("EVALUATION_STORE", "TMPDIR", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR")
    try:
        os.chmod(folder, 0o700)
        for name in names:
            (private / name).mkdir(parents=True, exist_ok=True)
        with temporarily(os.environ, {name: str(private / name) for name in names}):
            yield
    finally:
        wipe(folder)
        for parent, _, files in os.walk(folder):  # what a chapter has made, too
            os.chmod(parent, 0o700)
            for path in (os.path.join(parent, name) for name in files):
                if not os.path.islink(path):
                    os.chmod(path, 0o600)
        os.umask(before)


def wipe(folder: Path) -> None:
    """Remove what only the making of a folder needs."""
    shutil.rmtree(folder / PRIVATE, ignore_errors=True)


def masked(problem: Problem, tables: Tables) -> Problem:
    """A problem without values: its file, its row, and its column where the data's contract has it."""
    of_command = problem.file.startswith("--") and problem.file not in ("--set", "--only")
    its_key = f"(nearest: {KEY})" in problem.found
    if of_command or its_key or problem.allowed == "true or false" or problem.file == str(tables.contract_file):
        return problem  # no value of the data
    if not Path(problem.file).is_relative_to(tables.folder):
        values = re.search(r"""[='"\d]""", problem.found)
        hidden = {"found": "what is not allowed here", "allowed": "what is declared for it"} if values else {}
        return replace(problem, **hidden)
    columns = ["-"]
    with suppress(InputError):
        columns += [name for table in tables.resources.values() for name in column_names(table)]
    column = problem.column if problem.column in columns else "-"
    return replace(problem, column=column, found="what the rule does not allow", allowed=f"what {CONTRACT} declares")


def masked_failure(failure: Failure) -> Failure:
    """Why a run failed without values: its cell, and the kind of its error where that is one of Python's own."""
    if not failure.kind:
        return failure
    known = failure.kind if hasattr(builtins, failure.kind) else "an error"
    return Failure(failure.cell, f"{known}; {EXPLAINED}", failure.kind)
