"""What `evaluation check` says of a chapter's claims before anything runs."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..language import LANGUAGES
from ..language.prose_cells import Line, has_words, makes_claims, source_of, words_of
from ..numbers.claims import NotAClaim, parse
from ..problems import Problem
from ..problems.foreign import read_notebook
from .claims import named_claims

Cells = Sequence[Mapping[str, Any]]


def check_claims(path: Path, languages: Sequence[str] = LANGUAGES) -> list[Problem]:
    """What is wrong with the claims of a chapter; nothing of one that is not written in them."""
    cells = read_notebook(path)["cells"]
    if not makes_claims(cells):
        return []
    problems = list(_unreadable(path, cells, tuple(languages)))
    try:
        list(named_claims(cells, tuple(languages)))
    except NotAClaim as error:
        problems.append(Problem(str(path), found=error.found, allowed=error.allowed))
    return problems


def lines_in(cells: Cells, languages: tuple[str, ...]) -> Iterator[tuple[int, Line]]:
    """Every line of a chapter's words, with the number of its cell."""
    for number, cell in enumerate(cells, start=1):
        if has_words(cell):
            yield from ((number, line) for line in words_of(source_of(cell), languages).lines)


def _unreadable(path: Path, cells: Cells, languages: tuple[str, ...]) -> Iterator[Problem]:
    """The claims and conditions that are none."""
    for number, line in lines_in(cells, languages):
        for claim in filter(None, (line.condition, *(claim.text for claim in line.claims))):
            try:
                parse(claim)
            except NotAClaim as error:
                yield Problem(str(path), number, "claim", error.found, error.allowed)
