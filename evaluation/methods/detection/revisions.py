"""What a revision as large as one that was seen would do to a comparison."""

import math
from dataclasses import dataclass

from .counts import Ratio, Reports, ratio_of_counts, reports_in
from .errors import checked_positive, checked_whole


@dataclass(frozen=True)
class UnderRevision:
    """A ratio as published, and with either year's count revised as another count once was.

    `sign_turns`: whether one of the revisions turns a rise into a fall or a fall into a rise (or removes it).
    """

    factor: float
    published: Ratio
    earlier_revised: Ratio
    later_revised: Ratio

    @property
    def sign_turns(self) -> bool:
        """Whether the change's sign hangs on a revision of this size."""
        return len({_sign(ratio) for ratio in (self.published, self.earlier_revised, self.later_revised)}) > 1


def _sign(ratio: Ratio) -> int:
    return (ratio.estimate_low > 1) - (ratio.estimate_high < 1)


def under_revision(
    earlier: int | Reports,
    later: int | Reports,
    *,
    before: int,
    after: int,
    populations: tuple[float, float] = (1.0, 1.0),
    level: float = 0.95,
) -> UnderRevision:
    """What the largest revision seen (`before` to `after`, such as 528 to 597) would do to a comparison.

    Each year's count in turn is multiplied by after / before and rounded to a whole number. Raises
    DetectionError for counts that are not above 0.
    """
    factor = checked_whole("count after the revision", after) / checked_whole("count before the revision", before)
    first, second = reports_in("earlier", earlier), reports_in("later", later)
    pairs = (
        (first, second),
        (revised_reports(first, factor), second),
        (first, revised_reports(second, factor)),
    )
    return UnderRevision(
        factor, *(ratio_of_counts(one, two, populations=populations, level=level) for one, two in pairs)
    )


def revised_reports(count: int | Reports, factor: float) -> Reports:
    """A count multiplied by a revision's factor, to the nearest whole number (a half up), at least 1."""
    reports = reports_in("revised", count)
    checked_positive("factor of the revision", factor)
    low, high = (max(1, math.floor(end * factor + 0.5)) for end in (reports.low, reports.high))
    return Reports(low, high)
