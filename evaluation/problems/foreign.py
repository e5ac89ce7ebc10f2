"""Readers of files from elsewhere: JSON, YAML, CSV and notebooks. Every defect (not a regular file, no permission, too
large, wrong encoding, invalid format, wrong shape of JSON) is an InputError with file and position and the library's
reason, never another exception.
"""

import ast
import csv
import io
import json
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import InputError, Problem, control_characters, quoted, refuse

MOST_BYTES = 20_000_000  # the largest table of such figures is a thousandth of it
MOST_JSON = 10_000_000  # seven times a whole review's numbers.json; in memory it may take twenty times as much
MOST_YAML = 30_000  # PyYAML takes up to 0.1 s for 1 kB of short values, and a command reads it thrice; ours: 4 kB
LONGEST_CELL = 131_072  # characters of a CSV cell, as many as Python's csv reads by itself
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
SYSTEM = {FileNotFoundError: "no such file", PermissionError: "a file that may not be read",
          IsADirectoryError: "a folder", NotADirectoryError: "a file in the place of a folder"}  # fmt: skip


def read_bytes(path: Path, allowed: str, most: int = MOST_BYTES) -> bytes:
    """The content of a regular file (or of one that a link leads to) of at most ``most`` bytes. ``allowed`` describes
    the file expected, here and in all readers. Raises InputError for anything else."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise refuse(path, actual="a folder" if path.is_dir() else "no regular file", allowed=allowed)
        if status.st_size > most:
            raise refuse(path, actual=f"a file of {status.st_size} bytes", allowed=f"{allowed} of up to {most} bytes")
        return path.read_bytes()
    except OSError as error:
        raise refuse(path, actual=os_reason(error), allowed=allowed) from None


def os_reason(error: OSError) -> str:
    """The reason of an OSError in the words of a message: "a file that may not be read" for Permission denied."""
    return SYSTEM.get(type(error)) or error.strerror or str(error)


def read_text(path: Path, allowed: str, most: int = MOST_BYTES) -> str:
    """The text of a file in UTF-8; a byte-order mark stays. Raises InputError for other bytes."""
    return decode(path, read_bytes(path, allowed, most))


def decode(path: Path, content: bytes) -> str:
    """Decode UTF-8. Raises InputError with the line of the first invalid byte, its column in bytes, and the likely
    encoding. ``path`` is for the message."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        actual = f"the byte 0x{content[error.start]:02X}"
        likely = "UTF-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "Windows-1252"
        raise refuse(path, row, str(column), actual=actual, allowed=f"UTF-8 (this looks like {likely})") from None


def read_json(path: Path, allowed: str, most: int = MOST_JSON) -> Any:
    """The value of a JSON file of at most ``most`` bytes. Raises InputError as `parse_json` does."""
    return parse_json(path, read_text(path, allowed, most), allowed)


def parse_json(path: Path, text: str, allowed: str) -> Any:
    """The value of the JSON text of a file. Raises InputError for invalid JSON, with line and column, for duplicate
    keys and for too deep nesting."""
    try:
        return json.loads(text, object_pairs_hook=_object_without_duplicates)
    except json.JSONDecodeError as error:
        what = f"unreadable JSON ({error.msg[0].lower()}{error.msg[1:]})"
        raise refuse(path, error.lineno, str(error.colno), actual=what, allowed=allowed) from None
    except RecursionError:
        raise refuse(path, actual="brackets too deep in each other", allowed=allowed) from None
    except ValueError as error:
        raise refuse(path, actual=str(error), allowed=allowed) from None


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object of these pairs. Raises ValueError for a key that stands twice."""
    pairs_by_name: dict[str, Any] = {}
    for name, value in pairs:
        if name in pairs_by_name:
            raise ValueError(f"the key {quoted(name)} a second time")
        pairs_by_name[name] = value
    return pairs_by_name


def read_rows(path: Path, allowed: str) -> list[list[str]]:
    """The rows of a CSV file (RFC 4180), header first, of whatever widths; none of an empty file. Raises InputError."""
    return parse_rows(path, read_text(path, allowed))


def parse_rows(path: Path, text: str) -> list[list[str]]:
    """Parse CSV text (RFC 4180). Raises InputError, with the line, for broken quoting, an unterminated cell, or one
    of more than `LONGEST_CELL` characters."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    before = csv.field_size_limit(LONGEST_CELL)  # of the process, and another library raises it
    try:
        return list(reader)
    except csv.Error as error:
        actual = f"broken quoting ({error})" if "limit" not in str(error) else f"a cell too long ({error})"
        raise refuse(path, reader.line_num, actual=actual, allowed="RFC 4180") from None
    finally:
        csv.field_size_limit(before)


def read_yaml(path: Path, allowed: str) -> Any:
    """The node tree of a YAML file of at most `MOST_YAML` bytes, with positions; None for an empty file. Tags construct
    nothing. Raises InputError for invalid YAML, aliases and too deep nesting."""
    import yaml

    text = read_text(path, allowed, MOST_YAML)

    class WithoutAliases(yaml.SafeLoader):
        """A loader that refuses aliases, which may expand to millions of values or to themselves."""

        def compose_node(self, *where: Any) -> Any:
            """As PyYAML's own; raises ComposerError, with its place, for an alias."""
            if self.check_event(yaml.AliasEvent):
                mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
                raise yaml.composer.ComposerError(None, None, "an alias, where each value is written out", mark)
            return super().compose_node(*where)

    try:
        return yaml.compose(text, WithoutAliases)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, str(mark.column + 1)) if mark else ("-", "-")
        raise refuse(path, *place, actual=f"a YAML error ({error.problem or error.context})", allowed="YAML") from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # the last two of a character that there is not
        raise refuse(path, actual=f"a YAML error ({error})", allowed="YAML") from None
    except RecursionError:
        raise refuse(path, actual="values too deep inside each other", allowed="YAML") from None


def read_catalogue(path: Path) -> Any:
    """The messages (Babel's) of one of the package's catalogues, but for its header. Raises PoFileError."""
    from babel.messages.pofile import read_po

    with path.open(encoding="utf-8") as file:
        return [message for message in read_po(file, locale="fr_CA", abort_invalid=True) if message.id]


# The shape of JSON

Mistakes = Iterator[tuple[str, str, str]]  # where, what was found, what is allowed
# a type, (any of several shapes), [shape of each item], {key: shape}; a key with "?" may be missing
Shape = Any


def check_shape(value: Any, shape: Shape, where: str = "") -> Mistakes:
    """The mismatches of a JSON value with a shape (see `Shape`): (position, actual, allowed), with positions such as
    ``cells[1].source``, of the first cell, after ``where``. Keys that a shape does not name are allowed."""
    kind: Any = shape if isinstance(shape, type) else type(shape)
    if isinstance(shape, tuple):
        wrong = [list(check_shape(value, alternative, where)) for alternative in shape]
        if all(wrong):
            yield where, describe_json(value), " or ".join(dict.fromkeys(first[2] for first, *_ in wrong))
    elif not isinstance(value, kind) or (isinstance(value, bool) and shape is not bool):
        yield where, describe_json(value), JSON_KINDS[kind]
    elif isinstance(shape, list):
        for number, item in enumerate(value, start=1):
            yield from check_shape(item, shape[0], f"{where}[{number}]")
    elif isinstance(shape, dict):
        for key, part in shape.items():
            name = key.rstrip("?")
            place = f"{where}.{name}".lstrip(".")
            if name in value:
                yield from check_shape(value[name], part, place)
            elif not key.endswith("?"):
                yield place, f"no {name}", "the keys " + ", ".join(each for each in shape if not each.endswith("?"))


JSON_KINDS = {dict: "an object", list: "a list", str: "a text", int: "a whole number", bool: "true or false"}


def describe_json(value: Any) -> str:
    """A JSON value in a message: null, true, false or a number itself, "the text ..." (truncated), else "an object" or
    "a list"."""
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    return f"the text {quoted(value)}" if isinstance(value, str) else JSON_KINDS[type(value)]


# Notebooks

TEXTS = (str, [str])
CELL = {"cell_type": str, "source": TEXTS, "metadata": {"tags?": [str]}}
NOTEBOOK = {"nbformat": int, "nbformat_minor": int, "metadata": dict, "cells": [CELL]}
CELL_TYPES = ("code", "markdown", "raw")


def read_notebook(path: Path) -> dict[str, Any]:
    """Read a notebook of nbformat 4 as JSON and check type, source and metadata of each cell. Raises InputError with
    all that is wrong, by the number of the cell (from 1); sources may hold no control characters."""
    allowed = "a notebook (nbformat 4)"
    notebook: Any = read_json(path, allowed)
    version = notebook.get("nbformat") if isinstance(notebook, dict) else None
    if version != 4:
        raise refuse(path, "-", "nbformat", actual=f"nbformat {quoted(version)}", allowed=allowed)
    wrong = []
    for where, *actual_and_allowed in check_shape(notebook, NOTEBOOK):
        cell = re.fullmatch(r"cells\[(\d+)\]\.?(.*)", where)  # the cell's number, as JupyterLab counts
        place = (int(cell[1]), cell[2] or "-") if cell else ("-", where or "-")
        wrong.append(Problem(str(path), *place, *actual_and_allowed))
    for number, cell in enumerate(notebook["cells"] if not wrong else (), start=1):
        if cell["cell_type"] not in CELL_TYPES:
            actual = f"the type {quoted(cell['cell_type'])}"
            wrong.append(Problem(str(path), number, "cell_type", actual, ", ".join(CELL_TYPES)))
        elif actual := control_characters("".join(cell["source"]), "\n\r\t"):
            wrong.append(Problem(str(path), number, "source", actual, "text without control characters"))
    if wrong:
        raise InputError(wrong)
    return dict(notebook)


def parse_python(path: Path, cell: int, source: str, magics: bool = False) -> ast.Module:
    """The syntax tree of a cell's Python. Raises InputError, with cell and line, for invalid code; if it may contain
    ``magics`` of IPython, an empty tree is returned instead."""
    try:
        return ast.parse(source)
    except SyntaxError as error:
        if magics:
            return ast.Module([], [])
        raise refuse(path, cell, f"line {error.lineno}", actual=error.msg, allowed="Python") from None
    except (MemoryError, RecursionError):  # Python's error for too deep nesting, such as 20,000 minus signs
        raise refuse(
            path, cell, actual="an expression too deep in itself", allowed="Python that Python reads"
        ) from None
