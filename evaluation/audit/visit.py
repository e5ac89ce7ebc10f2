"""A visit of a page in all states that a reader may see it in: violations of rules on its appearance, and facts for the
other rules."""

import re
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from playwright.sync_api import Page as Window

from .findings import Violation
from .markup import CHAPTERS, EVERY_PAGE

Facts = dict[str, Any]

# Rules of axe: WCAG 2.0 to 2.2, A and AA, and best practices; text in drawings is checked by `look.js`.
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
MATCHES = "selectors => selectors.map((selector) => audit.all(selector).map(audit.describe))"
SCROLLED = "elmPartiallyObscured"  # cells scrolled out of view; overlapping text is rule 13
AXE_RESULTS = {"violations": "", "incomplete": "axe cannot judge "}
WINDOWS = ((320, 640), (1280, 900))  # for the reading layer; the last one stays
PLAIN = re.compile(r'<main\b[^>]*\bdata-part="plain"')  # not its selector, which is in each style sheet
PAPER_WIDTH = 680  # width in px: 816 of Letter paper, less margins of 18 mm


@dataclass(frozen=True)
class Appearance:
    """A state of a page: window width in CSS px, colours, medium (``printed``), the reader's settings (text spacing,
    forced colours, reduced motion: ``still``), and whether axe checks the page in it."""

    name: str
    width: int = 1280
    scheme: Literal["light", "dark"] = "light"
    spaced: bool = False
    forced: bool = False
    still: bool = False
    printed: bool = False
    axe: bool = False


STATES = (
    Appearance("light, 1280 px", axe=True),
    Appearance("dark, 1280 px", scheme="dark", axe=True),
    Appearance("dark, 320 px", width=320, scheme="dark", axe=True),
    Appearance("light, 320 px", width=320, axe=True),  # equivalent to 1280 px at a zoom of 400%
    Appearance("text spacing, 320 px", width=320, spaced=True),
    Appearance("text spacing, 1280 px", spaced=True),
    Appearance("forced colours, light", forced=True),
    Appearance("forced colours, dark", scheme="dark", forced=True),
    Appearance("reduced motion", still=True),
    Appearance("print", width=PAPER_WIDTH, printed=True),
)


@dataclass
class Visit:
    """The results of visiting one page, filled in by its `Visitor`."""

    path: Path
    root: Path
    source: str
    facts: Facts = field(default_factory=dict)  # from `page.js`
    reading: dict[int, Facts] = field(default_factory=dict)  # measures with all folds closed, by window width
    seen: list[Violation] = field(default_factory=list)  # by selectors, `look.js` and axe
    errors: list[str] = field(default_factory=list)  # reported by the browser, such as violations of the policy
    pdf: bytes = b""

    @property
    def language(self) -> str:
        """The page's language as two letters, by its folder, else by its lang attribute."""
        folder = self.path.parent.name
        return folder if folder in ("en", "fr") else str(self.facts["language"])[:2].lower()

    @property
    def is_index(self) -> bool:
        """Whether the page is an `index.html`: a list of pages or a review's front, not a chapter."""
        return self.path.name == "index.html"

    @property
    def is_brief(self) -> bool:
        """Whether the page is the brief of a review, which collects statements of its chapters, by its file name."""
        return self.path.name == "brief.html"

    @property
    def is_plain(self) -> bool:
        """Whether the page is that of an ordinary notebook, outside a review, by the mark in its HTML."""
        return PLAIN.search(self.source) is not None


class Visitor:
    """Two browser windows, with and without scripts, that visit one page after another."""

    def __init__(self, browser: Browser) -> None:
        """Open both windows in a browser."""
        scripts = (files(__package__).joinpath(name).read_text(encoding="utf-8") for name in ("page.js", "look.js"))
        self._script = "\n".join([Axe().axe_script, *scripts, "document.fonts.ready.then(() => 0)"])
        self._errors: list[str] = []
        self._without_script = self._new_window(browser, scripts=False)
        self._page = self._new_window(browser, scripts=True)

    def visit(self, path: Path, root: Path, states: tuple[Appearance, ...] = STATES) -> Visit:
        """Visit the page at ``path``, in the review at ``root``: its appearance in all ``states``, in the first one the
        facts for the rules, and its PDF. The windows are left in the last state."""
        visit = Visit(path, root, path.read_text(encoding="utf-8"))
        self._errors = visit.errors
        window = self._open_page(self._without_script, visit)
        for width, height in WINDOWS:
            window.set_viewport_size({"width": width, "height": height})
            visit.reading[width] = window.evaluate("audit.reading()")
        rules = EVERY_PAGE if visit.is_index else EVERY_PAGE + CHAPTERS
        matches = window.evaluate(MATCHES, [selector for _, selector, _, _ in rules])
        for (rule, _, actual, allowed), elements in zip(rules, matches, strict=True):
            visit.seen += [Violation(rule, element, actual, allowed) for element in elements]
        _record_violations(visit, window, Appearance("no JavaScript"))
        _set_appearance(self._page, states[0])
        window = self._open_page(self._page, visit)
        visit.facts = window.evaluate("audit.facts()")
        for state in states:
            _record_violations(visit, window, state)
        visit.pdf = window.pdf(tagged=True, print_background=True, prefer_css_page_size=True)
        return visit

    def _new_window(self, browser: Browser, scripts: bool) -> Window:
        """A window that loads nothing from the network, and notes the browser's errors for the current visit."""
        window = browser.new_context(offline=True, java_script_enabled=scripts).new_page()
        window.on("console", lambda message: self._errors.extend([message.text] if message.type == "error" else []))
        window.on("pageerror", lambda error: self._errors.append(error.message))
        return window

    def _open_page(self, window: Window, visit: Visit) -> Window:
        """Load the visited page in a window, with the audit's scripts and its fonts ready."""
        window.goto(visit.path.resolve().as_uri(), wait_until="load")
        window.evaluate(self._script)
        return window


def _set_appearance(window: Window, state: Appearance) -> None:
    """Set the medium, colours, settings and width of a window to those of a state; `look.js` sets text spacing."""
    window.emulate_media(
        media="print" if state.printed else "screen",
        color_scheme=state.scheme,
        forced_colors="active" if state.forced else "none",
        reduced_motion="reduce" if state.still else "no-preference",
    )
    window.set_viewport_size({"width": state.width, "height": 1024})


def _record_violations(visit: Visit, window: Window, state: Appearance) -> None:
    """Set a window to a state, and add to a visit what `look.js`, and axe if the state asks for it, find in it."""
    _set_appearance(window, state)
    broken = window.evaluate("state => audit.look(state)", asdict(state))
    visit.seen += [Violation(**violation, state=state.name) for violation in broken]
    if state.axe:
        visit.seen += _axe(window, state)


def _axe(window: Window, state: Appearance) -> list[Violation]:
    """The violations that axe reports, and those it cannot decide: WCAG as rule 7, best practices as rule 22. Contrast
    takes most of the time, and is checked at 1280 px only, once for each set of colours. Parts of drawings and cells
    scrolled out of view are left out."""
    rules = {"target-size": {"enabled": True}, "color-contrast": {"enabled": state.width == 1280}}
    tags = {"type": "tag", "values": AXE_TAGS}
    options = {"runOnly": tags, "rules": rules, "resultTypes": [*AXE_RESULTS], "preload": False}
    results = window.evaluate("options => axe.run({ exclude: [['svg > *']] }, options)", options)
    return [
        Violation(
            rule=22 if "best-practice" in result["tags"] else 7,
            element=" ".join(map(str, node["target"])),
            actual=f"{unsure}{result['id']}: {result['help']}",
            allowed="no failure of axe",
            state=state.name,
        )
        for kind, unsure in AXE_RESULTS.items()
        for result in results[kind]
        for node in result["nodes"]
        if SCROLLED not in str(node["any"])
    ]
