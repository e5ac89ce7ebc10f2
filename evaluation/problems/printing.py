"""The only module that prints: one line to standard output or standard error that cannot move a cursor, change the
direction of text, start another line, or set a terminal's title.
"""

import json
import sys
import unicodedata
from typing import Any, TextIO

from . import ESCAPE, FORBIDDEN


def print_line(line: str, err: bool = False, to: TextIO | None = None) -> None:
    """Print one line, to ``to``, else standard output or, with ``err``, standard error; invisible characters except
    tabs (line breaks too) are spelt out (U+202E), terminal escape sequences removed."""
    text = ESCAPE.sub("", line)
    if not (text.isascii() and text.isprintable()):
        text = "".join(f"U+{ord(c):04X}" if _is_forbidden(c) else c for c in text)
    print(text, file=to or (sys.stderr if err else sys.stdout), flush=True)


def print_json(value: Any, err: bool = False, to: TextIO | None = None) -> None:
    """Print a value as JSON on one line, with invisible characters escaped, to where `print_line` would; accents and
    other letters stay."""
    text = json.dumps(value, ensure_ascii=False)
    text = "".join(json.dumps(c)[1:-1] if _is_forbidden(c) else c for c in text)
    print(text, file=to or (sys.stderr if err else sys.stdout), flush=True)


def _is_forbidden(sign: str) -> bool:
    """Whether a character is invisible and changes a display; a tab is not."""
    return sign != "\t" and unicodedata.category(sign) in FORBIDDEN
