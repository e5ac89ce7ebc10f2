"""The detection with which incidence did not change."""

from collections.abc import Sequence
from dataclasses import dataclass

from .counts import Ratio, ratio_of_counts
from .errors import checked_positive, checked_share, refuse


@dataclass(frozen=True)
class BreakEven:
    """Incidence fell if and only if p2 / p1 is above `detection_ratio`, that is, p2 above `later_share`.

    `later_share` is None where no share is high enough: p1 is at or above `earlier_share_limit`, 1 / ratio.
    """

    detection_ratio: float
    earlier_share: float
    later_share: float | None
    earlier_share_limit: float

    @property
    def within_reach(self) -> bool:
        """Whether detection can have risen enough for incidence to have fallen."""
        return self.later_share is not None


def break_even(ratio: float, earlier_share: float) -> BreakEven:
    """Break-even detection for a ratio of expected reports and the earlier year's p.

    With an interval for the ratio, ask at both ends. Raises DetectionError for p outside (0, 1] or a ratio
    that is not above 0.
    """
    needed = checked_positive("ratio of reports", ratio) * checked_share("detection in the earlier year", earlier_share)
    return BreakEven(ratio, earlier_share, needed if needed < 1 else None, min(1.0, 1 / ratio))


def incidence_ratio_at(ratio: float, earlier_share: float, later_share: float) -> float:
    """Incidence ratio for a ratio of expected reports where both shares are supposed: ratio x p1 / p2."""
    return (
        checked_positive("ratio of reports", ratio)
        * checked_share("detection in the earlier year", earlier_share)
        / checked_share("detection in the later year", later_share)
    )


def detection_ratios_needed(counts: Sequence[int], *, level: float = 0.95) -> tuple[Ratio, ...]:
    """For each count after the first: the p2 / p1 that it would take had incidence not changed since.

    It illustrates what detection alone would have to do; it does not show that incidence stayed.
    """
    if len(counts) < 2:
        raise refuse("counts", f"{len(counts)} year{'s' * (len(counts) != 1)}", "two years or more")
    return tuple(ratio_of_counts(counts[0], count, level=level) for count in counts[1:])
