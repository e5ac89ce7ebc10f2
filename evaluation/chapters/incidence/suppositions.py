"""What follows from reports for incidents when something is supposed of detection, and what if nothing is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ...language import N_, Text, phrase
from ...methods.detection import Conclusion, DetectionBounds, Reports, incidence_ratio, tightness_needed
from ...numbers import measures
from ...numbers.figures import Measure, Number, Quantity
from ...records.recorded import Cell
from .. import comparison
from ..comparison import Comparison
from ..incidents import Choice


def supposed(earlier_from: float, earlier_to: float, later_from: float, later_to: float) -> DetectionBounds:
    """What bounds on the two years' shares leave of their ratio; from 0 means that no least share is stated."""
    return DetectionBounds(later_from / earlier_to, later_to / earlier_from if earlier_from else math.inf)


def is_stated(bounds: DetectionBounds) -> bool:
    """Whether the bounds say more than 0 < p <= 1."""
    return bounds != DetectionBounds.unknown()


def basis(bounds: DetectionBounds) -> Choice:
    """What a conclusion rests on: reports alone, or shares that a reader supposes."""
    return "incidence_basis", "supposed" if is_stated(bounds) else "alone"


def reports_in(found: Comparison) -> tuple[Reports, Reports] | None:
    """The two years' counts, or all that rounded rates leave of them; None where no population is known."""
    if found.chance is None:
        return None
    numbers = zip((found.earlier, found.later), comparison.rate_people(found), strict=True)
    earlier, later = (measures.reports_of(number, people) for number, people in numbers)
    return earlier, later


def told(found: Sequence[Comparison], bounds: DetectionBounds, level: float) -> Choice:
    """What the intervals for incidence conclude, a person or in number alike: rose or fell where every comparison of
    like with like says so, else that it cannot be told."""
    said = {conclusion(one, bounds, level) for one in comparison.alike(found)}
    return "incidence_told", (said.pop() if len(said) == 1 else Conclusion.CANNOT_BE_TOLD).value


def conclusion(found: Comparison, bounds: DetectionBounds, level: float) -> Conclusion:
    reports = reports_in(found)
    return incidence_ratio(*reports, bounds, level=level).conclusion if reports else Conclusion.CANNOT_BE_TOLD


def what_follows(found: Sequence[Comparison], bounds: DetectionBounds, level: float) -> list[list[Cell]]:
    """Rows of supposition, which releases are compared, change in incidents left open, its interval at the level,
    conclusion."""
    kinds = [("unknown", DetectionBounds.unknown()), ("did_not_fall", DetectionBounds.did_not_fall())]
    kinds += [("as_before", DetectionBounds(1.0, 1.0))]
    kinds += [("stated", bounds)] if is_stated(bounds) else []
    return [
        follows(one, kind, known, level) for kind, known in kinds for one in comparison.alike(found) if reports_in(one)
    ]


def follows(found: Comparison, kind: str, bounds: DetectionBounds, level: float) -> list[Cell]:
    reports = reports_in(found)
    assert reports is not None
    one = incidence_ratio(*reports, bounds, level=level)
    name = f"{kind}_{found.basis.value}"
    left_open = change_left(found, f"left_open_{name}", LEFT_OPEN, one.set_low, one.set_high)
    interval = change_left(found, f"incidence_{name}", WITH_CHANCE, one.low, one.high)
    words = phrase("supposition", kind), comparison.BASES[found.basis], left_open, interval
    return [*words, phrase("concluded", one.conclusion.value)]


LEFT_OPEN = N_("Change in incidents that the supposition leaves open, before chance")
WITH_CHANCE = N_("Change in incidents under the supposition, with chance counted in")


def change_left(found: Comparison, name: str, label: Text, low: float, high: float) -> Measure:
    """Two ends of a ratio of incidents as a change in per cent; an end at infinity stays open."""
    ends = [None if math.isinf(end) else measures.fraction_of((end - 1) * 100) for end in (low, high)]
    quantity = Quantity(ends[0], ends[1], low_open=low == 0)
    formula = N_("ends of the ratio of reports ÷ ends of the detection ratio (Imbens and Manski, exact tails)")
    options: dict[str, Any] = {"unit": "percent", "decimals": 1, "estimate": True, "method": measures.INDEPENDENT}
    return measures.measure(name, label, quantity, inputs_of(found), formula, **options)


def inputs_of(found: Comparison) -> list[Number]:
    return [found.earlier, *(found.people or ()), found.later]


def tightness(found: Comparison, level: float) -> Measure | None:
    """How tightly an unchanged detection ratio must be known before anything follows: by which factor either way.
    None where even exact knowledge would not do."""
    reports = reports_in(found)
    factor = tightness_needed(*reports, level=level).factor if reports else None
    if factor is None:
        return None
    label = N_("Factor within which the detection ratio must be known")
    formula = N_("widest bounds around an unchanged detection ratio with which something can be concluded")
    options: dict[str, Any] = {"unit": "ratio", "decimals": 2, "estimate": True, "method": measures.INDEPENDENT}
    # Known less tightly, nothing follows: the factor is rounded to the tighter side.
    quantity = measures.lower_end(factor, decimals=2)
    return measures.measure("tightness", label, quantity, inputs_of(found), formula, **options)


def tight(found: Sequence[Comparison], level: float) -> Choice | None:
    """Whether known, unchanged detection would settle it: by every comparison of like with like, by some, by none."""
    settled = [bool(tightness(one, level)) for one in comparison.alike(found)]
    if not settled:
        return None
    choice = "settles" if all(settled) else "settles_some" if any(settled) else "settles_nothing"
    return "known_detection", choice
