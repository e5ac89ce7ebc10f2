"""What each rule of the audit says of a page, from what was read of it, without a browser."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from golden import compare

from evaluation.audit import CHECKS, CONFIDENTIAL, charts, findings_of_visit, format_finding
from evaluation.audit.visit import Visit

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
