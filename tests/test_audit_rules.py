"""What each rule of the audit says of a page, from what was read of it, without a browser."""

import copy
import io
import os
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pikepdf
import pytest
from golden import compare
from playwright.sync_api import Error

from evaluation.audit import CHECKS, CONFIDENTIAL, audit, browser, charts, findings_of_visit, format_finding
from evaluation.audit.visit import Visit, Visitor
from evaluation.problems import NO_VALUES, InputError

CSV = '\ufeffYear,Women\n2023,"8,000"\n2024,"11,500"\n'
POLICY = (
    "default-src 'none'; style-src 'sha256-AAAA='; font-src data:; img-src data:; script-src 'none'; "
    "base-uri 'none'; form-action 'none'"
)
SOURCE = f"""<!DOCTYPE html><html lang="en-CA"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>Page</title></head>
<body><main id="main"><h1>More people</h1><p id="note">x</p></main></body></html>"""


def label(text: str, x: int = 0, y: int = 0, guide: bool = True) -> dict[str, Any]:
    return {"text": text, "x": x, "y": y, "guide": guide}


def link(href: str, text: str = "a link", download: str = "", **more: str) -> dict[str, Any]:
    return {"element": "a", "href": href, "text": text, "download": download, "hreflang": "", "lang": ""} | more


def run(text: str, place: str = "prose", **more: Any) -> dict[str, Any]:
    return {"element": "p", "text": text, "place": place, "language": "en", "named": False, "traced": True} | more


FILE = link("data:text/csv," + quote(CSV), "the numbers of Chart 1 (CSV, 1 kB)", "women.csv")
CHART = {
    "element": "#chart", "id": "chart", "names": ["Women served rose"], "number": "Chart 1", "title": "Women",
    "subtitle": "From 2021 on", "folded": False, "download": FILE,
    "rows": [["2023", "8,000"], ["2024", "11,500"], ["2025", "between 9,300 and 24,900"]],
    "drawn": [
        [label("2023", 0), label("2024", 10)], [label("0", 0), label("5,000", 50), label("10,000", 100)],
        [label("8,000", guide=False)], [label("24,900", guide=False), label("Since 2021", guide=False)],
    ],
}  # fmt: skip
FACTS = {
    "language": "en-CA", "headlines": [{"element": "h1", "text": "More people were served"}], "counted": [],
    "answer": "It rose. It was expected.", "texts": [run("It rose by 51.2%."), run("Year", "table")], "titled": [],
    "links": [link("#note"), FILE, link("https://example.org")], "values": ["51.2"], "charts": [CHART],
}  # fmt: skip
READ = {"words": 600, "pictures": 5, "numbers in running text": 12, "px high": 3500, "px above the first picture": 700}
READING = {1280: READ | {"annex": False, "front": False}, 320: {"px high": 7000}}


@pytest.fixture
def visit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """A visited page that breaks no rule, in a review of one language; its print is looked at elsewhere."""
    path = tmp_path / "en" / "page.html"
    path.parent.mkdir()
    path.write_text(SOURCE, encoding="utf-8")
    others = tuple(check for check in CHECKS if check is not charts.check_printed_charts)
    monkeypatch.setattr("evaluation.audit.CHECKS", others)
    return Visit(path, tmp_path, SOURCE, copy.deepcopy(FACTS), copy.deepcopy(READING))


Change = Callable[[Visit], object]


def facts(**changed: Any) -> Change:
    return lambda visit: visit.facts.update(changed)


def chart(**changed: Any) -> Change:
    return lambda visit: visit.facts["charts"][0].update(changed)


def drawn(*labels: dict[str, Any]) -> Change:
    return chart(drawn=[[*labels]])


def text(words: str, place: str = "prose", **more: Any) -> Change:
    return facts(texts=[run(words, place, **more)])


def read(width: int, name: str, value: float) -> Change:
    return lambda visit: visit.reading[width].update({name: value})


def source(old: str, new: str) -> Change:
    def change(visit: Visit) -> None:
        assert old in SOURCE
        visit.source = SOURCE.replace(old, new)
        visit.path.write_text(visit.source, encoding="utf-8")

    return change


def moved(name: str, *also: Change) -> Change:
    def change(visit: Visit) -> None:
        visit.path = visit.path.rename(visit.path.with_name(name))
        for other in also:
            other(visit)

    return change


def both(*changes: Change) -> Change:
    return lambda visit: [change(visit) for change in changes]


def with_file(content: str, words: str = FILE["text"]) -> Change:
    return chart(download=FILE | {"href": "data:text/csv," + quote(content), "text": words})


CASES: dict[str, Change] = {
    "nothing": lambda visit: None,
    "errors": lambda visit: visit.errors.extend(["refused", "refused", "x" * 300]),
    "no policy": source("base-uri 'none'", "base-uri *"),
    "heavy": source("</main>", f"<!--{'x' * 320_000}--></main>"),
    "heavy, with a script": source("</main>", f"<!--{'x' * 320_000}--><script>1</script></main>"),
    "parse error": source("</h1>", "</h2>"),
    "an id twice": source("<h1>", '<h1 id="note">'),
    "links": facts(links=[link("#none"), link("none.html"), link("/root"), link("javascript:x"), link(""),
                          link("mailto:a"), link("page.html#note"), link("page.html#none"), link("tel:1")]),
    "another language": facts(language="fr-CA"),
    "no link to the other language": lambda visit: (visit.root / "fr").mkdir(),
    "a link to the other language": both(lambda visit: (visit.root / "fr").mkdir(), lambda visit: (
        visit.root / "fr" / "page.html").write_text(""), facts(links=[
            link("../fr/page.html", hreflang="fr-CA", lang="fr-CA")])),
    "a link to it without its lang": both(lambda visit: (visit.root / "fr").mkdir(), lambda visit: (
        visit.root / "fr" / "page.html").write_text(""), facts(links=[link("../fr/page.html", hreflang="fr-CA")])),
    "ten words": facts(headlines=[{"element": "h1", "text": "one two three four five six seven – 8 9 10"}]),
    "eleven words": facts(headlines=[{"element": "h1", "text": "one two three four five six seven eight 9 10 11"}]),
    "three sentences": facts(answer="It rose. It fell! Did it? “No.”"),
    "three sentences on the index": moved("index.html", facts(answer="It rose. It fell! Did it?")),
    "a prompt": text("In [3]: x"), "an error": text("ValueError: x"), "a name": text("In {place} it rose"),
    "nan": text(" nan "), "an object": text("<a.B object at 0x1>"), "a machine's number": text("1234.5678"),
    "nan in code": text("nan", "code"), "banana": text("A banana is none"), "an index": facts(counted=["table"]),
    "french": text("la hausse des années"), "french, marked": text("la hausse des années", language="fr"),
    "french in code": text("des", "code"), "french in a title": text("des années", "title"),
    "numbers": text("10 000 and 51,2 and 5 % and 75 $ and 10000"), "named": text("10000", named=True),
    "numbers of a chart": text("10 000", "chart"), "numbers in code": text("10000", "code"),
    "digits": text("Each of 3 bars", traced=False), "digits in a table": text("3", "table", traced=False),
    "a title's number": facts(titled=["h1"]),
    "words": read(1280, "words", 701), "pictures": read(1280, "pictures", 6), "high": read(1280, "px high", 3501.5),
    "high and narrow": read(320, "px high", 7001), "numbers in text": read(1280, "numbers in running text", 13),
    "first picture": read(1280, "px above the first picture", 701),
    "first picture of an annex": both(read(1280, "px above the first picture", 701), read(1280, "annex", True)),
    "words of the index": moved("index.html", read(1280, "words", 401)),
    "a front": moved("index.html", read(1280, "words", 400), lambda visit: visit.reading[1280].update({
        "front": True, "px above the first picture": 1001, "underlined links in the first screen": 17,
        "px to the end of the answer": 901}), lambda visit: visit.reading[320].update({
            "px to the end of the answer": 1281, "px that the answer's letters lack": 1})),
    "a number of no row": drawn(label("9,000", guide=False)), "part of a number": drawn(label("8,00", guide=False)),
    "an end of a range": drawn(label("9,300", guide=False)), "a longer number": drawn(label("18,000", guide=False)),
    "one year": drawn(label("2019")), "years in another order": drawn(label("2020", 5), label("2019", 9)),
    "ticks in their place": drawn(label("−5%", 0), label("0%", 5), label("10%", 15)),
    "ticks out of place": drawn(label("0", 0), label("5", 5), label("10", 11)),
    "ticks on a logarithmic scale": drawn(label("1", 0), label("10", 5), label("100", 10)),
    "ticks down": drawn(label("0", 0, 30), label("5", 0, 20), label("10", 0, 10)),
    "a tick twice": drawn(label("5", 0), label("5", 5)), "a tick without a number": drawn(label("5"), label("a9b", 5)),
    "a fraction": drawn(label("1/8", 0), label("1/4", 10), label("3/8", 20)),
    "a file's name": chart(names=["women.svg"]), "a name by its id": chart(names=["chart"]),
    "a name of a number": chart(names=["Chart 1"]), "a name of a library": chart(names=["Vega visualization"]),
    "another number": chart(number="Chart 2"), "the number as it is": chart(number="Chart  1: "),
    "no mark of the encoding": with_file(CSV[1:]), "another file's link": with_file(CSV, "Numbers (CSV, 1 kB)"),
    "by its title": with_file(CSV, "Women (CSV, 1 kB)"), "no type": with_file(CSV, "Chart 1 (1 kB)"),
    "no size": with_file(CSV, "Chart 1 (CSV)"), "another size": with_file(CSV, "Chart 1 (CSV, 2 kB)"),
    "elsewhere": chart(download=FILE | {"href": "women.csv"}), "no file": chart(download=None),
    "two of a name": lambda visit: visit.facts["charts"].append(CHART | {"id": "other", "number": "Chart 2"}),
    "an ordinary notebook": both(source('id="main"', 'id="main" data-part="plain"'), text("Of 3", traced=False)),
    "confidential": both(source("<h1>", f"<h1 {CONFIDENTIAL}>"), text("In 3 {place}", traced=False)),
}  # fmt: skip


def test_what_each_rule_says(visit: Visit, tmp_path: Path) -> None:
    lines = []
    for name, change in CASES.items():
        folder = tmp_path / name
        page = folder / "en" / "page.html"
        page.parent.mkdir(parents=True)
        page.write_text(SOURCE, encoding="utf-8")
        other = Visit(page, folder, SOURCE, copy.deepcopy(visit.facts), copy.deepcopy(visit.reading))
        change(other)
        lines += [f"# {name}", *map(format_finding, findings_of_visit(other))]
    compare("\n".join(lines) + "\n", "audit_said.txt", tmp_path)


# What a browser is asked


AXE_FOUND: dict[str, Any] = {
    "violations": [
        {
            "id": "color-contrast",
            "help": "Contrast",
            "tags": ["wcag2aa"],
            "nodes": [{"target": ["p", 2], "any": []}, {"target": ["td"], "any": [{"data": "elmPartiallyObscured"}]}],
        },
    ],
    "incomplete": [
        {"id": "region", "help": "A region", "tags": ["best-practice"], "nodes": [{"target": ["main"], "any": []}]},
    ],
}


class Window:
    """A window of a browser that notes what it is asked, and answers as a page with a fault of each kind would."""

    def __init__(self, asked: list[str], options: dict[str, Any]):
        self.asked, self.handlers = asked, dict[str, Callable[[Any], None]]()
        self.note(f"window {options}")

    def note(self, words: str) -> None:
        self.asked.append(words.replace(Path.cwd().as_uri(), ""))

    def new_page(self) -> "Window":
        return self

    def on(self, event: str, handler: Callable[[Any], None]) -> None:
        self.handlers[event] = handler

    def goto(self, address: str, **options: Any) -> None:
        self.note(f"goto {address.rpartition('/')[2]} {options}")
        for kind, text in (("error", "refused"), ("log", "hello")):
            self.handlers["console"](SimpleNamespace(type=kind, text=text))
        self.handlers["pageerror"](SimpleNamespace(message="broken"))

    def set_viewport_size(self, size: dict[str, int]) -> None:
        self.note(f"size {size}")

    def emulate_media(self, **media: str) -> None:
        self.note(f"media {media}")

    def pdf(self, **options: Any) -> bytes:
        self.note(f"pdf {options}")
        return b"%PDF"

    def evaluate(self, script: str, value: Any = None) -> Any:
        if len(script) > 10_000:
            script = f"the scripts of {', '.join(name for name in ('axe', 'audit.look') if name in script)}"
        self.note(f"evaluate {script[:1500]} {value if isinstance(value, dict) else ''}".rstrip())
        if "axe.run" in script:
            return AXE_FOUND
        if "selectors" in script:
            return [[f"element {place}"] for place, _ in enumerate(value)]
        if "audit.look" in script and "state" in script:
            return [{"rule": 12, "element": "text", "actual": "11 px", "allowed": "12 px"}] if value else []
        return {"language": "fr-CA"} if "facts" in script else {}


def test_what_a_browser_is_asked_of_a_page_and_what_becomes_of_its_answers(tmp_path: Path) -> None:
    asked: list[str] = []
    browser: Any = SimpleNamespace(new_context=lambda **options: Window(asked, options))
    visitor = Visitor(browser)
    page, index = tmp_path / "page.html", tmp_path / "index.html"
    for path in (page, index):
        path.write_text('<main id="main" data-part="plain">', encoding="utf-8")
    visit = visitor.visit(page, tmp_path)
    lines = [*asked, f"{visit.language} {visit.is_index} {visit.is_brief} {visit.is_plain}"]
    lines += [str(each) for each in (visit.facts, visit.reading, visit.errors, visit.pdf)]
    lines += [f"{each.rule} {each.element}: {each.actual}; {each.allowed} ({each.state})" for each in visit.seen]
    assert len(visitor.visit(index, tmp_path).seen) == len(visit.seen) - 4  # rules that are for chapters alone
    compare("\n".join(lines) + "\n", "audit_asked.txt", tmp_path)


def test_pages_are_audited_in_the_order_of_their_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("index", "en/b", "en/a", "fr/a"):
        path = tmp_path / f"{name}.html"
        path.parent.mkdir(exist_ok=True)
        path.write_text(CONFIDENTIAL if name == "fr/a" else "", encoding="utf-8")
    monkeypatch.setattr("evaluation.audit.findings_of_visit", lambda visit: [visit])
    monkeypatch.setenv(NO_VALUES, "")
    told: list[str] = []
    visitor: Any = SimpleNamespace(visit=lambda path, root, states: path.relative_to(root).as_posix())
    monkeypatch.setattr("evaluation.audit.open_visitor", lambda: nullcontext(visitor))
    for options in ({"visitor": visitor}, {}, {"jobs": 2}):
        assert audit(tmp_path, report=told.append, **options) == ["en/a.html", "en/b.html", "fr/a.html", "index.html"]
    assert os.environ[NO_VALUES] == "1"
    assert told[:2] == ["[1/4] index.html", "[2/4] en/a.html"]
    assert len(told) == 12
    assert audit(tmp_path / "fr" / "a.html", visitor=visitor) == ["fr/a.html"]
    assert audit(tmp_path / "index.html", visitor=visitor) == ["index.html"]
    (tmp_path / "fr" / "a.html").unlink()
    (tmp_path / "fr").rmdir()
    assert audit(tmp_path, visitor=visitor) == ["en/a.html", "en/b.html"]
    with pytest.raises(InputError, match=r"none:-:-: found no page; allowed: a page \(\.html\), or the folder"):
        audit(tmp_path / "none")


def test_the_browser_is_the_one_that_is_named_or_the_first_that_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def launch(**options: Any) -> Any:
        asked.append(options)
        if options["channel"]:
            raise Error("no chrome\nsecond line")
        return SimpleNamespace(close=lambda: asked.append("closed"))

    started: Any = SimpleNamespace(chromium=SimpleNamespace(launch=launch))
    monkeypatch.setattr(browser, "sync_playwright", lambda: nullcontext(started))
    monkeypatch.setattr(browser, "PROGRAMS", ("no-such-program", "sh"))
    monkeypatch.delenv(browser.BROWSER_VARIABLE, raising=False)
    with browser.open_browser():
        assert Path(asked[0].pop("executable_path")).name == "sh"
    assert asked == [{"channel": None, "args": ["--disable-gpu"]}, "closed"]
    monkeypatch.setenv(browser.BROWSER_VARIABLE, "/gone")
    with browser.open_browser():
        assert asked[2]["executable_path"] == "/gone"
    monkeypatch.setenv(browser.BROWSER_VARIABLE, "")
    monkeypatch.setattr(browser, "PROGRAMS", ())
    with pytest.raises(InputError) as error, browser.open_browser():
        pass
    assert str(error.value) == (
        "browser:-:-: found no chrome; allowed: any Chromium or Chrome (Debian: sudo apt-get install chromium; "
        "macOS: brew install --cask google-chrome; Windows: winget install Google.Chrome)"
    )


# Paper


def printed(names: list[tuple[str, str, int]], sheets: int = 2) -> bytes:
    """A tagged PDF of so many sheets, with elements of a kind and a name, each on a sheet."""
    content = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(sheets):
            document.add_blank_page()
        kids = [
            document.make_indirect(
                pikepdf.Dictionary(S=pikepdf.Name(kind), Alt=pikepdf.String(name), Pg=document.pages[sheet].obj)
            )
            for kind, name, sheet in names
        ]
        document.Root.StructTreeRoot = pikepdf.Dictionary(K=pikepdf.Array(kids))
        document.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("elements", "sheets", "page", "broken"),
    [
        ([("/H2", "", 1), ("/Figure", "Women served rose", 1)], 2, "page", []),
        ([("/H2", "", 0), ("/Figure", "Women served rose", 1)], 2, "page", ["on two pages, or not on its heading's"]),
        ([("/H2", "", 1), ("/Figure", "Another", 1)], 2, "page", ["no picture of this name in the PDF"]),
        ([("/Figure", "Women served rose", 1)], 6, "page", ["6 sheets of paper"]),
        ([("/Figure", "Women served rose", 1)], 5, "page", []),
        ([("/Figure", "Women served rose", 1)], 3, "brief", ["3 sheets of paper"]),
    ],
)
def test_a_chart_is_whole_on_paper_and_under_its_heading(
    elements: list[tuple[str, str, int]], sheets: int, page: str, broken: list[str], visit: Visit
) -> None:
    visit.path = visit.path.with_name(f"{page}.html")
    visit.pdf = printed(elements, sheets)
    assert [violation.actual for violation in charts.check_printed_charts(visit)] == broken
    visit.facts["charts"][0]["folded"] = True
    assert [each.actual for each in charts.check_printed_charts(visit) if "picture" in each.actual] == []
