"""Open one page in every state a reader may see it in, and bring back the facts the rules judge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, CDPSession, Page, ViewportSize

Facts = dict[str, Any]

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
AXE_RUN = """({tags, contrast}) => axe.run(document, {
    runOnly: {type: 'tag', values: tags}, preload: false,
    rules: {'target-size': {enabled: true}, 'color-contrast': {enabled: contrast}},
    resultTypes: ['violations', 'incomplete'],
}).then(({violations, incomplete}) => [...violations, ...incomplete].map(result => ({
    id: result.id, help: result.help, failed: violations.includes(result),
    targets: result.nodes.map(node => node.target.flat().join(' ')),
})))"""
LETTER_HEIGHT = 1056
WINDOWS = ((320, 640), (1280, 900))  # of the layer that everybody reads; the last is left as it is


@dataclass(frozen=True)
class State:
    """How a page is shown: width in CSS pixels, colours, medium, and the reader's own settings."""

    name: str
    width: int = 1280
    scheme: Literal["light", "dark"] = "light"
    zoom: int = 1
    spaced: bool = False
    forced: bool = False
    still: bool = False
    printed: bool = False
    axe: bool = False

    @property
    def own_settings(self) -> bool:
        """Whether rule 24 speaks of it: text spacing, forced colours, less motion, paper."""
        return self.spaced or self.forced or self.still or self.printed


STATES = (
    State("light, 1280 px", axe=True),
    State("dark, 1280 px", scheme="dark", axe=True),
    State("dark, 320 px", width=320, scheme="dark", axe=True),
    # A window of 1280 px at 400% is one of 320 px whose pixels are four of the screen's: both at once.
    State("light, 320 px, 400% zoom", width=320, zoom=4, axe=True),
    State("text spacing, 320 px", width=320, spaced=True),
    State("text spacing, 1280 px", spaced=True),
    State("forced colours, light", forced=True),
    State("forced colours, dark", scheme="dark", forced=True),
    State("reduced motion", still=True),
    State("print", printed=True),
)


@dataclass(frozen=True)
class Seen:
    """The facts of one state: layout and drawing, axe's results, and images as a screen reader hears them."""

    state: State
    layout: Facts
    axe: list[Facts]
    images: list[Facts]


@dataclass
class Visit:
    """All that was seen of one page."""

    path: Path
    root: Path
    source: str
    structure: Facts = field(default_factory=dict)
    paragraphs: list[Facts] = field(default_factory=list)
    reading: dict[int, Facts] = field(default_factory=dict)  # with every fold closed, by the window's width
    without_script: Facts = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    pdf: bytes = b""

    @property
    def language(self) -> str:
        """The page's own language as two letters, from its folder where that says it, else from its lang."""
        folder = self.path.parent.name
        return folder if folder in ("en", "fr") else str(self.structure["language"])[:2].lower()

    def shown(self, part: str) -> Iterator[tuple[Seen, Facts]]:
        """The facts of a part of the layout, each with the state in which it was seen."""
        return ((seen, facts) for seen in self.seen for facts in seen.layout[part])

    @property
    def is_index(self) -> bool:
        """Whether the page is a list of pages rather than a chapter."""
        return self.path.name == "index.html"


def _script(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


class Visitor:
    """Two windows of a browser, one with scripts and one without, that visit page after page."""

    def __init__(self, browser: Browser, states: tuple[State, ...] = STATES) -> None:
        self._states = states
        self._measures = _script("structure.js") + _script("drawing.js")
        self._axe = Path(AXE_FILE_PATH).read_text(encoding="utf-8")
        self._visit: Visit | None = None
        self._without_script = self._window(browser, scripts=False)
        self._page = self._window(browser, scripts=True)
        self._devtools = self._page.context.new_cdp_session(self._page)

    def visit(self, path: Path, root: Path) -> Visit:
        """Everything the rules need to know of the page at `path`, in the review at `root`."""
        visit = self._visit = Visit(path, root, path.read_text(encoding="utf-8"))
        self._open(self._without_script, visit)
        for width, height in WINDOWS:
            self._without_script.set_viewport_size({"width": width, "height": height})
            visit.reading[width] = self._without_script.evaluate("__audit.reading()")
        self._without_script.evaluate("__audit.openDetails(true)")  # by hand, as a reader without scripts does
        visit.without_script = self._without_script.evaluate(
            "({layout: __audit.layout(), charts: __audit.structure().charts})"
        )
        _show(self._page, self._devtools, self._states[0])
        self._open(self._page, visit)
        self._walk(visit, self._page)
        return visit

    def _window(self, browser: Browser, scripts: bool) -> Page:
        size: ViewportSize = {"width": 1280, "height": 1024}
        page = browser.new_context(offline=True, java_script_enabled=scripts, viewport=size).new_page()
        page.on("request", lambda request: self._note_request(request.url))
        page.on("websocket", lambda socket: self._note_request(socket.url))
        page.on("console", lambda message: self._note_message(message.type, message.text))
        page.on("pageerror", lambda error: self._note_message("error", error.message))
        return page

    def _open(self, page: Page, visit: Visit) -> None:
        page.goto(visit.path.resolve().as_uri(), wait_until="load")
        page.evaluate("document.fonts.ready.then(() => 0)")
        page.evaluate(self._measures)

    def _walk(self, visit: Visit, page: Page) -> None:
        page.evaluate(self._axe + "; 0")
        visit.structure = page.evaluate("__audit.structure()")
        visit.paragraphs = page.evaluate("__audit.paragraphs()")
        visit.seen = [_look(page, self._devtools, state) for state in self._states]
        visit.pdf = page.pdf(
            format="Letter", tagged=True, outline=True, print_background=True, prefer_css_page_size=True
        )

    def _note_request(self, url: str) -> None:
        visit = self._visit
        if visit and url.split("#")[0] != visit.path.resolve().as_uri() and not url.startswith("data:"):
            visit.requests.append(url)

    def _note_message(self, kind: str, text: str) -> None:
        if self._visit and kind == "error":
            self._visit.messages.append(text)


def _look(page: Page, devtools: CDPSession, state: State) -> Seen:
    _show(page, devtools, state)
    page.evaluate("wanted => __audit.spaceText(wanted)", state.spaced)
    # A reader on a screen opens what is closed, so it is looked at open; on paper the page itself must open it.
    page.evaluate("wanted => __audit.openDetails(wanted)", not state.printed)
    axe = _run_axe(page, state) if state.axe else []
    images = _images(devtools) if state.axe else []
    return Seen(state, page.evaluate("__audit.layout()"), axe, images)


def _show(page: Page, devtools: CDPSession, state: State) -> None:
    page.emulate_media(
        media="print" if state.printed else "screen",
        color_scheme=state.scheme,
        forced_colors="active" if state.forced else "none",
        reduced_motion="reduce" if state.still else "no-preference",
    )
    size = {
        "width": page.evaluate("__audit.paperWidth()") if state.printed else state.width,
        "height": 1024 // state.zoom,
        "deviceScaleFactor": state.zoom,
        "mobile": False,
    }
    devtools.send("Emulation.setDeviceMetricsOverride", size)


def _run_axe(page: Page, state: State) -> list[Facts]:
    """axe's failures and what it could not judge.

    Its contrast rule takes nine tenths of its time, so it runs once for each set of colours; `layout` measures the
    contrast of all text in every state.
    """
    return page.evaluate(AXE_RUN, {"tags": AXE_TAGS, "contrast": state.width == 1280})


def _images(devtools: CDPSession) -> list[Facts]:
    """What a screen reader is told of each image: its name, and where it stands."""
    root = devtools.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    # The role is called "img" in older versions of Chromium.
    queries = ({"nodeId": root, "role": role} for role in ("image", "img"))
    nodes = [node for query in queries for node in devtools.send("Accessibility.queryAXTree", query)["nodes"]]
    heard = [node for node in nodes if not node.get("ignored")]
    return [{"name": node.get("name", {}).get("value", ""), **_where(devtools, node)} for node in heard]


def _where(devtools: CDPSession, node: Facts) -> Facts:
    resolved = devtools.send("DOM.resolveNode", {"backendNodeId": node["backendDOMNodeId"]})
    call = {
        "objectId": resolved["object"]["objectId"],
        "functionDeclaration": "function() { return __audit.imageFacts(this) }",
        "returnByValue": True,
    }
    return devtools.send("Runtime.callFunctionOn", call)["result"]["value"]
