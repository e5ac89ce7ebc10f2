"""Where a number comes from and what must be said of it."""

from __future__ import annotations

from dataclasses import dataclass

from ..language import Text

# The caveat that marks a count as this review's own, worked out from a printed rate.
CALCULATED = "count-calculated"


@dataclass(frozen=True)
class Caveat:
    """What must be said of a number: in full, in short (as it stands under a chart), and what it bears on."""

    caveat: str
    text: Text
    short: Text = ""
    rank: str = "meaning"

    @property
    def brief(self) -> Text:
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

    def edition(self, language: str) -> tuple[str, str, str]:
        """Title, language and address of the edition in a language, where there is one; else of the one read."""
        if language != self.title_language and self.other_address:
            return self.other_title, language, self.other_address
        return self.title, self.title_language, self.address
