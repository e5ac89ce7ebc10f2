"""The pairs of years, of every place and definition, that a reader of the chapter on reports and incidence can
choose. Without it `explorer` has nothing to show.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ..language import LANGUAGES
from ..methods.counts import VARIANCE_FACTOR, ratio_of_counts
from ..numbers.figures import Figures
from ..numbers.labels import is_missing
from ..records import chapter as review
from ..records.serialization import VALUE
from .incidence import PairRow, pair_reports
from .reported_incidents import SHORT_NAMES, releases


def explorer(
    chapter: review.Chapter,
    name: str,
    series: Sequence[Mapping[str, Any]],
    *,
    place: str,
    definition: str,
    years: tuple[int, int],
    level: float,
    brief: bool = False,
) -> None:
    """Record the interactive part ``name`` of a page, as an output of the cell: a reader supposes detection in two
    years and sees the consequences. A ``brief`` one has two sliders and one sentence, for the first comparison of the
    two years and without chance. ``series`` come from `scenarios`; the other arguments are the initial choice (the
    first series if it has no such place and definition). Nothing is recorded without series."""
    if not series:
        return
    keys = [(each_series["place_key"], each_series["definition"]) for each_series in series]
    chosen = keys.index((place, definition)) if (place, definition) in keys else 0
    caveats = dict.fromkeys(caveat for each_series in series for caveat in each_series["caveats"])
    record = {
        "explorer": name,
        "brief": brief,
        "series": [{k: each_series[k] for k in ("label", "place", "years", "pairs")} for each_series in series],
        "first": {"series": chosen, "years": list(years), "level": level},
        "caveats": [dataclasses.asdict(chapter.caveats[caveat]) for caveat in caveats],
    }
    review.output_record(VALUE, record)


def scenarios(
    figures: Figures, pairs: pd.DataFrame, level: float, factor: float = VARIANCE_FACTOR
) -> list[dict[str, Any]]:
    """The pairs of years with reports for every place and definition, for `explorer`: the country and its parts in the
    order of data/, each pair in one release and as first released. Two years without comparable releases are listed
    without a pair. Intervals use the chapter's variance ``factor``."""
    reported = pairs.dropna(subset=["reports_earlier", "reports_later"])
    places = reported.place.astype(pd.CategoricalDtype([*figures.tables.rows_by_key("places")], ordered=True))
    groups = reported.groupby([places, "definition"], observed=True)
    return [scenario(figures, group, level, factor) for _, group in groups]


def scenario(figures: Figures, pairs: pd.DataFrame, level: float, factor: float) -> dict[str, Any]:
    """One series, from its pairs: its place and definition, its label, its years, the ids of the caveats of its
    numbers, and under ``pairs`` its comparisons by ``first-last`` year, those in one release before those as first
    released."""
    first = pairs.iloc[0]
    place = figures.label("places", first.place, "name")
    short = figures.label("names", SHORT_NAMES[first.definition], "text")
    comparisons: dict[str, list[dict[str, Any]]] = {}
    for pair in pairs[pairs.basis != "mixed"].sort_values("basis", ascending=False).itertuples():
        comparisons.setdefault(f"{pair.year_earlier}-{pair.year_later}", []).append(_comparison(pair, level, factor))
    numbers = [*pairs.earlier, *pairs.later]
    return {
        "place_key": first.place,
        "definition": first.definition,
        "label": {lang: f"{place[lang]}, {short[lang]}" for lang in LANGUAGES},
        "place": figures.label("places", first.place, "in"),
        "years": sorted({*map(int, pairs.year_earlier), *map(int, pairs.year_later)}),
        "pairs": comparisons,
        "caveats": list(dict.fromkeys(caveat.caveat for number in numbers for caveat in number.caveats)),
    }


def _comparison(pair: PairRow, level: float, factor: float) -> dict[str, Any]:
    """One comparison of two years: basis, releases in both languages, reports of both years (of a rounded rate the
    middle), and ``ends``, five numbers: low and high end of their ratio, later over earlier, without chance, those of
    its interval, and earlier over later population (0 if unknown)."""
    counts = pair_reports(pair)
    ratio = ratio_of_counts(*counts, level=level, variance_factor=factor)
    people = (pair.people_earlier, pair.people_later)
    person = 0.0 if any(map(is_missing, people)) else float(people[0].quantity.value / people[1].quantity.value)
    ends = (ratio.estimate_low, ratio.estimate_high, ratio.low, ratio.high, person)
    published = releases(pair.earlier.vintage, pair.later.vintage)
    comparison = {"basis": pair.basis, "releases": published, "reports": [count.middle for count in counts]}
    return comparison | {"ends": [float(f"{end:.8g}") for end in ends]}
