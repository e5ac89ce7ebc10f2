"""The origin of a number: its source, its releases, its place in a table; and its caveats."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

from ..language import Text

# The caveat that marks a count as calculated by this review from a printed rate.
CALCULATED = "count-calculated"


class Release(NamedTuple):
    """A number in one of the publisher's releases: the cells of its row, and whether that was the first release."""

    vintage: str
    bound: str
    value: str
    high: str
    first: bool


@dataclass(frozen=True)
class Caveat:
    """A warning about a number: full text, short text (under charts), and the subject it concerns."""

    caveat: str
    text: Text
    short: Text = ""
    rank: str = "meaning"

    @property
    def brief(self) -> Text:
        """Its short text; the full text if there is none."""
        return self.short or self.text


@dataclass(frozen=True)
class Source:
    """A publication: publisher, title, place, date, licence, and whether it is first-hand."""

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
        """A source from its record as a JSON object, with the source where its numbers can be checked, if any."""
        source = cls(**record)
        return replace(source, check_at=cls.of(record["check_at"])) if record.get("check_at") else source

    @property
    def is_repository(self) -> bool:
        """Whether its address is of GitHub or GitLab, which host numbers without stating any themselves."""
        return urlsplit(self.address).netloc in REPOSITORIES

    def edition(self, language: str) -> tuple[str, str, str]:
        """Title, language and address of the edition in a language; if there is none, of the edition that was read."""
        if language != self.title_language and self.other_address:
            return self.other_title, language, self.other_address
        return self.title, self.title_language, self.address


NOT_GIVEN = Source("", "source not given", "source not given", "en", "", "", True, "", "", "")


@dataclass(frozen=True)
class TableFile:
    """The table of a figure: its file name (of a frame in memory, its column), number of rows, and the SHA-256 of its
    bytes (of its cells)."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class TableCell:
    """The position of a figure in a table; the first row is 2, after the header."""

    file: TableFile
    row: int
    column: str


REPOSITORIES = ("github.com", "gitlab.com")
# Hosts that no publisher gives as its address: IP addresses, hosts of content delivery services.
NO_ADDRESS = re.compile(
    r"[\d.]+|[\da-f:.]*:[\da-f:.]*"
    r"|(.+\.)?(azurefd|azurewebsites|cloudfront|amazonaws|akamaized|fastly|herokuapp)\.(net|com)"
)


def leads_to_its_publisher(address: str) -> bool:
    """Whether an address may be a link: its host is no IP address and no content delivery service, whose name would not
    tell whose site it is. True of an empty address; no request is made."""
    return not NO_ADDRESS.fullmatch(urlsplit(address).hostname or "")
