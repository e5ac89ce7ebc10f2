"""A province against the rest of the country; a city before and after it had a special unit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ...charts import Point
from ...language import LANGUAGES, N_, Text, format_moment
from ...methods.detection import Reports, ratio_of_counts
from ...numbers import measures
from ...numbers.figures import Figure, Figures, Measure, Quantity
from ...records.recorded import Cell
from .. import comparison, incidents
from ..comparison import Comparison
from ..incidents import COUNTRY, TABLE_1525, Choice
from .suppositions import reports_in

PROVINCE = "Ontario"
REST = {"en": "Canada outside Ontario", "fr": "Canada hors Ontario"}
NOTHING = dict.fromkeys(LANGUAGES, "\N{EM DASH}")


@dataclass(frozen=True)
class Regions:
    """Two years compared in the country, in the province and in the rest; ``rest`` is worked out."""

    country: Comparison
    province: Comparison
    rest: Measure
    rest_chance: Measure

    @property
    def points(self) -> list[Point]:
        rows = [(one.number, one.earlier.place_label, one.number_chance) for one in (self.country, self.province)]
        rows.append((self.rest, REST, self.rest_chance))
        return [Point(number, label, interval=chance) for number, label, chance in rows if number]

    @property
    def ranking(self) -> Choice:
        """Whether reports changed more in the province than in the rest, chance counted in."""
        province = self.province.number_chance
        assert province is not None
        return "province_rest", measures.against(province.quantity, self.rest_chance.quantity)


def regions(figures: Figures, definition: str, earlier_year: int, later_year: int, level: float) -> Regions | None:
    """The country, the province and the rest in two years, all on one basis; None where no basis has all."""
    country, province = (
        comparison.compare_alike(figures, definition, place, earlier_year, later_year, level)
        for place in (COUNTRY, PROVINCE)
    )
    alike = [(one, other) for one in country for other in province if one.basis is other.basis]
    found = ((one, other, rest_of(one, other)) for one, other in alike)
    return next(
        (Regions(one, other, *rest_changes(one, other, rest, level)) for one, other, rest in found if rest), None
    )


def rest_of(country: Comparison, province: Comparison) -> tuple[Reports, Reports] | None:
    """The counts of the country without the province in two years; None where they are not known or may be zero."""
    whole, part = reports_in(country), reports_in(province)
    if whole is None or part is None:
        return None
    earlier, later = (without(one, other) for one, other in zip(whole, part, strict=True))
    return (earlier, later) if earlier and later else None


def without(whole: Reports, part: Reports) -> Reports | None:
    """The counts left when a part's, whichever of them is right, are taken from the whole's."""
    low, high = whole.low - part.high, whole.high - part.low
    return Reports(low, high) if low > 0 else None


def rest_changes(
    country: Comparison, province: Comparison, rest: tuple[Reports, Reports], level: float
) -> tuple[Measure, Measure]:
    """The change in the rest's reports, in per cent: without and with chance."""
    ratio = ratio_of_counts(*rest, level=level)
    ends = ((ratio.estimate_low, ratio.estimate_high), (ratio.low, ratio.high))
    labels = (
        N_("Change in reports outside the province"),
        N_("Change in the rate behind reports outside the province, with chance counted in"),
    )
    formula = N_("(country − province) in the later year ÷ the same in the earlier year, at worst ends of the rates")
    inputs = [country.earlier, country.later, province.earlier, province.later, *(province.people or ())]
    options: dict[str, Any] = {"unit": "percent", "decimals": 1, "estimate": True, "method": measures.INDEPENDENT}
    made = [
        measures.measure(name, label, percent(*pair), inputs, formula, **options)
        for name, label, pair in zip(("rest_change", "rest_chance"), labels, ends, strict=True)
    ]
    seen, chance = (replace(number, place_label=REST, end=country.later.end) for number in made)
    return seen, chance


def percent(low: float, high: float) -> Quantity:
    """Ends of a ratio as a change in per cent."""
    return Quantity.between(*(measures.fraction_of((end - 1) * 100) for end in (low, high)))


def unit_rows(figures: Figures, place: str, level: float) -> list[list[Cell]]:
    """Rows of year, incidents, release, and the detection ratio since the first year had incidence not changed."""
    first, *later = figures.series(TABLE_1525, place, vintage="all")
    return [[year_of(first), first, released(first), NOTHING], *(unit_row(first, one, level) for one in later)]


def unit_row(first: Figure, later: Figure, level: float) -> list[Cell]:
    label = N_("Detection ratio that it would take if incidence had not changed")
    name = f"unit_{later.start}_{later.vintage}".replace("-", "_")
    ratio = measures.ratio_interval(name, label, later, first, level, decimals=1)
    return [year_of(later), later, released(later), ratio]


def year_of(figure: Figure) -> Text:
    return incidents.same(figure.start)


def released(figure: Figure) -> Text:
    return {language: format_moment(figure.vintage, language) for language in LANGUAGES}
