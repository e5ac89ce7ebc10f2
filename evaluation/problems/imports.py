"""Imports without what nothing here asks for and everybody would wait for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# jsonschema's checkers of international addresses, which build a grammar: four fifths of the time to import Altair.
GRAMMAR = "rfc3987_syntax"


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Have modules that are not loaded yet be absent for what is imported in the block."""
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None: not to be imported
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
