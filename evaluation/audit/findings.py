"""The findings of an audit: one for each element that violates a rule."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

# The rules that a finished page can show, by number; what 11, 17 and 18 ask (the palette, uncertainty drawn, scales)
# is refused where a chart is drawn.
RULES = {
    1: "stands alone",
    2: "charts without script",
    3: "names of charts",
    4: "tables of charts",
    5: "files of charts",
    6: "no tooltips",
    7: "accessible (WCAG)",
    8: "contrast",
    9: "not by colour alone",
    10: "few series",
    12: "charts legible at any width",
    13: "nothing out of view",
    14: "horizontal text in charts",
    15: "titles",
    16: "origins of numbers",
    19: "answer first",
    20: "body text",
    21: "no machine output",
    22: "sound markup",
    23: "language",
    24: "prints whole",
    25: "short",
}


@dataclass(frozen=True, order=True)
class Finding:
    """A violated rule on a page: element, actual and allowed content. ``rule`` is its number in `RULES`."""

    page: str
    rule: int
    element: str
    actual: str
    allowed: str


@dataclass(frozen=True)
class Violation:
    """A violated rule before it is assigned to a page; ``state`` is the appearance of the page ("dark, 320 px")."""

    rule: int
    element: str
    actual: str
    allowed: str
    state: str = ""


def format_finding(finding: Finding) -> str:
    """A finding on one line: `PAGE: rule N (NAME): ELEMENT: found ...; allowed: ...`."""
    place = f"{finding.page}: rule {finding.rule} ({RULES[finding.rule]}): {finding.element}"
    return " ".join(f"{place}: found {finding.actual}; allowed: {finding.allowed}".split())


def merge_violations(page: str, broken: Iterable[Violation]) -> list[Finding]:
    """The findings of a page, sorted; violations that differ in state only are one, with their states in ``actual``."""
    states: dict[Violation, list[str]] = {}
    for violation in dict.fromkeys(broken):
        states.setdefault(replace(violation, state=""), []).extend([violation.state] if violation.state else [])
    return sorted(
        Finding(page, v.rule, v.element, v.actual + (f" ({'; '.join(names)})" if names else ""), v.allowed)
        for v, names in states.items()
    )


def redact_finding(finding: Finding) -> Finding:
    """A finding on a confidential page: file name, element (tags and ids) and rule, without any text of the page."""
    actual, allowed = "what the rule forbids, not shown since the page is confidential", "what the rule asks for"
    return replace(finding, element=finding.element.partition(' "')[0], actual=actual, allowed=allowed)
