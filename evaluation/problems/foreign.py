"""Files that others wrote are read here alone: JSON, YAML, CSV, catalogues and notebooks.

Whatever is wrong with one (a folder, a pipe, no rights, too large, another encoding, too deep, not its format)
is an InputError with file and place, never another exception.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import math
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import InputError, Problem, controls, quoted, refuse
from .shapes import check_shape, either, kind_of_json

MOST_BYTES = 20_000_000  # the largest table of such figures is a thousandth of it
MOST_YAML = 500_000  # PyYAML reads about 100 kB a second
DEEPEST = 100
MOST_DIGITS = 40
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def read_bytes(path: Path, allowed: str, most: int = MOST_BYTES) -> bytes:
    """A regular file's content, of at most so many bytes. ``allowed`` says what should be there."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise refuse(path, found="no such file", allowed=allowed) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise refuse(path, found=said_of(error), allowed=allowed) from None
    try:
        return read_descriptor(path, descriptor, allowed, most)
    except OSError as error:
        raise refuse(path, found=said_of(error), allowed=allowed) from None
    finally:
        os.close(descriptor)


def read_descriptor(path: Path, descriptor: int, allowed: str, most: int) -> bytes:
    """What an open file holds; a folder, a pipe or a device is refused before it is read or waited for."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise refuse(path, found=kind_of(status.st_mode), allowed=allowed)
    if status.st_size > most:
        raise refuse(path, found=f"a file of {status.st_size} bytes", allowed=f"{allowed} of up to {most} bytes")
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        return file.read(most)


def said_of(error: Exception) -> str:
    """What the system said, as the thing found: Permission denied is a file that may not be read."""
    words = {
        "PermissionError": "a file that may not be read",
        "IsADirectoryError": "a folder",
        "NotADirectoryError": "a file in the place of a folder",
    }
    return words.get(type(error).__name__) or getattr(error, "strerror", None) or str(error)


def kind_of(mode: int) -> str:
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
    return kinds.get(stat.S_IFMT(mode), "a device")


def read_text(path: Path, allowed: str, most: int = MOST_BYTES) -> str:
    """A file of UTF-8 without a byte-order mark."""
    return decode(path, read_bytes(path, allowed, most))


def decode(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        row, column = position(content, error.start)
        found = f"the byte 0x{content[error.start]:02X}"
        likely = "UTF-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "Windows-1252"
        raise refuse(path, row, str(column), found=found, allowed=f"UTF-8 (this looks like {likely})") from None


def position(content: bytes, start: int) -> tuple[int, int]:
    """The row and the column (in bytes) of a byte."""
    return content.count(b"\n", 0, start) + 1, start - content.rfind(b"\n", 0, start)


def read_json(path: Path, allowed: str) -> Any:
    """A JSON file's value: no NaN, no key twice, no endless number, text that UTF-8 can hold."""
    text = read_text(path, allowed)
    try:
        found = json.loads(text, object_pairs_hook=pairs_once, parse_int=whole, parse_float=real, parse_constant=real)
        if SURROGATE.search(text):
            json.dumps(found, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        what = f"unreadable JSON ({error.msg[0].lower()}{error.msg[1:]})"
        raise refuse(path, error.lineno, str(error.colno), found=what, allowed=allowed) from None
    except RecursionError:
        raise refuse(path, found="brackets too deep in each other", allowed=allowed) from None
    except UnicodeEncodeError:
        raise refuse(path, found="half of a character (a lone surrogate)", allowed="text") from None
    except ValueError as error:
        raise refuse(path, found=str(error), allowed=allowed) from None
    return found


def pairs_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {quoted(twice)} a second time")
    return found


def whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def real(digits: str) -> float:
    """A JSON number; NaN, Infinity and what overflows to it are none."""
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(f"the number {quoted(digits)}")
    return value


def read_rows(path: Path, allowed: str) -> list[list[str]]:
    """A CSV file's rows, the header first: RFC 4180."""
    return parse_rows(path, read_text(path, allowed))


def parse_rows(path: Path, text: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        found = f"broken quoting ({error})" if "limit" not in str(error) else f"a cell too long ({error})"
        raise refuse(path, reader.line_num, found=found, allowed="RFC 4180") from None


def read_yaml(path: Path, allowed: str) -> Any:
    """A YAML file's nodes with their positions; None for an empty one. Tags build nothing."""
    import yaml

    text = read_text(path, allowed, MOST_YAML)
    try:
        check_events(path, text)
        return yaml.compose(text, yaml.SafeLoader)
    except InputError:
        raise
    except yaml.reader.ReaderError as error:
        row = text.count("\n", 0, error.position) + 1
        found = f"the character U+{error.character:04X}" if isinstance(error.character, int) else str(error.reason)
        raise refuse(path, row, found=found, allowed="text without control characters") from None
    except yaml.MarkedYAMLError as error:
        place = place_of(error.problem_mark or error.context_mark)
        raise refuse(path, *place, found=f"a YAML error ({error.problem or error.context})", allowed="YAML") from None
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:  # an escape beyond Unicode
        raise refuse(path, found=f"a YAML error ({error})", allowed="YAML") from None


def check_events(path: Path, text: str) -> None:
    """Refuse YAML with tags, and YAML whose brackets or indents are deeper than any review needs: PyYAML composes by
    recursion."""
    import yaml

    depth = 0
    for event in yaml.parse(text, yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if tag := getattr(event, "tag", None):
            found = f"the tag {quoted(tag.replace('tag:yaml.org,2002:', '!!'))}"
            raise refuse(path, *place_of(event.start_mark), found=found, allowed="plain YAML, without tags")
        if depth > DEEPEST:
            found = "lists or mappings too deep in each other"
            raise refuse(path, *place_of(event.start_mark), found=found, allowed=f"up to {DEEPEST}")


def place_of(mark: Any) -> tuple[int | str, str]:
    """The row and the column of a place in YAML."""
    return (mark.line + 1, str(mark.column + 1)) if mark else ("-", "-")


def read_catalogue(path: Path) -> Any:
    """A gettext catalogue's messages. What is no entry is refused, not passed over."""
    from babel.messages.pofile import PoFileError, read_po

    text = read_text(path, "a gettext catalogue")
    try:
        messages = list(read_po(io.StringIO(text), locale="fr_CA", abort_invalid=True))
    except PoFileError as error:
        raise refuse(path, error.lineno + 1, found=f"{error} ({quoted(error.line.strip())})", allowed="PO") from None
    except (ValueError, IndexError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise refuse(path, found=f"no catalogue ({type(error).__name__}: {error})", allowed="PO") from None
    return [message for message in messages if message.id]


TEXTS = either(str, [str])
CELL = {"cell_type": str, "source": TEXTS, "metadata": {"tags?": [str]}}
NOTEBOOK = {"nbformat": int, "metadata": dict, "cells": [CELL]}
CELL_TYPES = ("code", "markdown", "raw")


def read_notebook(path: Path) -> dict[str, Any]:
    """A notebook of nbformat 4, each of its cells with type, source and metadata."""
    allowed = "a notebook (nbformat 4)"
    notebook = read_json(path, allowed)
    if not isinstance(notebook, dict):
        raise refuse(path, found=kind_of_json(notebook), allowed=allowed)
    if notebook.get("nbformat") != 4:
        raise refuse(path, "-", "nbformat", found=f"nbformat {quoted(notebook.get('nbformat'))}", allowed="4")
    wrong = [Problem(str(path), *cell_place(where), *told) for where, *told in check_shape(notebook, NOTEBOOK)]
    wrong = wrong or list(check_cell_types(path, notebook["cells"]))
    if wrong:
        raise InputError(wrong)
    return dict(notebook)


def cell_place(where: str) -> tuple[int | str, str]:
    """``cells[3].source`` as row (the cell's number, as JupyterLab counts) and column."""
    match = re.fullmatch(r"cells\[(\d+)\]\.?(.*)", where)
    return (int(match[1]), match[2] or "-") if match else ("-", where or "-")


def check_cell_types(path: Path, cells: list[dict[str, Any]]) -> Iterator[Problem]:
    for number, cell in enumerate(cells, start=1):
        if cell["cell_type"] not in CELL_TYPES:
            found = f"the type {quoted(cell['cell_type'])}"
            yield Problem(str(path), number, "cell_type", found, ", ".join(CELL_TYPES))
        elif found := controls("".join(cell["source"]), "\n\r\t"):
            yield Problem(str(path), number, "source", found, "text without control characters")


def parse_python(path: Path, cell: int, source: str, magics: bool = False) -> ast.Module:
    """A cell's Python as a tree. Raises InputError, also for what is too deep or too long for Python's own parser.
    A cell that may hold IPython's ``magics`` is empty where it is not Python: what is wrong is told where it runs."""
    try:
        return ast.parse(source)
    except SyntaxError as error:
        if magics:
            return ast.Module([], [])
        raise refuse(path, cell, f"line {error.lineno}", found=error.msg, allowed="Python") from None
    except (ValueError, RecursionError, MemoryError) as error:
        found = "an expression too deep for Python" if not isinstance(error, ValueError) else str(error)
        raise refuse(path, cell, found=found, allowed="Python") from None
