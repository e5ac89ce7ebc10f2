"""Reports against incidence: what a change in police reports says about crime, and what it does not.

Expected reports = incidence x detection. Detection p is the share of incidents that enter the police's count
(recognized, reported or found, founded, classed as the most serious offence), so 0 < p <= 1 and the reports'
ratio is the incidence's ratio times the detection ratio p2 / p1. The count also holds offences of earlier
years.

Partial identification (`identification`); what follows from a `belief` on detection; signatures of five `stories`;
`simulation` and power. "Earlier" and "later" are the two years. Intervals from counts (`methods.counts`) hold if events
were independent; with a variance factor, if they come in cases.
"""

from .identification import DetectionBounds
from .stories import Indicator, Story, signatures

__all__ = ["DetectionBounds", "Indicator", "Story", "signatures"]
