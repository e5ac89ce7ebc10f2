"""Confidential reviews: the build has a store and temporary files that are deleted with it; files are readable by their
owner only; messages name the place and never a value; nothing is sent to a cluster; every page and file says that it is
confidential.

A review file or a data folder's contract declares it, as their parsers read it. Small counts are not protected: this is
a draft for internal use. Publishable tables of returns come from `evaluation protect`.
"""

import builtins
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from ..data.contract import CONFIDENTIAL as KEY
from ..data.contract import CONTRACT, MOST_BYTES_OF_CONTRACT, check_contract_keys, column_names
from ..data.sources import Tables
from ..problems import InputError, Problem
from ..problems.foreign import read_json, read_yaml
from ..problems.imports import temporary_values
from ..reviews import review_file
from ..runs.execute import Failure
from ..writing import files
from . import project

NONE = Path("no review")  # no review yet; the data may still be confidential
PRIVATE = ".private"  # of a folder being built: store and temporary files
EXPLAINED = "its words are not shown, since the review is confidential"


def may_be_confidential(review: Path, contract: Path) -> bool:
    """Whether a review file or the contract of its data may be meant as confidential, before either is checked: its key
    ``confidential`` has any value but false (in a review file: or null), or it has an unknown top-level key, which may
    be that one misspelt. A missing file counts as not confidential. Raises InputError for a file that cannot be parsed;
    the message contains no data."""
    data = read_json(contract, CONTRACT, MOST_BYTES_OF_CONTRACT) if os.path.isfile(contract) else {}
    root = read_yaml(review, "a review file") if os.path.isfile(review) else None
    in_data = isinstance(data, dict) and (data.get(KEY, False) is not False or any(check_contract_keys(data)))
    pairs = root.value if isinstance(root, yaml.MappingNode) else ()
    return in_data or any(may_declare_confidential(key, value) for key, value in pairs)


def may_declare_confidential(key: yaml.Node, value: yaml.Node) -> bool:
    """Whether a top-level key and its value may say that a review file is confidential: the key ``confidential`` with
    any value but false or null, or a key that review files do not have. Nested lists and mappings are not searched:
    they may be deep."""
    if not isinstance(key, yaml.ScalarNode) or key.value not in review_file.KEYS:
        return True
    is_no = isinstance(value, yaml.ScalarNode) and value.value in ("false", "null", "~")
    return key.value == KEY and not is_no


def tables_to_mask(options: Mapping[str, Any]) -> Tables | None:
    """The tables that a command with these ``options`` reads, if they or its review may be confidential, else None. The
    data folder is the option ``data``, else the first path that is a data folder, else the project's. Without the
    option ``review``, all reviews of the project are asked, and a file of these or a contract that cannot be parsed
    counts as confidential; with that option, neither does."""
    folders = [path for path in options.values() if isinstance(path, Path) and (path / CONTRACT).is_file()]
    folder = options.get("data") or next(iter(folders), project.ROOT / "data")
    requested = options.get("review")
    for review in [requested] if requested else [*sorted((project.ROOT / "parameters").glob("*.yml")), NONE]:
        try:
            if may_be_confidential(review, folder / CONTRACT):
                return Tables(folder)
        except InputError:  # an unreadable request means that no data were read
            if not requested and os.path.isfile(folder / CONTRACT):
                return Tables(folder)
    return None


def mask_problems(problems: Iterable[Problem], options: Mapping[str, Any]) -> list[Problem]:
    """The problems of a command with these ``options``, for display: without values if its data may be confidential
    (see `tables_to_mask`), else unchanged."""
    tables = tables_to_mask(options)
    return [mask_problem(problem, tables) if tables else problem for problem in problems]


@contextmanager
def private_files(folder: Path, confidential: bool = True) -> Iterator[None]:
    """If ``confidential``, within the block this process's umask and environment make new files readable by their owner
    only, and the store and temporary files lie in ``folder``/.private, which is removed afterwards; then everything in
    ``folder`` gets the owner's modes. Otherwise nothing."""
    if not confidential:
        yield
        return
    from ..runs.pool import create_socket_folder  # not imported by a build with nothing to do

    create_socket_folder()  # a folder with a socket only, which lasts as long as this process
    before = os.umask(0o077)
    private = folder / PRIVATE
    names = ("EVALUATION_STORE", "TMPDIR", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR")
    try:
        os.chmod(folder, 0o700)
        for name in names:
            (private / name).mkdir(parents=True, exist_ok=True)
        with temporary_values(os.environ, {name: str(private / name) for name in names}):
            yield
    finally:
        remove_private_files(folder)
        for parent, _, files in os.walk(folder):  # also what a chapter has written
            os.chmod(parent, 0o700)
            for path in (os.path.join(parent, name) for name in files):
                if not os.path.islink(path):
                    os.chmod(path, 0o600)
        os.umask(before)


def remove_private_files(folder: Path) -> None:
    """Remove ``folder``/.private with the store and temporary files in it; errors are ignored."""
    with suppress(OSError):
        files.remove(folder / PRIVATE)


def mask_problem(problem: Problem, tables: Tables) -> Problem:
    """A problem without values of the data. Of a file in the data folder, general words with the file, the row and, if
    the contract lists it, the column. Elsewhere and of --set and --only, general words if ``actual`` has a quotation
    mark, a digit or an equals sign, else unchanged, as are problems of other options, of the contract, and of a key
    that is true or false."""
    of_command = problem.file.startswith("--") and problem.file not in ("--set", "--only")
    if of_command or problem.allowed == "true or false" or problem.file == str(tables.contract_file):
        return problem  # no value of the data
    if not Path(problem.file).is_relative_to(tables.folder):
        values = re.search(r"""[='"\d]""", problem.actual)
        hidden = {"actual": "what is not allowed here", "allowed": "what is declared for it"} if values else {}
        return replace(problem, **hidden)
    columns = ["-"]
    with suppress(InputError):
        columns += [name for table in tables.resources.values() for name in column_names(table)]
    column = problem.column if problem.column in columns else "-"
    return replace(problem, column=column, actual="what the rule does not allow", allowed=f"what {CONTRACT} declares")


def mask_failure(failure: Failure) -> Failure:
    """A failure without values: its cell, and in place of the error's message its class if that is built into Python,
    else "an error". Failures that this package words itself (without ``kind``) stay unchanged."""
    if not failure.kind:
        return failure
    name = failure.kind if hasattr(builtins, failure.kind) else "an error"
    return Failure(failure.cell, f"{name}; {EXPLAINED}", failure.kind)
