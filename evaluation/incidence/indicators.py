"""What each story would do to each indicator, what is published of it, and what that tells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from .. import measures
from ..charts import Point
from ..comparison import Comparison
from ..detection import (
    Indicator,
    Observation,
    Sign,
    Story,
    ratio_of_counts,
    read_signatures,
    signatures,
)
from ..figures import Figures, Measure, Number, Quantity
from ..incidents import Choice
from ..language import N_, Text, phrase
from ..records import Cell
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


Published = tuple[Indicator, tuple[str, ...], str]


def indicator_rows(figures: Figures, found: Comparison, published: Sequence[Published]) -> list[list[Cell]]:
    """Rows of indicator, what is published of it, and why that does or does not tell the stories apart."""
    known: dict[Indicator, tuple[list[Number], Text]] = {
        Indicator.REPORTS: ([found.chance or found.change], N_("Rises in every story, so it tells none from another"))
    }
    known |= {Indicator(i): ([figures.figure(n) for n in names], why) for i, names, why in published}
    return [
        [
            phrase("indicator", i.value),
            known[i][0] if i in known else NOTHING,
            known[i][1] if i in known else NOT_BY_YEAR,
        ]
        for i in Indicator
    ]


NOT_BY_YEAR = N_("Not found by year")


def reading(found: Comparison) -> Choice:
    """The story that what is published by year favours: of reports alone, none can be."""
    reports = reports_in(found)
    if reports is None:
        return "story_read", "cannot-be-told"
    ratio = ratio_of_counts(*reports)
    seen = Observation(Indicator.REPORTS, math.log(ratio.low), math.log(ratio.high))
    story = read_signatures([seen]).story
    return "story_read", story.value if story else "cannot-be-told"
