"""What would change what a page concludes: for each wording that its numbers chose, the nearest value of each published
figure alone with which another would be chosen (see `numbers.flips`), in the page's words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import groupby
from typing import Any

from ..language import N_, format_moment, format_period, translate
from ..language.placeholders import NAME
from ..numbers.notation import show
from ..numbers.number import Figure, Measure, Number
from ..numbers.quantity import Quantity
from ..numbers.rules import Rule
from ..records.prose import Values
from ..records.record import read_number

IF = {
    "lower": N_("if {number} were {value} or lower"),
    "higher": N_("if {number} were {value} or higher"),
    "": N_("if {number} were {value}"),
}
SEVERAL = 3  # figures of one label and place that are called one by one


@dataclass(frozen=True)
class Conclusion:
    """A wording, with what would change it (``when``) and the figures that no value in their range lets change it
    (``never``); whether that was not worked out (``unknown``), and whether results of a method are among what moves
    it, of which nobody works out what would give others (``modelled``)."""

    said: str
    when: list[str] = field(default_factory=list)
    never: list[str] = field(default_factory=list)
    unknown: bool = False
    modelled: bool = False

    @property
    def has_numbers(self) -> bool:
        """Whether the wording holds numbers, which another value may change though the wording stays."""
        return any(sign.isdigit() for sign in self.said)


def names_of(words: str) -> list[str]:
    """The names that a text asks for."""
    return [match[1] for match in NAME.finditer(words)]


def conclusions(values: Values, names: Iterable[str], only_by_rule: bool = False) -> list[Conclusion]:
    """Those of some names that are wordings; only those that a rule chose, or any."""
    records = {name: values.others.get(name, {}) for name in names}
    chosen = {name: record for name, record in records.items() if "phrase" in record}
    return [concluded(values, name, one) for name, one in chosen.items() if one.get("rule") or not only_by_rule]


def concluded(values: Values, name: str, record: dict[str, Any]) -> Conclusion:
    said = within(values.language, values.plain("{" + name + "}").strip(" ."))
    if record.get("flips") is None:
        return Conclusion(said, unknown=True)
    rule = Rule(record["rule"], {number.name: number for number in map(read_number, record["inputs"])})
    figures = {number.name: number for number in rule.inputs}
    called = names_in(values.language, figures)
    when = [worded(values.language, flip, figures[flip["input"]], called) for flip in record["flips"]]
    moving = {flip["input"] for flip in record["flips"]}
    still = [figure for name, figure in figures.items() if name not in moving]
    modelled = any(isinstance(number, Measure) and number.inputs for number in figures.values())
    return Conclusion(said, when, list(together(values.language, still, called)), modelled=modelled)


def within(language: str, said: str) -> str:
    """A wording as it stands between quotation marks: its own are of the second kind."""
    if language != "fr":
        return said.replace("“", "‘").replace("”", "’")
    return re.sub(r"«\s*", "“", re.sub(r"\s*»", "”", said))


def together(language: str, figures: list[Number], called: dict[str, str]) -> Iterator[str]:
    """What figures are called; of many of one label and place, such as an index's months, the first and the last."""
    for _, group in groupby(figures, key=lambda one: (one.label, one.place)):
        own = sorted(group, key=lambda one: one.start)
        if len(own) <= SEVERAL:
            yield from (called[one.name] for one in own)
        else:
            yield f"{figure_name(language, own[0])} … {format_period(own[-1].start, own[-1].end, language)}"


def worded(language: str, flip: dict[str, Any], figure: Number, called: dict[str, str]) -> str:
    value = show(replace(figure, quantity=Quantity.exact(Fraction(flip["value"]))), language).words
    beyond = flip["beyond"] and not (flip["way"] == "lower" and Fraction(flip["value"]) == 0)  # nothing is below it
    return translate(IF[flip["way"] if beyond else ""], language).format(number=called[figure.name], value=value)


def names_in(language: str, figures: dict[str, Number]) -> dict[str, str]:
    """What figures are called: label, place and period, and the release where two are alike in these."""
    called = {name: figure_name(language, figure) for name, figure in figures.items()}
    times = Counter(called.values())
    releases = {name: one.vintage for name, one in figures.items() if isinstance(one, Figure)}
    return {
        name: f"{words}, {format_moment(releases[name], language)}" if times[words] > 1 and name in releases else words
        for name, words in called.items()
    }


def figure_name(language: str, figure: Number) -> str:
    label, place = (translate(text, language) for text in (figure.label, figure.place_label))
    period = format_period(figure.start, figure.end, language) if figure.start or isinstance(figure, Figure) else ""
    return ", ".join(filter(None, [label, place if not label.endswith(place) else "", period]))
