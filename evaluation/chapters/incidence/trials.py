"""What a reader may try: every pair of years of every place and definition, by each comparison of like with like."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from ...language import LANGUAGES, names
from ...methods.detection import Reports, ratio_of_counts
from ...numbers import measures
from ...numbers.figures import Figure, Figures
from .. import comparison, incidents
from ..comparison import Basis
from ..incidents import COUNTRY
from .places import PROVINCE


def scenarios(figures: Figures, level: float) -> list[dict[str, Any]]:
    """For every place and definition with two years or more: the ratio of reports for each pair of years."""
    rows = figures.tables.rows("police_reported")
    keys = dict.fromkeys((row["place"], row["definition"]) for row in rows)
    found = (scenario(figures, place, definition, level) for place, definition in sorted(keys, key=country_first))
    return [one for one in found if one["pairs"]]


def country_first(key: tuple[str, str]) -> tuple[bool, bool, str, str]:
    return key[0] != COUNTRY, key[0] != PROVINCE, *key


def scenario(figures: Figures, place: str, definition: str, level: float) -> dict[str, Any]:
    """One series: what it is called, its years and its pairs (see `Chapter.explorer`): each pair in one release and as
    first released, where found; two years that only unlike releases give are not compared."""
    main = incidents.reported(figures, definition, place, 0, 9999).main
    years = [figure for figure in main if figure_reports(figures, figure)]
    short = names()[incidents.SHORT_NAMES[definition]]
    pairs = {}
    for one, two in combinations(years, 2):
        found = comparison.pairs(figures, definition, place, int(one.start), int(two.start))
        alike = {basis: pair for basis, pair in found.items() if basis is not Basis.MIXED}
        if alike:
            pairs[f"{one.start}-{two.start}"] = [tried(figures, *item, level) for item in alike.items()]
    return {
        "place_key": place,
        "definition": definition,
        "label": {lang: f"{figures.label('places', place, 'name')[lang]}, {short[lang]}" for lang in LANGUAGES},
        "place": figures.label("places", place, "in"),
        "years": [int(figure.start) for figure in years],
        "pairs": pairs,
        "caveats": list(dict.fromkeys(c.caveat for figure in years for c in figure.caveats)),
    }


def tried(figures: Figures, basis: Basis, pair: comparison.Pair, level: float) -> dict[str, Any]:
    """One comparison of two years: on which basis, of which releases, and the ends of its ratio of reports."""
    return {"basis": basis.value, "releases": incidents.releases(pair), "ends": ends_of(figures, pair, level)}


def figure_reports(figures: Figures, figure: Figure) -> Reports | None:
    """A year's count, or the counts that its rate leaves; None for no report or an unknown population."""
    people = incidents.population(figures, figure.place, figure.start) if figure.unit == "per_100k" else None
    if figure.unit == "per_100k" and people is None:
        return None
    return measures.reports_of(figure, people) if measures.count_left_open(figure, people).low else None


def ends_of(figures: Figures, pair: comparison.Pair, level: float) -> list[float]:
    """Ends of the ratio of reports, without and with chance, and the earlier population over the later (0: unknown)."""
    one, two = (figure_reports(figures, figure) for figure in pair)
    assert one
    assert two
    ratio = ratio_of_counts(one, two, level=level)
    people = incidents.populations(figures, pair[0].place, *pair)
    person = float(people[0].quantity.value / people[1].quantity.value) if people else 0.0
    ends = (ratio.estimate_low, ratio.estimate_high, ratio.low, ratio.high, person)
    return [float(f"{end:.8g}") for end in ends]
