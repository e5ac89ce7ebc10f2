"""Audit the pages of a built review in a real browser, rule by rule.

>>> for finding in audit(Path("outputs/review")):
...     print(format_finding(finding))
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from threading import Thread
from typing import Any

from . import rules_chart_numbers, rules_charts, rules_layout, rules_page, rules_print, rules_words
from .browser import BrowserMissing, find_browser, open_browser
from .findings import Finding, format_finding, merge_states, without_repeats, without_words
from .visit import Visit, Visitor

NO_VALUES = "EVALUATION_NO_VALUES"  # as in `problems`: the audit imports nothing of what it judges

__all__ = ["BrowserMissing", "Finding", "NothingToAudit", "audit", "find_browser", "format_finding", "open_visitor"]

CHECKS = (
    *rules_page.CHECKS,
    *rules_words.CHECKS,
    *rules_charts.CHECKS,
    *rules_chart_numbers.CHECKS,
    *rules_layout.CHECKS,
    *rules_print.CHECKS,
)

CONFIDENTIAL = 'class="confidential"'


class NothingToAudit(Exception):
    """The folder holds no page."""


def audit(
    folder: Path, jobs: int = 1, visitor: Visitor | None = None, tell: Callable[[str], None] = lambda line: None
) -> list[Finding]:
    """Every broken rule on the pages of a built review, or on one page; an empty list where all hold.

    `folder` holds `index.html`, `en/*.html` and `fr/*.html`, or is one HTML file. `jobs` is the number of
    browsers at work; an open `visitor` is used instead where one is given. `tell` hears of each page as soon as it
    was looked at. Raises `BrowserMissing` and `NothingToAudit`.
    """
    root, pages = find_pages(folder)
    find_browser()
    if any(CONFIDENTIAL in page.read_text(encoding="utf-8", errors="replace") for page in pages):
        os.environ[NO_VALUES] = "1"
    progress = Progress(root, len(pages), tell)
    if visitor is not None or jobs < 2 or len(pages) < 2:
        return _audit_pages(pages, root, visitor, progress.seen)
    return _audit_at_once([pages[start::jobs] for start in range(min(jobs, len(pages)))], root, progress)


def _audit_at_once(shares: Sequence[Sequence[Path]], root: Path, progress: Progress) -> list[Finding]:
    """Each share of the pages in a process of its own; what they have seen comes through one queue."""
    context = get_context("spawn")
    queue = context.SimpleQueue()
    listener = Thread(target=progress.listen, args=(queue,), daemon=True)
    listener.start()
    try:
        with ProcessPoolExecutor(len(shares), context, initializer=_report_to, initargs=(queue,)) as pool:
            findings = pool.map(_audit_pages, shares, [root] * len(shares))
            return sorted(finding for share in findings for finding in share)
    finally:
        queue.put(None)
        listener.join()


def _report_to(queue: Any) -> None:
    """In a process of a pool: whom it tells what it has seen."""
    global _seen
    _seen = queue.put


def _seen(page: Path) -> None:
    """Who is told of a page where nobody asked."""


@dataclass
class Progress:
    """Counts the pages that were looked at, and tells of each."""

    root: Path
    total: int
    tell: Callable[[str], None]
    count: int = 0

    def seen(self, page: Path) -> None:
        self.count += 1
        self.tell(f"[{self.count}/{self.total}] {page.relative_to(self.root).as_posix()}")

    def listen(self, queue: Any) -> None:
        """Hear of pages from other processes, until None comes."""
        while (page := queue.get()) is not None:
            self.seen(page)


def find_pages(folder: Path) -> tuple[Path, list[Path]]:
    """The review's folder and its pages, in order; raises `NothingToAudit`."""
    if folder.is_file():
        inside_language = folder.parent.name in ("en", "fr")
        return (folder.parent.parent if inside_language else folder.parent), [folder]
    pages = [path for pattern in ("index.html", "en/*.html", "fr/*.html") for path in sorted(folder.glob(pattern))]
    if not pages:
        raise NothingToAudit(f"{folder}: found no page; allowed: a page, or a folder with index.html, en/ and fr/")
    return folder, pages


def _audit_pages(
    pages: Sequence[Path], root: Path, visitor: Visitor | None = None, seen: Callable[[Path], None] | None = None
) -> list[Finding]:
    findings: list[Finding] = []
    with nullcontext(visitor) if visitor else open_visitor() as opened:
        for page in pages:
            findings += judge(opened.visit(page, root))
            (seen or _seen)(page)
    return sorted(findings)


@contextmanager
def open_visitor() -> Iterator[Visitor]:
    """A visitor with a browser of its own, closed at the end; raises `BrowserMissing`."""
    with open_browser() as browser:
        yield Visitor(browser)


def judge(visit: Visit) -> Iterator[Finding]:
    """The findings of all checks on one visited page."""
    name = visit.path.relative_to(visit.root).as_posix()
    for check in CHECKS:
        findings = merge_states(name, without_repeats(check(visit)))
        yield from map(without_words, findings) if CONFIDENTIAL in visit.source else findings
