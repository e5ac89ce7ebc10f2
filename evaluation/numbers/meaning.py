"""The meaning of a number: what it counts, where and when, its caveats and its words. One frozen part of a number,
which operations pass on; independent of the folder that its words come from.
"""

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
    """The words of the controlled lists, by id: nouns of units, labels of definitions with the caveats they oblige,
    names of places."""

    units: Mapping[str, Nouns] = field(default_factory=dict)
    definitions: Mapping[str, tuple[Text, tuple[str, ...]]] = field(default_factory=dict)
    places: Mapping[str, Text] = field(default_factory=dict)
    caveats: Mapping[str, Caveat] = field(default_factory=dict)

    def nouns(self, unit: str) -> Nouns:
        """Singular and plural of a unit's noun, by language; empty for a unit that is not listed."""
        return self.units.get(unit, {})

    def fields_of_count(self, unit: str, definition: str | None, place: str | None = None) -> dict[str, Any]:
        """The fields in which a number with this unit, definition and place differs: unit and nouns; definition (None:
        left out, "": none of the list), its label and the caveats it obliges; place (None or empty: left out) and its
        label. Raises Refused for an unknown id."""
        ids: tuple[tuple[str, str | None, Mapping[str, Any]], ...] = (
            ("units", unit, self.units), ("definitions", definition, self.definitions), ("places", place, self.places)
        )  # fmt: skip
        for table, key, known in ids:
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
    """Label, definition, place and period of a number, the caveats it obliges a page to state, the nouns of its unit
    and the vocabulary of its data, if any. Two that differ in nouns or vocabulary alone are equal."""

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


MEANING_FIELDS = tuple(part.name for part in fields(Meaning))


class HasMeaning:
    """Mixin with the parts of ``meaning`` as properties."""

    meaning: Meaning

    @property
    def label(self) -> Text:
        """Its name for readers; empty if it has none yet."""
        return self.meaning.label

    @property
    def definition(self) -> str:
        """The id of the definition, that is, what is counted; empty for none of the list."""
        return self.meaning.definition

    @property
    def definition_label(self) -> Text:
        """The definition's name for readers."""
        return self.meaning.definition_label

    @property
    def place(self) -> str:
        """The id of the place; empty if none is stated."""
        return self.meaning.place

    @property
    def place_label(self) -> Text:
        """The place's name for readers."""
        return self.meaning.place_label

    @property
    def start(self) -> str:
        """The first moment of its period; empty if not stated."""
        return self.meaning.start

    @property
    def end(self) -> str:
        """The last moment of its period; empty if not stated."""
        return self.meaning.end

    @property
    def period(self) -> Period:
        """Its period, with wordings for tables, charts and prose."""
        return Period(self.meaning.start, self.meaning.end)

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """The caveats that a page with this number must state, each once."""
        return self.meaning.caveats

    @property
    def nouns(self) -> Nouns:
        """Singular and plural of its unit, by language."""
        return self.meaning.nouns
