"""The one place where anything is printed: a line to standard output or standard error, in which nothing can move a
cursor, turn the direction of a text, begin another line, or set a terminal's title."""

import json
import sys
import unicodedata
from typing import Any, TextIO

from . import ESCAPE, FORBIDDEN


def say(line: str, err: bool = False, to: TextIO | None = None) -> None:
    """Print one line; every sign in it that is not to be seen is spelt out (U+202E), but for a tab, and codes for a
    terminal are left out."""
    text = ESCAPE.sub("", line)
    if not (text.isascii() and text.isprintable()):
        text = "".join(f"U+{ord(c):04X}" if _controls(c) else c for c in text)
    print(text, file=to or (sys.stderr if err else sys.stdout), flush=True)


def say_json(value: Any, err: bool = False, to: TextIO | None = None) -> None:
    """Print a value as JSON in one line, in which such signs stand as JSON's own escapes."""
    text = json.dumps(value, ensure_ascii=False)
    text = "".join(json.dumps(c)[1:-1] if _controls(c) else c for c in text)
    print(text, file=to or (sys.stderr if err else sys.stdout), flush=True)


def _controls(sign: str) -> bool:
    return sign != "\t" and unicodedata.category(sign) in FORBIDDEN
