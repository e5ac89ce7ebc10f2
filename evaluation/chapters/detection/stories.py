"""The effect of each of five stories on each indicator, in a small explicit model."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

import numpy as np

from ...methods.counts import Floats


class Story(StrEnum):
    """A reason why reports may have risen."""

    TRUST = "victims-trust-up"
    EFFORT = "police-effort-up"
    RECORDING = "recording-or-law-changed"
    INCIDENCE = "incidence-up"
    STRETCHED = "incidence-up-police-stretched"


class Sign(StrEnum):
    """The direction in which a story moves an indicator."""

    UP = "up"
    DOWN = "down"
    NONE = "none"
    AMBIGUOUS = "ambiguous"


class Indicator(StrEnum):
    """An indicator that could be published beside the count."""

    REPORTS = "police-reports"
    VICTIM_SHARE = "share-reported-by-victims-or-services"
    DELAY = "delay-from-offence-to-report"
    VICTIMS = "victims-per-incident"
    HOTLINE = "hotline-contacts-per-police-report"
    SEVERE = "share-severe"
    SERVED = "people-served"
    SPREAD = "share-outside-places-with-a-unit"


# The small model. Incidents are severe or not, of one victim or several, in a place with a special unit or
# not. Each may be reported by a victim or service (hazard: trust x victims, less if not severe), be
# found by police (hazard: effort x victims**size, less if not severe, less without a unit), or
# end unseen (hazard 1: the unit of time). What is known is recorded always if severe, with probability
# `recording` if not. Old offences, which police do not look for, are reported in proportion to trust;
# severity, victims and place are those of the year's own offences. Each row is the range of a baseline, wide
# enough that a sign constant over it does not depend on an unknown number.
BASELINES: Final[Mapping[str, tuple[float, float]]] = {
    "incidence": (1.0, 1.0),
    "trust": (0.02, 0.4),  # victims' hazard; with effort's, detection of about 2% to 60%
    "effort": (0.02, 0.4),
    "recording": (0.2, 0.9),
    "severe": (0.1, 0.6),  # share of incidents
    "several": (0.05, 0.5),  # share with several victims
    "victims": (2.0, 6.0),  # how many, where several
    "unit": (0.3, 0.8),  # share in a place with a unit
    "mild_trust": (0.3, 1.0),  # reporting if not severe, relative to severe
    "mild_effort": (0.2, 0.8),  # finding, likewise: police look for severe ones first
    "elsewhere": (0.05, 0.6),  # finding without a unit, relative to with one
    "size": (0.0, 1.0),  # exponent of finding in the number of victims
    "old": (0.0, 0.5),  # old offences still unreported, relative to a year's incidents
    "old_delay": (2.0, 10.0),  # their age, in the unit of time
    "call": (0.0, 1.0),  # elasticity of hotline contacts to trust
    "seek": (0.1, 1.0),  # elasticity of seeking services to trust
    "refer": (0.1, 0.5),  # referred to services, of those found by police
}
# Whether police effort for each incident keeps pace with incidence is not known: it may be held, or fall where the
# same police meet more incidents. The second is one supposition among many, not a measurement.
STRETCH = -0.25  # elasticity of police effort for each incident to incidence
# What each story moves, with the elasticity to the story itself.
MOVED: Final[Mapping[Story, Mapping[str, float]]] = {
    Story.TRUST: {"trust": 1.0},
    Story.EFFORT: {"effort": 1.0},
    Story.RECORDING: {"recording": 1.0},
    Story.INCIDENCE: {"incidence": 1.0},
    Story.STRETCHED: {"incidence": 1.0, "effort": STRETCH},
}
# Rounding leaves elasticities of about 1e-16 where the model's is 0.
NO_ELASTICITY = 1e-9
# Complex-step derivative (Squire and Trapp 1998): free of cancellation, so any small step will do.
STEP = 1e-30


def model_indicators(baseline: Mapping[str, Any]) -> dict[Indicator, Any]:
    """The indicators' values in the model, for all parameters of BASELINES by name (numbers or arrays of one shape,
    complex too)."""
    b = baseline
    kinds = [_incident_kind(b, severe, several, unit) for severe in (1, 0) for several in (1, 0) for unit in (1, 0)]
    reported, detected = (sum(kind[name] for kind in kinds) for name in ("told", "found"))
    mild_share = b["severe"] + (1 - b["severe"]) * b["recording"] * b["mild_trust"]
    old = b["incidence"] * b["old"] * b["trust"] * mild_share
    reports = reported + detected + old
    total = {name: sum(kind[name] for kind in kinds) for name in kinds[0]}
    return {
        Indicator.REPORTS: reports,
        Indicator.VICTIM_SHARE: (reported + old) / reports,
        Indicator.DELAY: (total["waited"] + old * b["old_delay"]) / reports,
        Indicator.VICTIMS: total["hurt"] / (reported + detected),
        Indicator.HOTLINE: b["incidence"] * b["trust"] ** b["call"] / reports,
        Indicator.SEVERE: total["severe"] / (reported + detected),
        Indicator.SERVED: b["incidence"] * b["trust"] ** b["seek"] + b["refer"] * total["met"],
        Indicator.SPREAD: total["elsewhere"] / (reported + detected),
    }


def _incident_kind(b: Mapping[str, Any], severe: int, several: int, unit: int) -> dict[str, Any]:
    """Recorded incidents of one kind (each of severe, several and unit is 0 or 1), by route, and their contributions to
    each indicator; to be summed over all kinds."""
    share = (
        b["incidence"]
        * (b["severe"] if severe else 1 - b["severe"])
        * (b["several"] if several else 1 - b["several"])
        * (b["unit"] if unit else 1 - b["unit"])
    )
    victims = b["victims"] if several else 1.0
    tell = b["trust"] * victims * (1 if severe else b["mild_trust"])
    find = b["effort"] * victims ** b["size"] * (1 if severe else b["mild_effort"]) * (1 if unit else b["elsewhere"])
    recorded = share * (1 if severe else b["recording"])
    reported, detected = recorded * tell / (tell + find + 1), recorded * find / (tell + find + 1)
    return {
        "told": reported,
        "found": detected,
        "waited": (reported + detected) / (tell + find + 1),
        "hurt": (reported + detected) * victims,
        "severe": (reported + detected) * severe,
        "elsewhere": (reported + detected) * (1 - unit),
        "met": share * victims * find / (tell + find + 1),
    }


def draw_baselines(draws: int = 4096, seed: int = 1) -> dict[str, Floats]:
    """`draws` values of each parameter: half uniform inside the ranges of BASELINES, half at their corners."""
    random = np.random.default_rng(seed)
    inside = draws // 2
    corners = draws - inside
    return {
        name: np.concatenate([random.uniform(low, high, inside), random.choice([low, high], corners)])
        for name, (low, high) in BASELINES.items()
    }


def elasticities(story: Story, baselines: Mapping[str, Floats]) -> dict[Indicator, Floats]:
    """The elasticity of each indicator to the story's parameters, at each baseline, by complex-step differentiation."""
    moved = dict(baselines) | {name: baselines[name] * (1 + 1j * STEP * power) for name, power in MOVED[story].items()}
    return {
        name: np.broadcast_to(np.imag(value) / np.real(value) / STEP, baselines["trust"].shape)
        for name, value in model_indicators(moved).items()
    }


def common_sign(values: Floats) -> Sign:
    """The sign common to an indicator's elasticities, one for each baseline: up or down if some have that sign and none
    the other, none if all are within `NO_ELASTICITY` of zero, ambiguous if both signs occur."""
    rises, falls = bool((values > NO_ELASTICITY).any()), bool((values < -NO_ELASTICITY).any())
    return {(True, False): Sign.UP, (False, True): Sign.DOWN, (False, False): Sign.NONE}.get(
        (rises, falls), Sign.AMBIGUOUS
    )


def signatures() -> dict[Story, dict[Indicator, Sign]]:
    """The sign of each indicator's response to each story, from the derivatives of the model at all baselines of
    `draw_baselines` with its default seed: the same at each call."""
    baselines = draw_baselines()
    return {
        story: {name: common_sign(values) for name, values in elasticities(story, baselines).items()} for story in Story
    }
