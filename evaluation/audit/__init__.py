"""Audit the pages of a built review in a real browser, rule by rule.

>>> for finding in audit(Path("outputs/review")):
...     print(format_finding(finding))
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from multiprocessing import get_context
from pathlib import Path

from . import rules_charts, rules_layout, rules_page, rules_print, rules_words
from .browser import BrowserMissing, find_browser, open_browser
from .findings import Finding, format_finding, merge_states, without_repeats
from .visit import Visit, Visitor

__all__ = [
    "BrowserMissing",
    "Finding",
    "NothingToAudit",
    "audit",
    "find_browser",
    "format_finding",
    "open_visitor",
]

CHECKS = (
    *rules_page.CHECKS,
    *rules_words.CHECKS,
    *rules_charts.CHECKS,
    *rules_layout.CHECKS,
    *rules_print.CHECKS,
)


class NothingToAudit(Exception):
    """The folder holds no page."""


def audit(folder: Path, jobs: int = 1, visitor: Visitor | None = None) -> list[Finding]:
    """Every broken rule on the pages of a built review, or on one page; an empty list where all hold.

    `folder` holds `index.html`, `en/*.html` and `fr/*.html`, or is one HTML file. `jobs` is the number of
    browsers at work; an open `visitor` is used instead where one is given. Raises `BrowserMissing` and
    `NothingToAudit`.
    """
    root, pages = find_pages(folder)
    find_browser()
    if visitor is not None or jobs < 2 or len(pages) < 2:
        return _audit_pages(pages, root, visitor)
    shares = [pages[start::jobs] for start in range(min(jobs, len(pages)))]
    with ProcessPoolExecutor(len(shares), mp_context=get_context("spawn")) as pool:
        findings = pool.map(_audit_pages, shares, [root] * len(shares))
        return sorted(finding for share in findings for finding in share)


def find_pages(folder: Path) -> tuple[Path, list[Path]]:
    """The review's folder and its pages, in order; raises `NothingToAudit`."""
    if folder.is_file():
        inside_language = folder.parent.name in ("en", "fr")
        return (folder.parent.parent if inside_language else folder.parent), [folder]
    pages = [path for pattern in ("index.html", "en/*.html", "fr/*.html") for path in sorted(folder.glob(pattern))]
    if not pages:
        raise NothingToAudit(f"{folder}: found no page; allowed: a page, or a folder with index.html, en/ and fr/")
    return folder, pages


def _audit_pages(pages: Sequence[Path], root: Path, visitor: Visitor | None = None) -> list[Finding]:
    with nullcontext(visitor) if visitor else open_visitor() as opened:
        return sorted(finding for page in pages for finding in judge(opened.visit(page, root)))


@contextmanager
def open_visitor() -> Iterator[Visitor]:
    """A visitor with a browser of its own, closed at the end; raises `BrowserMissing`."""
    with open_browser() as browser:
        yield Visitor(browser)


def judge(visit: Visit) -> Iterator[Finding]:
    """The findings of all checks on one visited page."""
    name = visit.path.relative_to(visit.root).as_posix()
    for check in CHECKS:
        yield from merge_states(name, without_repeats(check(visit)))
