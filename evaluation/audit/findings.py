"""What the audit reports: one finding for each thing on a page that breaks a rule."""

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, order=True)
class Finding:
    """One broken rule: where, what was found, what is allowed. `rule` is the rule's number, 1 to 25."""

    page: str
    rule: int
    element: str
    actual: str
    allowed: str


@dataclass(frozen=True)
class Broken:
    """A broken rule before it has a page; `state` says how the page was shown ("dark, 320 px")."""

    rule: int
    element: str
    actual: str
    allowed: str
    state: str = ""


def format_finding(finding: Finding) -> str:
    """The finding on one line: `PAGE: rule N: ELEMENT: found ...; allowed: ...`."""
    place = f"{finding.page}: rule {finding.rule}: {finding.element}"
    return " ".join(f"{place}: found {finding.actual}; allowed: {finding.allowed}".split())


def as_findings(page: str, broken: Iterable[Broken]) -> list[Finding]:
    """The findings of a page: those that differ by their state alone become one that lists the states."""
    states: dict[Broken, list[str]] = {}
    for seen in dict.fromkeys(broken):
        states.setdefault(replace(seen, state=""), []).extend([seen.state] if seen.state else [])
    named = {seen: f" ({'; '.join(shown)})" if shown else "" for seen, shown in states.items()}
    return sorted(Finding(page, seen.rule, seen.element, seen.actual + named[seen], seen.allowed) for seen in states)


def without_words(finding: Finding) -> Finding:
    """A finding on a confidential page: where it is, by elements and ids, and its rule; no word of the page."""
    actual, allowed = "what the rule forbids, not shown since the page is confidential", "what the rule asks for"
    return replace(finding, element=finding.element.partition(' "')[0], actual=actual, allowed=allowed)
