"""Which story the indicators that were observed favour, if any."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scipy.special import log_ndtr, ndtri  # type: ignore[import-untyped, unused-ignore]

from ...methods.errors import checked_level, checked_positive, refuse
from .stories import Indicator, Sign, Story, signatures


@dataclass(frozen=True)
class Observation:
    """An indicator's observed change as a log ratio, with its interval (low < high) at `level`."""

    indicator: Indicator
    low: float
    high: float
    level: float = 0.95

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            found = f"{self.low} to {self.high}"
            raise refuse(f"change in {self.indicator}", found, "finite log ratios, lower first")
        checked_level(self.level)

    @property
    def middle(self) -> float:
        """Middle of the interval."""
        return (self.low + self.high) / 2

    @property
    def error(self) -> float:
        """Standard error that the interval stands for, were it normal."""
        return (self.high - self.low) / 2 / float(ndtri((1 + self.level) / 2))


@dataclass(frozen=True)
class Reading:
    """Likelihood of each story against the likeliest; `story` None means that it cannot be told."""

    relative_likelihood: Mapping[Story, float]
    story: Story | None


# Royall (1997): a likelihood ratio of 8 is fairly strong evidence, 32 strong.
EVIDENCE = 8.0
# A typical yearly change of an indicator, as a log ratio, where a story moves it: a fifth or so.
TYPICAL_MOVE = 0.2


def read_signatures(
    observations: Sequence[Observation], *, typical_move: float = TYPICAL_MOVE, evidence: float = EVIDENCE
) -> Reading:
    """Which story the observed changes favour, were each the only one at work.

    A story that moves an indicator up makes its change a half-normal of scale `typical_move` above 0, down
    one below, ambiguous a normal around 0, none 0; the observation adds its normal error. Indicators are
    taken as independent, so the reading errs to the sure side. One story is named only where it is
    `evidence` times as likely as each other.
    """
    scale = checked_positive("typical move", typical_move)
    table = signatures()
    logs = {
        story: sum(_log_likelihood(seen, table[story][seen.indicator], scale) for seen in observations)
        for story in Story
    }
    best = max(logs.values())
    close = [story for story, value in logs.items() if value > best - math.log(evidence)]
    return Reading(
        {story: math.exp(value - best) for story, value in logs.items()},
        close[0] if len(close) == 1 else None,
    )


def _log_likelihood(seen: Observation, sign: Sign, scale: float) -> float:
    if sign is Sign.NONE:
        return normal_log_density(seen.middle, seen.error)
    spread = math.hypot(scale, seen.error)
    either = normal_log_density(seen.middle, spread)
    if sign is Sign.AMBIGUOUS:
        return either
    side = 1 if sign is Sign.UP else -1
    return either + math.log(2) + float(log_ndtr(side * seen.middle * scale / (seen.error * spread)))


def normal_log_density(value: float, spread: float) -> float:
    """The logarithm of the density at ``value`` of a normal distribution around zero."""
    return -((value / spread) ** 2) / 2 - math.log(spread * math.sqrt(2 * math.pi))
