"""What is refused, as data: one base class for every refused input, and a problem as one line for who mends it.

In comes what a person wrote or a file holds, which may be anything (`foreign`); out comes an error with its place, what
stands there and what may, or nothing.

>>> print(Problem("data/figures.csv", 3, "value", "'x'", "a number"))
data/figures.csv:3:value: found 'x'; allowed: a number
"""

import os
import re
import tempfile
import traceback
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import Any

LONGEST = 600  # characters per part of a message: a quoted cell may have a hundred megabytes
LONG = 2000  # characters of a line about a difference
MOST_NEAR = 2000  # names among which the nearest is looked for, in some hundredths of a second
MOST_NAMED = 15  # of what is allowed: a table has hundreds of ids
ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|.)?")
SHAPELESS = "\u115f\u1160\u2800\u3164\uffa0\U0001d159"  # fillers, a pattern of no dots, a note without a head
HARMLESS = "\u00ad\u200c\u200d\u2060"  # a soft hyphen and joiners: they neither turn nor break a line
FORBIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


NO_VALUES = "EVALUATION_NO_VALUES"  # set if data may be confidential: no message or traceback of an error is saved


class Refused(ValueError):
    """An input (a file, an option, a request of a chapter) is not accepted; the message says what was found and what is
    allowed. Any other exception is a defect of this project."""

    def __str__(self) -> str:
        """The message, without what pandas puts before it (see `reason_of`)."""
        return reason_of(self, super().__str__())


def reason_of(error: BaseException, message: str) -> str:
    """The ``message`` of an error; that of its cause if pandas put it before ("agg function failed")."""
    return str(error.__cause__) if message.startswith("agg function failed") and error.__cause__ else message


@dataclass(frozen=True)
class Problem:
    """One defect of an input, for the person who must correct it: its place ("-" where there is none), what stands
    there (``actual``) and what may. As text one line; without "allowed" if that is empty."""

    file: str
    row: int | str = "-"
    column: str = "-"
    actual: str = ""
    allowed: str = ""

    def parts(self) -> dict[str, int | str]:
        """Its fields by name for display (``actual`` as "found"), in order: numbers unchanged, texts by
        `printable_line`."""
        place = {"file": self.file, "row": self.row, "column": self.column}
        parts: dict[str, int | str] = place | {"found": self.actual, "allowed": self.allowed}
        return {name: part if isinstance(part, int) else printable_line(part) for name, part in parts.items()}

    def __str__(self) -> str:
        """One line, ``FILE:ROW:COLUMN: found ...; allowed: ...``, the last part only if there is one."""
        words = "{file}:{row}:{column}: found {found}; allowed: {allowed}".format(**self.parts())
        return words if self.allowed else words.removesuffix("; allowed: ")


class InputError(Refused):
    """An invalid input. ``problems`` holds every defect with its place."""

    def __init__(self, problems: Iterable[Problem]):
        """The message has one line for each problem, in this order."""
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


def report_unexpected(error: BaseException) -> str:
    """The message for an unexpected exception: class, text, and the temporary file into which its traceback is written.
    Nothing is written, and no text repeated, if the data may be confidential (`NO_VALUES`)."""
    if os.environ.get(NO_VALUES):
        return f"an unexpected error ({type(error).__name__}); nothing kept, since the data are confidential"
    try:
        descriptor, report = tempfile.mkstemp(".txt", "evaluation-error-", text=True)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            traceback.print_exception(error, file=file)
    except OSError as failure:
        report = f"nothing ({failure.strerror})"
    return f"an unexpected error ({type(error).__name__}: {printable_line(str(error), 200)}); kept: {report}"


def refuse(file: object, row: int | str = "-", column: str = "-", *, actual: str, allowed: str) -> InputError:
    """Build (not raise) the InputError of a single problem, for ``raise refuse(...)``."""
    return InputError([Problem(str(file), row, column, actual, allowed)])


def sorted_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Problems without duplicates, by file, row (numerically, those without a number first), column and content."""
    return sorted(
        dict.fromkeys(problems),
        key=lambda problem: (
            problem.file,
            problem.row if isinstance(problem.row, int) else -1,
            problem.column,
            problem.actual,
        ),
    )


def printable_line(text: str, longest: int = LONGEST) -> str:
    """A text as one line that is harmless to a terminal: cut at about ``longest`` characters (with their number),
    escape sequences removed, runs of blanks a space, invisible characters spelt out, as U+202E."""
    text = text if len(text) <= longest else f"{text[: longest - 20]}... ({len(text)} characters)"
    line = " ".join(ESCAPE.sub("", text).split())
    if line.isascii() and line.isprintable():
        return line
    return "".join(f"U+{ord(c):04X}" if unicodedata.category(c) in FORBIDDEN else c for c in line)


def control_characters(text: str, allowed: str = "") -> str:
    """The invisible characters in a text that change its display (controls, line breaks, tabs, changes of direction),
    each once, as "U+202E, U+000A", except those in ``allowed``; empty if there are none."""
    if text.isascii() and text.isprintable():
        return ""
    characters = (
        c for c in dict.fromkeys(text) if unicodedata.category(c) in FORBIDDEN and c not in HARMLESS + allowed
    )
    return ", ".join(f"U+{ord(c):04X}" for c in characters)


def has_visible_text(text: str) -> bool:
    """Whether a text has a visible character: spaces, joiners, variation selectors and blank letters are not."""
    return any(unicodedata.category(c)[0] not in "CMZ" and c not in SHAPELESS for c in text)


def quoted(value: Any) -> str:
    """The repr of a value; of one longer than 80 characters its first 80, in quotes, and how many there are."""
    text = value if isinstance(value, str) else repr(value)
    return repr(text[:80]) + f"... ({len(text)} characters)" if len(text) > 80 else repr(value)


def nearest(name: str, known: Iterable[str]) -> str:
    """The hint " (nearest: NAME)" at what was meant, for the end of a message; empty if no known name is near, or if
    there are more than `MOST_NEAR`."""
    names = list(islice(known, MOST_NEAR + 1))
    near = get_close_matches(name[:100], names, n=1, cutoff=0.5) if len(names) <= MOST_NEAR else []
    return f" (nearest: {near[0]})" if near else ""


def listed(names: Iterable[object], most: int = MOST_NAMED) -> str:
    """The first ``most`` names, in their order, separated by commas, and the number of the others ("a, b and 3 more");
    "none" without names."""
    words = list(map(str, names))
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more or "none"


def how_many(number: int, noun: str) -> str:
    """A number with its English noun, which takes an s: 1 row, 0 rows."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
