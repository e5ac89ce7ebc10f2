"""Audit of the pages of a built review in a real browser, rule by rule, without any code that built them.

Input: a folder of pages, of this project or any website; each page is opened in several states (narrow, dark, printed).
Output: findings. A rule is checked by axe, by a selector (`markup`), by the page's appearance in a state (`look.js`),
or by a function of the facts read from it (`words`, `charts`, `page`).

>>> from evaluation.audit.words import wrong_numbers
>>> wrong_numbers("29,000 personnes", "fr")
["'29,000', thousands with a comma"]
"""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from itertools import count
from pathlib import Path

from ..problems import NO_VALUES, refuse
from . import charts, page, words
from .browser import open_browser
from .findings import Finding, format_finding, merge_violations, redact_finding
from .visit import STATES, Appearance, Visit, Visitor

__all__ = ["Finding", "audit", "format_finding", "open_visitor"]

CHECKS = (
    page.check_standalone,
    page.check_html,
    page.check_links,
    page.check_languages,
    words.check_titles_and_answer,
    words.check_leftovers,
    words.check_foreign_words,
    words.check_number_format,
    words.check_number_origins,
    charts.check_drawn_numbers,
    charts.check_names_and_csv,
    words.check_reading_layer,
    charts.check_printed_charts,
)
# Rules for reviews only: an ordinary notebook has no origins, and its length is up to its author.
OF_A_REVIEW = (
    words.check_titles_and_answer,
    words.check_foreign_words,
    words.check_number_format,
    words.check_number_origins,
    charts.check_drawn_numbers,
    words.check_reading_layer,
)
CONFIDENTIAL = 'class="confidential"'


def audit(
    folder: Path,
    jobs: int = 1,
    visitor: Visitor | None = None,
    report: Callable[[str], None] = lambda line: None,
    states: tuple[Appearance, ...] = STATES,
) -> list[Finding]:
    """Every broken rule on the pages of a built review, or on one page, sorted; an empty list where all hold. `folder`
    holds `index.html`, `en/*.html` and `fr/*.html`, or is one HTML file; pages of ordinary notebooks need not satisfy
    the rules of `OF_A_REVIEW`. `jobs` browsers work, each in a thread; an open `visitor` instead where one is given.
    `report` receives a line of progress after each page; `states` are those that each page is looked at in. Where a
    page is confidential, `NO_VALUES` is set in the environment, so that later errors of this process show no values.
    Raises InputError where there is no page, and where there is no browser."""
    root, pages = find_pages(folder)
    if any(CONFIDENTIAL in path.read_text(encoding="utf-8", errors="replace") for path in pages):
        os.environ[NO_VALUES] = "1"
    waiting, numbers = iter(pages), count(1)

    def look() -> list[Finding]:
        """Visit pages until none is waiting, and return their findings; an error ends this thread's share."""
        findings = []
        with nullcontext(visitor) if visitor else open_visitor() as opened:
            while path := next(waiting, None):
                findings += findings_of_visit(opened.visit(path, root, states))
                report(f"[{next(numbers)}/{len(pages)}] {path.relative_to(root).as_posix()}")
        return findings

    if visitor or jobs == 1:
        return sorted(look())
    with ThreadPoolExecutor(jobs) as pool:
        shares = [pool.submit(look) for _ in range(min(jobs, len(pages)))]
        try:
            return sorted(finding for share in shares for finding in share.result())
        finally:
            deque(waiting, 0)  # after an error or Ctrl+C, threads end with their current page


def find_pages(folder: Path) -> tuple[Path, list[Path]]:
    """The review's folder and its pages: the entry page (only with both languages), then English and French ones by
    name; for a page alone, the folder of its review, or its own. Raises InputError where there are none."""
    if folder.is_file() and folder.suffix == ".html":
        inside_language = folder.parent.name in ("en", "fr")
        return (folder.parent.parent if inside_language else folder.parent), [folder]
    patterns: tuple[str, ...] = ("en/*.html", "fr/*.html")
    if all((folder / name).is_dir() for name in ("en", "fr")):  # in a review of one language, index.html redirects
        patterns = ("index.html", *patterns)
    pages = [path for pattern in patterns for path in sorted(folder.glob(pattern))]
    if not pages:
        allowed = "a page (.html), or the folder of a built review, with index.html, en/ and fr/"
        raise refuse(folder, actual="no page", allowed=allowed)
    return folder, pages


@contextmanager
def open_visitor() -> Iterator[Visitor]:
    """A visitor with a browser of its own, closed at the end. Raises InputError where there is no browser."""
    with open_browser() as browser:
        yield Visitor(browser)


def findings_of_visit(visit: Visit) -> list[Finding]:
    """The findings on one visited page, sorted, without the rules of `OF_A_REVIEW` for an ordinary notebook; on a
    confidential page without its texts."""
    checks = [check for check in CHECKS if not (visit.is_plain and check in OF_A_REVIEW)]
    observations = [*visit.seen, *(observation for check in checks for observation in check(visit))]
    findings = merge_violations(visit.path.relative_to(visit.root).as_posix(), observations)
    return [*map(redact_finding, findings)] if CONFIDENTIAL in visit.source else findings
