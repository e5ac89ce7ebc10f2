"""What the chapter on more reports needs beyond its cells: invented and supposed numbers, and beliefs on detection."""

from collections.abc import Iterable

import pandas as pd

from ..language import N_
from ..numbers import measures
from ..numbers.frames import FigureArray
from ..numbers.number import INVENTED


def invented(counts: Iterable[int]) -> FigureArray:
    """Numbers of incidents that no one counted: an illustration's, marked as invented."""
    label, formula = N_("Invented for an illustration"), N_("invented for an illustration; not data")
    numbers = [measures.without_origin(f"invented_{n}", label, n, "incidents", formula) for n in counts]
    return FigureArray([number.meaning_also(definition=INVENTED) for number in numbers])


def boxes() -> pd.DataFrame:
    """The picture of what a rise can mean, for `charts.dots`: a year, and two years after it that report twice as much,
    one with police who see more and one with more trafficking."""
    names = [
        N_("Example, year one"),
        N_("Example, year two: police find more"),
        N_("Example, year two: more trafficking"),
    ]
    return pd.DataFrame({"box": names, "happening": invented([100, 100, 200]), "known": invented([5, 10, 10])})
