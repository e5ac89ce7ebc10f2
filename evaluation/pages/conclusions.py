"""What would change what a page concludes: for each wording that its numbers chose, the nearest values of each
published figure alone with which another would be chosen (see `numbers.flips`), in the page's words."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from typing import Any

from ..language import N_, format_moment, format_period, translate
from ..language.placeholders import names_asked
from ..numbers.notation import show
from ..numbers.number import Figure, Measure, Number
from ..numbers.quantity import Quantity
from ..numbers.rules import Rule
from ..records.prose import Values
from ..records.record import read_number

QUOTED, QUOTED_IN, QUOTED_FOR = N_("“{said}”"), N_("“{said}” in “{of}”"), N_("“{said}” for “{of}”")
NO_LONGER = N_("{said} would no longer be said")
WERE, EITHER = N_("if {number} were {value} (it is {now})"), N_("{lower}, or {higher}")
BEYOND = {"lower": N_("{value} or lower"), "higher": N_("{value} or higher")}
NEVER = N_("No value in its range, from nothing to ten times as much, changes {said}: {numbers}.")
NEVER_THAT = N_("No value in its range, from nothing to ten times as much, changes that: {numbers}.")
NEVER_MORE = N_("No value in its range, from nothing to ten times as much, changes more than its numbers: {numbers}.")
MODELLED = N_("Which data would give such a result was not calculated: the method would have to be run anew on each.")
SEVERAL = 3  # figures of one label and place that are called one by one


@dataclass(frozen=True)
class Conclusion:
    """What would change a wording, or several alike: that it would not be said, if what (``when``), and what else."""

    no_longer: str
    when: tuple[str, ...]
    more: tuple[str, ...]

    @property
    def sentences(self) -> list[str]:
        """All of it in the order in which a page says it."""
        return [*filter(None, [self.no_longer]), *self.when, *self.more]


def sentences_of(template: str) -> Iterator[tuple[str, str]]:
    """The names that prose asks for, each with its sentence, without marks of Markdown."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)|[*#>]+|^- ", r"\1", template, flags=re.MULTILINE)
    for sentence in re.split(r"(?<=[.!?])\s|\n", plain):
        yield from ((name, sentence) for name in names_asked(sentence))


def conclusions(values: Values, names: Mapping[str, str], within: str = QUOTED) -> list[Conclusion]:
    """Of those of some names that are wordings which a rule chose, each with what it is said of or stands ``within``,
    where it is no sentence; those that the same values would change stand together."""
    alike: dict[Any, list[str]] = {}
    for name, of in names.items():
        record = values.others.get(name, {})
        if record.get("rule"):
            alike.setdefault(_what_moves(values.language, record), []).append(_quoted(values, name, of, within))
    return [_concluded(values.language, "; ".join(said), *flips) for flips, said in alike.items()]


def _what_moves(language: str, record: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """With which values a rule would choose otherwise, which figures no value lets change it, and whether results of a
    method are among what it was asked, of which nobody works out what would give others."""
    rule = Rule(record["rule"], {number.name: number for number in map(read_number, record["inputs"])})
    figures = {number.name: number for number in rule.inputs}
    called = _figure_names(language, figures)
    flips = {name: [*own] for name, own in groupby(record["flips"], key=lambda flip: str(flip["input"]))}
    when = tuple(flip_in_words(language, own, figures[name], called[name]) for name, own in flips.items())
    still = [figure for name, figure in figures.items() if name not in flips]
    method = any(isinstance(number, Measure) and number.inputs for number in figures.values())
    return when, tuple(together(language, still, called)), method


def _concluded(language: str, said: str, when: tuple[str, ...], never: tuple[str, ...], method: bool) -> Conclusion:
    """Sentences on what was ``said``, between its quotation marks."""
    numbers = any(sign.isdigit() for sign in said)  # which another value changes though the wording stays
    how = NEVER_MORE if when and numbers else NEVER_THAT if when else NEVER
    stays = translate(how, language).format(said=said, numbers="; ".join(never)) if never else ""
    no_longer = translate(NO_LONGER, language).format(said=said) if when else ""
    return Conclusion(no_longer, when, tuple(filter(None, [stays, translate(MODELLED, language) if method else ""])))


def _quoted(values: Values, name: str, of: str, how: str) -> str:
    """A wording between quotation marks; where it is no sentence, with that which it stands in, or what it is of."""
    said = marked(values.plain("{" + name + "}"), values.language)
    whole = marked(values.plain(of), values.language) if said[:1].islower() else ""
    return translate(how if whole else QUOTED, values.language).format(said=said, of=whole)


def marked(said: str, language: str) -> str:
    """Words as they stand between quotation marks: their own are of the second kind."""
    said = said.strip(" .")
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
            yield f"{_figure_name(language, own[0])} … {format_period(own[-1].start, own[-1].end, language)}"


def flip_in_words(language: str, flips: Iterable[dict[str, Any]], figure: Number, called: str) -> str:
    """With which values of a figure something else would be said: one on either side at most."""
    ends = {}
    for flip in flips:
        value = show(replace(figure, quantity=Quantity.exact(Fraction(flip["value"]))), language).words
        beyond = flip["beyond"] and not (flip["way"] == "lower" and Fraction(flip["value"]) == 0)  # nothing is below it
        ends[flip["way"]] = translate(BEYOND[flip["way"]], language).format(value=value) if beyond else value
    value = translate(EITHER, language).format(**ends) if len(ends) == 2 else next(iter(ends.values()))
    return translate(WERE, language).format(number=called, value=value, now=show(figure, language).words)


def _figure_names(language: str, figures: dict[str, Number]) -> dict[str, str]:
    """What figures are called: label, place and period, and the release where two are alike in these."""
    called = {name: _figure_name(language, figure) for name, figure in figures.items()}
    times = Counter(called.values())
    releases = {name: one.vintage for name, one in figures.items() if isinstance(one, Figure)}
    return {
        name: f"{words}, {format_moment(releases[name], language)}" if times[words] > 1 and name in releases else words
        for name, words in called.items()
    }


def _figure_name(language: str, figure: Number) -> str:
    label, place = (translate(text, language) for text in (figure.label, figure.place_label))
    period = format_period(figure.start, figure.end, language) if figure.start or isinstance(figure, Figure) else ""
    return ", ".join(filter(None, [label, place if not label.endswith(place) else "", period]))
