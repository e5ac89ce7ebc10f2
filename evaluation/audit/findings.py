"""The findings of an audit: one for each element that violates a rule."""

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, order=True)
class Finding:
    """A violated rule on a page: element, actual and allowed content. ``rule`` is its number, 1 to 25."""

    page: str
    rule: int
    element: str
    actual: str
    allowed: str


@dataclass(frozen=True)
class Broken:
    """A violated rule before it is assigned to a page; ``state`` is the appearance of the page ("dark, 320 px")."""

    rule: int
    element: str
    actual: str
    allowed: str
    state: str = ""


def format_finding(finding: Finding) -> str:
    """Format a finding on one line: `PAGE: rule N: ELEMENT: found ...; allowed: ...`."""
    place = f"{finding.page}: rule {finding.rule}: {finding.element}"
    return " ".join(f"{place}: found {finding.actual}; allowed: {finding.allowed}".split())


def as_findings(page: str, broken: Iterable[Broken]) -> list[Finding]:
    """The findings of a page, sorted; violations that differ in their state only are merged, with a list of the
    states."""
    states: dict[Broken, list[str]] = {}
    for seen in dict.fromkeys(broken):
        states.setdefault(replace(seen, state=""), []).extend([seen.state] if seen.state else [])
    named = {seen: f" ({'; '.join(shown)})" if shown else "" for seen, shown in states.items()}
    return sorted(Finding(page, seen.rule, seen.element, seen.actual + named[seen], seen.allowed) for seen in states)


def without_words(finding: Finding) -> Finding:
    """A finding on a confidential page: its element, by tags and ids, and its rule, without any text of the page."""
    actual, allowed = "what the rule forbids, not shown since the page is confidential", "what the rule asks for"
    return replace(finding, element=finding.element.partition(' "')[0], actual=actual, allowed=allowed)
