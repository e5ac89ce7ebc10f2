"""Where a number comes from and what must be said of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

from ..language import Text

# The caveat that marks a count as this review's own, worked out from a printed rate.
CALCULATED = "count-calculated"


class Release(NamedTuple):
    """A number as one of the publisher's releases has it: the cells of its row, and whether that was the first one."""

    vintage: str
    bound: str
    value: str
    high: str
    first: bool


@dataclass(frozen=True)
class Caveat:
    """What must be said of a number: in full, in short (as it stands under a chart), and what it bears on."""

    caveat: str
    text: Text
    short: Text = ""
    rank: str = "meaning"

    @property
    def brief(self) -> Text:
        """Its short form; where there is none, its full text."""
        return self.short or self.text


@dataclass(frozen=True)
class Source:
    """A publication: who, what, where, when, under which licence, at first hand or not."""

    source: str
    publisher: Text
    title: str
    title_language: str
    address: str
    published: str
    first_hand: bool
    quotes: Text
    licence: Text
    licence_address: str
    other_title: str = ""
    other_address: str = ""
    check_at: Source | None = None  # of a copy, where its original publisher prints or keeps the same numbers

    @classmethod
    def of(cls, record: dict[str, Any]) -> Self:
        """The publication that a record holds, with the one where its numbers can be checked."""
        source = cls(**record)
        return replace(source, check_at=cls.of(record["check_at"])) if record.get("check_at") else source

    @property
    def is_repository(self) -> bool:
        """Whether a copy lies in a repository, which says nothing of its own: a number is copied in it, not by it."""
        return urlsplit(self.address).netloc in REPOSITORIES

    def edition(self, language: str) -> tuple[str, str, str]:
        """Title, language and address of the edition in a language, where there is one; else of the one read."""
        if language != self.title_language and self.other_address:
            return self.other_title, language, self.other_address
        return self.title, self.title_language, self.address


NOT_GIVEN = Source("", "source not given", "source not given", "en", "", "", True, "", "", "")


@dataclass(frozen=True)
class TableFile:
    """The table that a figure stands in: the name of its file (of a frame in memory, of its column), how many rows it
    has, the SHA-256 of its bytes (of its cells)."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class TableCell:
    """Where in a table a figure stands; its first row is 2, under the header."""

    file: TableFile
    row: int
    column: str


REPOSITORIES = ("github.com", "gitlab.com")
# What no publisher gives as its own address: a machine by its number, a machine of a service that delivers for others.
NO_ADDRESS = re.compile(
    r"[\d.]+|[\da-f:.]*:[\da-f:.]*"
    r"|(.+\.)?(azurefd|azurewebsites|cloudfront|amazonaws|akamaized|fastly|herokuapp)\.(net|com)"
)


def leads_to_its_publisher(address: str) -> bool:
    """Whether an address is one that a reader can know whose it is, and that may be a link."""
    return not NO_ADDRESS.fullmatch(urlsplit(address).hostname or "")
