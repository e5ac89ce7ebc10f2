"""What a number means: what it counts, where and when, what must be said of it, and the words for that. It is one
frozen part of a number, which operations hand on whole; of the folder that its words come from it knows nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from ..language import Text
from ..problems import Refused, nearest
from .periods import Period
from .publication import Caveat

Nouns = Mapping[str, Mapping[str, str]]  # singular and plural, by language


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The words of controlled lists: nouns of units, labels of definitions with the ids of the caveats that they
    oblige, names of places; each by its id."""

    units: Mapping[str, Nouns] = field(default_factory=dict)
    definitions: Mapping[str, tuple[Text, tuple[str, ...]]] = field(default_factory=dict)
    places: Mapping[str, Text] = field(default_factory=dict)
    caveats: Mapping[str, Caveat] = field(default_factory=dict)

    def nouns(self, unit: str) -> Nouns:
        """Singular and plural of a unit's noun, by language; none of a unit that is not listed."""
        return self.units.get(unit, {})

    def counted_as(self, unit: str, definition: str | None, place: str | None = None) -> dict[str, Any]:
        """What a number has from its unit, its definition ("" for none of the list) and its place, None where it keeps
        its own: words, and the caveats that the definition obliges. Raises Refused for an unknown one."""
        asked: tuple[tuple[str, str | None, Mapping[str, Any]], ...] = (
            ("units", unit, self.units), ("definitions", definition, self.definitions), ("places", place, self.places)
        )  # fmt: skip
        for table, key, known in asked:
            if key and key not in known:
                raise Refused(f"found {key!r}{nearest(key, known)}; allowed: an id of data/{table}.csv")
        parts: dict[str, Any] = {"unit": unit, "nouns": self.nouns(unit)}
        parts |= {"place": place, "place_label": self.places[place]} if place else {}
        if not definition:
            return parts if definition is None else parts | {"definition": "", "definition_label": ""}
        label, obliged = self.definitions[definition]
        caveats = [self.caveats[caveat] for caveat in obliged]
        return parts | {"definition": definition, "definition_label": label, "caveats": caveats}


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What a number is called and counts, the place and the period of it, the caveats that it obliges a page to tell;
    the nouns of its unit and the vocabulary of its data, if it has any. Two that differ in words alone are the same."""

    label: Text = ""
    definition: str = ""
    definition_label: Text = ""
    place: str = ""
    place_label: Text = ""
    start: str = ""
    end: str = ""
    caveats: tuple[Caveat, ...] = ()
    nouns: Nouns = field(default_factory=dict, compare=False)
    vocabulary: Vocabulary | None = field(default=None, compare=False, repr=False)


MEANT = tuple(part.name for part in fields(Meaning))


class Meant:
    """A thing with a meaning, asked for its parts."""

    meaning: Meaning

    @property
    def label(self) -> Text:
        """What it is called."""
        return self.meaning.label

    @property
    def definition(self) -> str:
        """What is counted, by its id."""
        return self.meaning.definition

    @property
    def definition_label(self) -> Text:
        """What is counted, in words."""
        return self.meaning.definition_label

    @property
    def place(self) -> str:
        """Where, by its id."""
        return self.meaning.place

    @property
    def place_label(self) -> Text:
        """Where, in words."""
        return self.meaning.place_label

    @property
    def start(self) -> str:
        """When its period begins; empty where that is not stated."""
        return self.meaning.start

    @property
    def end(self) -> str:
        """When its period ends; empty where that is not stated."""
        return self.meaning.end

    @property
    def period(self) -> Period:
        """Its period: in words for a table's cell, for a chart's names or for prose."""
        return Period(self.meaning.start, self.meaning.end)

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """What it obliges a page to say."""
        return self.meaning.caveats

    @property
    def nouns(self) -> Nouns:
        """The nouns of its unit."""
        return self.meaning.nouns
