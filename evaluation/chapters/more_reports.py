"""Inputs of the chapter on more reports: invented and supposed numbers, and beliefs about detection."""

from collections.abc import Iterable

import pandas as pd

from ..language import N_
from ..numbers import measures
from ..numbers.frames import FigureArray
from ..numbers.number import INVENTED


def invented_counts(counts: Iterable[int]) -> FigureArray:
    """Invented numbers of incidents for an illustration, of the definition INVENTED and without an origin."""
    label, formula = N_("Invented for an illustration"), N_("invented for an illustration; not data")
    numbers = [measures.without_origin(f"invented_{n}", label, n, "incidents", formula) for n in counts]
    return FigureArray([number.with_meaning(definition=INVENTED) for number in numbers])


def boxes() -> pd.DataFrame:
    """The three rows of the picture, for `charts.dots`, of what a rise can mean: a year, and two later years with twice
    the reports, one with more detection and one with more trafficking. Columns: ``box`` (its name), the incidents
    ``happening``, and those ``known``."""
    names = [
        N_("Example, year one"),
        N_("Example, year two: police find more"),
        N_("Example, year two: more trafficking"),
    ]
    return pd.DataFrame(
        {"box": names, "happening": invented_counts([100, 100, 200]), "known": invented_counts([5, 10, 10])}
    )
