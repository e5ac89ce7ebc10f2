"""What each story would do to each indicator, what is published of it, and what that tells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from ...charts import Point
from ...language import LANGUAGES, N_, Text, phrase
from ...methods.detection import (
    STRETCH,
    Indicator,
    Observation,
    Sign,
    Story,
    never_falling,
    ratio_of_counts,
    read_signatures,
    signatures,
    surviving,
)
from ...numbers import measures
from ...numbers.figures import Figures, Measure, Quantity
from ...records.recorded import Cell
from ..comparison import Comparison
from ..incidents import Choice
from .places import NOTHING
from .suppositions import reports_in


def sign_points() -> list[Point]:
    """Indicator by story, each the sign that the small model of `detection` derives."""
    table = signatures()
    return [
        Point(
            sign_number(table[story][one], f"{story.value}_{one.value}"),
            phrase("indicator", one.value),
            series=story_name(story),
        )
        for one in Indicator
        for story in Story
    ]


def story_name(story: Story) -> Text:
    return phrase("story", story.value)


ENDS = {Sign.UP: (1, 1), Sign.DOWN: (-1, -1), Sign.NONE: (0, 0), Sign.AMBIGUOUS: (-1, 1)}


def sign_number(sign: Sign, name: str) -> Measure:
    """A sign as a number: 1 up, -1 down, 0 none, from -1 to 1 ambiguous."""
    label, formula = N_("Sign of an indicator’s move"), N_("derivative in the small model, at every baseline")
    nouns = {"en": {"one": "sign", "other": "sign"}, "fr": {"one": "signe", "other": "signe"}}
    number = measures.without_origin(f"sign_{name}".replace("-", "_"), label, 1, "sign", formula, nouns=nouns)
    return replace(number, quantity=Quantity.between(*ENDS[sign]), decimals=0, estimate=True)


def names_of(indicators: Sequence[Indicator]) -> Text | None:
    """Indicators by their names, as a list in a sentence; None for none."""
    if not indicators:
        return None
    found = [phrase("indicator", one.value) for one in indicators]
    return {lang: listed([lower_first(one[lang]) for one in found], AND[lang]) for lang in LANGUAGES}


AND = {"en": "and", "fr": "et"}


def listed(words: Sequence[str], conjunction: str) -> str:
    *most, last = words
    return f"{', '.join(most)} {conjunction} {last}" if most else last


def lower_first(words: str) -> str:
    return words[:1].lower() + words[1:]


def holding() -> Text | None:
    """The indicators that growing trafficking moves the same way whether police keep pace or not."""
    return names_of(surviving(signatures()))


def never_lowered() -> Text | None:
    """The indicators that growing trafficking may raise or leave alone, and lowers under neither supposition."""
    return names_of(never_falling(signatures()))


def stretch() -> Measure:
    """The supposed elasticity of police effort for each incident to incidence."""
    label, formula = N_("Elasticity of police effort to incidents"), N_("a supposition of the small model")
    return measures.without_origin("stretch", label, STRETCH, "ratio", formula, estimate=True)


Published = tuple[Indicator, tuple[str, ...], str]


def indicator_rows(figures: Figures, found: Comparison, published: Sequence[Published]) -> list[list[Cell]]:
    """Rows of indicator, what is published that comes near it, by its own label and period, the numbers, and why
    they do not tell the stories apart."""
    known: dict[Indicator, list[Cell]] = {Indicator.REPORTS: [found.change.label, [found.change], RISES_IN_ALL]}
    known |= {Indicator(i): near(figures, names, why) for i, names, why in published}
    return [[phrase("indicator", i.value), *known.get(i, [NOTHING, NOTHING, NOT_FOUND])] for i in Indicator]


def near(figures: Figures, names: Sequence[str], why: str) -> list[Cell]:
    """Published figures by their labels with periods, the numbers, and a reason."""
    numbers = [figures.figure(name) for name in names]
    labels = {lang: "; ".join(number.with_period[lang] for number in numbers) for lang in LANGUAGES}
    return [labels, numbers, why]


RISES_IN_ALL = N_("Rises in every story, so it tells none from another")
NOT_FOUND = N_("We did not find it by year")


def reading(found: Comparison) -> Choice:
    """The story that what is published by year favours: of reports alone, none can be."""
    reports = reports_in(found)
    if reports is None:
        return "story_read", "cannot-be-told"
    ratio = ratio_of_counts(*reports)
    seen = Observation(Indicator.REPORTS, math.log(ratio.low), math.log(ratio.high))
    story = read_signatures([seen]).story
    return "story_read", story.value if story else "cannot-be-told"
