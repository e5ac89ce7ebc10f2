"""Open one page in every state a reader may see it in: what breaks a rule there, and the facts that others judge."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from playwright.sync_api import Page as Window

from .findings import Observation
from .markup import CHAPTERS, EVERY_PAGE

Facts = dict[str, Any]

# What axe judges: WCAG 2.0 to 2.2, A and AA, and its best practices; texts in drawings it cannot, see `look.js`.
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
AXE_PARTS = {"exclude": [["svg > *"]]}
AXE_OPTIONS = {
    "runOnly": {"type": "tag", "values": AXE_TAGS},
    "resultTypes": ["violations", "incomplete"],
    "preload": False,
}
WINDOWS = ((320, 640), (1280, 900))  # of the layer that everybody reads; the last is left as it is
PAPER = 680  # px: a Letter page is 816 wide, less margins of 18 mm


@dataclass(frozen=True)
class State:
    """How a page is shown: a window in CSS pixels, colours, medium, and the reader's own settings."""

    name: str
    width: int = 1280
    height: int = 1024
    scheme: Literal["light", "dark"] = "light"
    spaced: bool = False
    forced: bool = False
    still: bool = False
    printed: bool = False
    axe: bool = False


WITHOUT_SCRIPT = State("no JavaScript")
STATES = (
    State("light, 1280 px", axe=True),
    State("dark, 1280 px", scheme="dark", axe=True),
    State("dark, 320 px", width=320, scheme="dark", axe=True),
    State("light, 320 px, as a window of 1280 px at 400%", width=320, height=256, axe=True),
    State("text spacing, 320 px", width=320, spaced=True),
    State("text spacing, 1280 px", spaced=True),
    State("forced colours, light", forced=True),
    State("forced colours, dark", scheme="dark", forced=True),
    State("reduced motion", still=True),
    State("print", width=PAPER, printed=True),
)


@dataclass
class Visit:
    """All that was seen of one page."""

    path: Path
    root: Path
    source: str
    facts: Facts = field(default_factory=dict)  # what `page.js` reads of it
    reading: dict[int, Facts] = field(default_factory=dict)  # with every fold closed, by the window's width
    seen: list[Observation] = field(default_factory=list)  # what selectors, `look.js` and axe found
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    pdf: bytes = b""

    @property
    def language(self) -> str:
        """The page's own language as two letters, from its folder where that says it, else from its lang."""
        folder = self.path.parent.name
        return folder if folder in ("en", "fr") else str(self.facts["language"])[:2].lower()

    @property
    def is_index(self) -> bool:
        """Whether the page is a list of pages rather than a chapter."""
        return self.path.name == "index.html"


class Visitor:
    """Two windows of a browser, one with scripts and one without, that visit page after page."""

    def __init__(self, browser: Browser, states: tuple[State, ...] = STATES) -> None:
        self._states = states
        scripts = (files(__package__).joinpath(name).read_text(encoding="utf-8") for name in ("page.js", "look.js"))
        self._script = "\n".join([Axe().axe_script, *scripts, "0"])
        self._requests: list[str] = []
        self._errors: list[str] = []
        self._without_script = self._window(browser, scripts=False)
        self._page = self._window(browser, scripts=True)

    def visit(self, path: Path, root: Path) -> Visit:
        """Everything the rules need to know of the page at `path`, in the review at `root`."""
        visit = Visit(path, root, path.read_text(encoding="utf-8"))
        address = path.resolve().as_uri()
        self._read(visit, self._opened(self._without_script, address))
        _show(self._page, self._states[0])
        self._walk(visit, self._opened(self._page, address))
        visit.requests = [url for url in self._requests if url.split("#")[0] != address and not url.startswith("data:")]
        visit.errors = self._errors.copy()
        self._requests.clear()
        self._errors.clear()
        return visit

    def _window(self, browser: Browser, scripts: bool) -> Window:
        window = browser.new_context(offline=True, java_script_enabled=scripts).new_page()
        window.on("request", lambda request: self._requests.append(request.url))
        window.on("websocket", lambda socket: self._requests.append(socket.url))
        window.on("console", lambda message: self._errors.append(message.text) if message.type == "error" else None)
        window.on("pageerror", lambda error: self._errors.append(error.message))
        return window

    def _opened(self, window: Window, address: str) -> Window:
        window.goto(address, wait_until="load")
        window.evaluate("document.fonts.ready.then(() => 0)")
        window.evaluate(self._script)
        return window

    def _read(self, visit: Visit, window: Window) -> None:
        for width, height in WINDOWS:
            window.set_viewport_size({"width": width, "height": height})
            visit.reading[width] = window.evaluate("audit.reading()")
        _look(visit, window, WITHOUT_SCRIPT)

    def _walk(self, visit: Visit, window: Window) -> None:
        visit.facts = window.evaluate("audit.facts()")
        rules = EVERY_PAGE if visit.is_index else EVERY_PAGE + CHAPTERS
        matches = window.evaluate("selectors => audit.matches(selectors)", [selector for _, selector, _, _ in rules])
        for (rule, _, found, allowed), elements in zip(rules, matches, strict=True):
            visit.seen += [Observation(rule, element, found, allowed) for element in elements]
        visit.seen += [Observation(**seen) for seen in window.evaluate("audit.paragraphs()")]
        for state in self._states:
            _show(window, state)
            _look(visit, window, state)
        visit.pdf = window.pdf(tagged=True, print_background=True, prefer_css_page_size=True)


def _show(window: Window, state: State) -> None:
    window.emulate_media(
        media="print" if state.printed else "screen",
        color_scheme=state.scheme,
        forced_colors="active" if state.forced else "none",
        reduced_motion="reduce" if state.still else "no-preference",
    )
    window.set_viewport_size({"width": state.width, "height": state.height})


def _look(visit: Visit, window: Window, state: State) -> None:
    window.evaluate("wanted => audit.spaceText(wanted)", state.spaced)
    # A reader on a screen opens what is closed, so it is looked at open; on paper the page itself must open it.
    window.evaluate("wanted => audit.openDetails(wanted)", not state.printed)
    found = window.evaluate("state => audit.look(state)", asdict(state))
    visit.seen += [Observation(**seen, state=state.name) for seen in found]
    if state.axe:
        visit.seen += _axe(window, state)


def _axe(window: Window, state: State) -> list[Observation]:
    """What axe finds, and what it cannot judge: its best practices are rule 22, the law is rule 7.

    Its contrast rule takes most of its time, so it runs once for each set of colours.
    """
    rules = {"target-size": {"enabled": True}, "color-contrast": {"enabled": state.width == 1280}}
    results = Axe().run(window, AXE_PARTS, {**AXE_OPTIONS, "rules": rules}).response
    return [
        Observation(
            22 if "best-practice" in result["tags"] else 7,
            " ".join(node["target"]),
            f"{unsure}{result['id']}: {result['help']}",
            "no failure of axe",
            state.name,
        )
        for unsure, kind in (("", "violations"), ("axe cannot judge ", "incomplete"))
        for result in results[kind]
        for node in result["nodes"]
    ]
