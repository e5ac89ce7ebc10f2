"""What the audit reports: one finding for each thing on a page that breaks a rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, order=True)
class Finding:
    """One broken rule: where, what was found, what is allowed. `rule` is the rule's number, 1 to 25."""

    page: str
    rule: int
    element: str
    found: str
    allowed: str


@dataclass(frozen=True)
class Observation:
    """A finding before it has a page; `state` says how the page was shown ("dark, 320 px")."""

    rule: int
    element: str
    found: str
    allowed: str
    state: str = ""


Observations = Iterator[Observation]


def format_finding(finding: Finding) -> str:
    """The finding on one line: `PAGE: rule N: ELEMENT: found ...; allowed: ...`."""
    place = f"{finding.page}: rule {finding.rule}: {finding.element}"
    return " ".join(f"{place}: found {finding.found}; allowed: {finding.allowed}".split())


def as_findings(page: str, observations: Iterable[Observation]) -> list[Finding]:
    """The findings of a page: observations that differ by their state alone become one that lists the states.

    What a reader's settings (rule 24) only show again on the same element is left out.
    """
    states: dict[Observation, list[str]] = {}
    for seen in observations:
        named = states.setdefault(replace(seen, state=""), [])
        if seen.state and seen.state not in named:
            named.append(seen.state)
    plain = {(seen.element, seen.allowed) for seen in states if seen.rule != 24}
    return sorted(
        Finding(page, seen.rule, seen.element, seen.found + (f" ({'; '.join(named)})" if named else ""), seen.allowed)
        for seen, named in states.items()
        if seen.rule != 24 or (seen.element, seen.allowed) not in plain
    )


def without_words(finding: Finding) -> Finding:
    """A finding on a confidential page: where it is, by elements and ids, and its rule; no word of the page."""
    found, allowed = "what the rule forbids, not shown since the page is confidential", "what the rule asks for"
    return replace(finding, element=finding.element.partition(' "')[0], found=found, allowed=allowed)
