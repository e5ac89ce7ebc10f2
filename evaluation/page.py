"""A page: one executed notebook in one language, as nbconvert's exporter ``evaluation-page`` makes it.

The exporter needs nothing but the notebook. `Page` is what the template shows; `EvaluationPageExporter` fills
the template; `check_caveats` refuses a page that shows a number without what must be said of it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from html import escape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters.templateexporter import TemplateExporter
from traitlets import Enum, default

from . import charts, files, movement
from .charts import Point
from .explorer import explorer_html
from .figures import Caveat, Figure, Measure, NotANumber, Number, Source, show
from .language import LANGUAGES, N_, NO_BREAK, TAGS, Text, format_moment, format_period, translate
from .prose import NAME, Values, data_element, mark_times, renderer, time_element
from .records import CHART, TABLE, VALUE, read_number

HERE = Path(__file__).parent
TEMPLATE = "evaluation-page"
HEADLINE_WORDS = 10


class PageError(ValueError):
    """A page cannot be published; the message names the chapter, the cell and what is wrong."""


@dataclass
class Page:
    """What one page shows. Built once from a notebook; every number in it comes from a record."""

    notebook: Any
    language: str
    values: Values
    title: str = ""
    headline: str = ""
    answer: str = ""
    blocks: list[str] = field(default_factory=list)
    key_numbers: list[str] = field(default_factory=list)
    drawn: dict[str, dict[str, Any]] = field(default_factory=dict)
    tables: dict[str, bytes] = field(default_factory=dict)
    numbers: dict[str, Number] = field(default_factory=dict)
    moving: dict[str, list[Caveat]] = field(default_factory=dict)
    interactive: bool = False
    obliged: list[tuple[int, Number]] = field(default_factory=list)

    @property
    def about(self) -> dict[str, Any]:
        return dict(self.notebook.metadata["evaluation"])

    @property
    def slug(self) -> str:
        return str(self.about["slug"])

    @property
    def other(self) -> str:
        return next(language for language in LANGUAGES if language != self.language)

    def t(self, text: Text) -> str:
        return translate(text, self.language)


def build(notebook: Any, language: str) -> Page:
    """A page from an executed notebook. Raises PageError with chapter and cell for anything it cannot show."""
    page = Page(notebook, language, Values.of(notebook, language))
    page.title = page.t(page.about["title"])
    for index, cell in enumerate(notebook.cells, start=1):
        try:
            add_cell(page, index, cell)
        except (ValueError, KeyError) as error:
            raise PageError(f"{page.slug}:cell {index}:{language}: {error}") from error
    if not page.headline or not page.answer:
        raise PageError(f"{page.slug}:-:{language}: found no title and answer; allowed: a first cell tagged {language}")
    return page


def add_cell(page: Page, index: int, cell: Any) -> None:
    tags = cell.metadata.get("tags", [])
    if cell.cell_type == "markdown" and page.language in tags:
        add_prose(page, template_of(cell))
    elif cell.cell_type == "markdown" and not set(tags) & set(LANGUAGES):
        raise PageError("found Markdown tagged neither en nor fr; allowed: one of them")
    for output in cell.get("outputs", []):
        add_output(page, index, output)


def template_of(cell: Any) -> str:
    """A Markdown cell's source with its ``{name}``, also where the source has been filled."""
    return str(cell.metadata.get("evaluation", {}).get("template", cell.source))


def add_prose(page: Page, template: str) -> None:
    """Prose in reading order; the first cell gives the headline and the answer."""
    no_typed_number(template, "prose")
    rendered = page.values.html(renderer()(page.values.present(template)))
    if not page.headline:
        match = re.fullmatch(r"\s*<h1>(.*?)</h1>\s*<p>(.*?)</p>\s*(.*)", rendered, re.DOTALL)
        if not match:
            raise PageError("found no '# title' and paragraph in the first cell; allowed: the finding, then the answer")
        page.headline, page.answer, rendered = capitalized(match[1]), match[2], match[3]
        check_headline(page.headline)
    if rendered.strip():
        page.blocks.append(f'<div class="prose">{rendered}</div>')


def check_headline(html: str) -> None:
    words = re.findall(r"[^ \n]+", re.sub(r"<[^>]+>", "", html))  # a no-break space joins: 29 000 is one word
    if len(words) > HEADLINE_WORDS:
        raise PageError(f"found a headline of {len(words)} words ({' '.join(words)}); allowed: {HEADLINE_WORDS}")


def add_output(page: Page, index: int, output: Any) -> None:
    data = output.get("data", {})
    if VALUE in data:
        add_value(page, index, data[VALUE])
    elif CHART in data:
        add_chart(page, index, data[CHART])
    elif TABLE in data:
        add_table(page, index, data[TABLE])


def add_value(page: Page, index: int, record: dict[str, Any]) -> None:
    if "key_numbers" in record:
        names = [name for name in record["key_numbers"] if name not in page.values.absent]
        page.key_numbers += [key_number(page, name) for name in names]
    elif "explorer" in record:
        page.interactive = True
        page.blocks.append(explorer_html(page, record))
    elif "caveats" in record:
        page.blocks.append("".join(caveat_html(page, c["caveat"], c["text"]) for c in record["caveats"]))
    elif "number" in record:
        keep(page, index, page.values.numbers[record["name"]])


def keep(page: Page, index: int, number: Number) -> None:
    """Remember a number for the table of origins, and the caveats that it obliges."""
    plain_name(number.name)
    before = page.numbers.get(number.name)
    if before is not None and before != number:
        raise PageError(f"found two numbers named {number.name}; allowed: one number a name")
    page.numbers[number.name] = number
    page.obliged.append((index, number))
    for part in number.inputs if isinstance(number, Measure) else ():
        keep_input(page, part)


def plain_name(name: str) -> None:
    """Names of numbers, charts and tables become ids and file names. Raises PageError for any that could not."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]*", name):
        raise PageError(f"found the name {name!r}; allowed: a letter, then letters, digits, _ . -")


def keep_input(page: Page, number: Number) -> None:
    page.numbers.setdefault(number.name, number)
    for part in number.inputs if isinstance(number, Measure) else ():
        keep_input(page, part)


def key_number(page: Page, name: str) -> str:
    """One key number as a list item: the number, what it counts, when."""
    if name not in page.values.numbers:
        raise PageError(f"found the key number {name!r}; allowed: {', '.join(page.values.numbers)}")
    number = page.values.numbers[name]
    label = mark_times(escape(page.t(number.label), quote=False))
    when = period_html(number, page.language)
    linked = page.values.html("{" + name + "}")
    return f"<strong>{linked}</strong> <span>{label}{', ' + when if when else ''}</span>"


def period_html(number: Number, language: str) -> str:
    if not number.start and not number.end:
        return ""
    return time_element(format_period(number.start, number.end, language), number.start or number.end)


def caveat_html(page: Page, caveat: str, text: Text) -> str:
    words = mark_times(escape(page.t(text), quote=False), "{}")
    return f'<p class="caveat" data-caveat="{caveat}">{words}{movement.link(page, caveat)}</p>'


def add_chart(page: Page, index: int, record: dict[str, Any]) -> None:
    """A chart's section, whole: number, headline, chart twice, description, caveats, source, table, CSV."""
    plain_name(record["chart"])
    points = read_points(record)
    for point in points:
        for number in (point.number, point.interval):
            finite(number)
    moving = movement.obliged(page, [n for p in points for n in (p.number, p.interval) if n])
    page.moving[f'data-chart="{record["chart"]}"'] = moving
    ordinal = len(page.drawn) + 1
    title, name = (capitalized(fill(record["title"])) for fill in (page.values.rich, page.values.text))
    check_headline(title)
    for part in ("title", "subtitle", "description"):
        no_typed_number(page.t(record[part]), f"the {part} of chart {record['chart']}")
    chart = {
        "id": record["chart"],
        "number": f"{page.t(N_('Chart'))} {ordinal}",
        "title": title,
        "name": name,
        "subtitle": page.values.rich(record["subtitle"]),
        "plain_subtitle": page.values.text(record["subtitle"]),
        "description": page.values.rich(record["description"]),
        "svg": {
            width: charts.draw(record["chart"], record["maker"], points, page.language, size, name)
            for width, size in (("wide", charts.WIDE), ("narrow", charts.NARROW))
        },
        "key": key(page, record["maker"], points),
        "caveats": [*files.caveats_of(points), *moving],
        "sources": sources_of(points),
        "points": points,
        "csv": files.chart_csv(points, page.language, moving),
    }
    if record["chart"] in page.drawn:
        raise PageError(f"found a second chart {record['chart']}; allowed: each chart once")
    page.drawn[record["chart"]] = chart
    page.blocks.append(chart_html(page, chart))


def no_typed_number(text: str, where: str) -> None:
    """Every number comes from a record: digits may stand in a ``{name}`` and before a list's items only."""
    bare = re.sub(r"^\s*\d+\. ", "", NAME.sub("", text), flags=re.MULTILINE)
    if found := re.search(r"\S*\d\S*", bare):
        raise PageError(f"found a typed number ({found[0]}) in {where}; allowed: {{name}}")


def finite(number: Number | None) -> None:
    """Records hold fractions, so that NaN cannot be among them; a hand-made record is refused here."""
    if number is not None and number.quantity.low is None and number.quantity.high is None:
        raise NotANumber(f"found {number.name} without a value; allowed: a finite number")


def read_points(record: dict[str, Any]) -> list[Point]:
    fields = ("category", "year", "series")
    return [
        Point(
            read_number(p["number"]),
            interval=read_number(p["interval"]) if p["interval"] else None,
            **{f: p[f] for f in fields},
        )
        for p in record["points"]
    ]


def sources_of(points: list[Point]) -> dict[str, tuple[Source, set[str]]]:
    """The sources of what is plotted, with the releases used: computed, so that it cannot go stale."""
    found: dict[str, tuple[Source, set[str]]] = {}
    for point in points:
        for figure in point.number.figures():
            _, vintages = found.setdefault(figure.source.source, (figure.source, set()))
            vintages.update({figure.vintage} - {""})
    return found


MARKS = {
    "published": N_("filled circle: published figure"),
    "derived": N_("filled diamond: worked out from published figures"),
    "estimate": N_("hollow square: the review’s own estimate"),
}
BARS = {
    "published": N_("filled bar: published figure, or worked out from published figures"),
    "derived": "",
    "estimate": N_("hollow bar: the review’s own estimate"),
}
PLANE = N_("line up: change in reports; dashed: its interval; mark and thick line: detection that would explain it")
SUPPOSED = N_("dotted lines across: what is supposed of detection")
SIGNS = N_("triangle up: rises; triangle down: falls; dash: does not move; question mark: either way")
DOTS = N_("square: the estimate of one model; line with ends: from the lowest to the highest")
RELEASES = {
    "published": N_("hollow circle: first release; filled circle: latest release"),
    "derived": "",
    "estimate": "",
}
OWN_KEYS = {"signs": SIGNS, "dots": DOTS, "plane": PLANE}


def key(page: Page, maker: str, points: list[Point]) -> str:
    """What the marks mean, where they are not all plain published figures."""
    if maker in OWN_KEYS:
        supposed = [SUPPOSED] if maker == "plane" and len(points) > 1 else []
        return " · ".join(page.t(text) for text in (OWN_KEYS[maker], *supposed))
    kinds = [kind for kind in charts.SHAPES if any(p.number.kind == kind for p in points)]
    intervals = any(p.interval for p in points)
    if kinds == ["published"] and not intervals and maker != "revisions":
        return ""
    texts = {"bars": BARS, "revisions": RELEASES}.get(maker, MARKS)
    parts = [page.t(texts[kind]) for kind in kinds if texts[kind]]
    if maker == "bars" and "estimate" not in kinds:
        parts = []
    return " · ".join(parts + ([page.t(N_("line with ends: interval"))] if intervals else []))


def capitalized(html: str) -> str:
    """A headline begins with a capital, also where it begins with a number's words (more than 29,000)."""
    return re.sub(r"^((?:<[^>]+>)*)(\w)", lambda m: m[1] + m[2].upper(), html, count=1)


def chart_html(page: Page, chart: dict[str, Any]) -> str:
    """The pinned section of a chart."""
    i, number = chart["id"], chart["number"]
    caveats = "".join(caveat_html(page, c.caveat, c.text) for c in chart["caveats"])
    key_line = f'<p class="key">{escape(chart["key"])}</p>' if chart["key"] else ""
    table_name = page.t(N_("Table of the numbers of {chart}")).format(chart=number)
    return (
        f'<section data-chart="{i}" id="chart-{i}" aria-labelledby="title-{i}">'
        f'<div class="chart-number">{number}</div><h2 id="title-{i}">{chart["title"]}</h2>'
        f'<p class="subtitle">{chart["subtitle"]}</p>'
        f'<div class="chart-wide">{chart["svg"]["wide"]}</div><div class="chart-narrow">{chart["svg"]["narrow"]}</div>'
        f'{key_line}<p class="description">{chart["description"]}</p>{caveats}'
        f'<p class="source">{source_line(page, chart["sources"])}</p>'
        f'<details tabindex="0" role="group" aria-label="{escape(table_name, quote=True)}">'
        f"<summary>{table_name}</summary>{chart_table(page, chart)}</details>"
        f"{download(page, i, number, chart['csv'])}</section>"
    )


def source_line(page: Page, sources: dict[str, tuple[Source, set[str]]]) -> str:
    parts = []
    for source, vintages in sources.values():
        released = ", ".join(time_element(format_moment(v, page.language), v) for v in sorted(vintages))
        release = f" ({page.t(N_('release of'))} {released})" if released else ""
        parts.append(f"{publisher_of(page, source)}, {source_title(source, page.language)}{release}")
    return f"{page.t(N_('Source:'))} " + ("; ".join(parts) or page.t(N_("this review’s own count"))) + "."


def publisher_of(page: Page, source: Source) -> str:
    """A publisher's name; one that has no name in the page's language is marked as the other's."""
    words = mark_times(escape(page.t(source.publisher), quote=False), '<span data-name="publisher">{}</span>')
    named = isinstance(source.publisher, dict) and source.publisher["en"] == source.publisher["fr"]
    return in_language(words, source.title_language) if named and source.title_language != page.language else words


def in_language(words: str, language: str) -> str:
    return f'<span lang="{TAGS[language]}">{words}</span>'


def quoted_parts(page: Page, source: Source, words: str) -> str:
    """What stands in parentheses in a place of a source is quoted from it, in the source's language."""
    if source.title_language == page.language:
        return words
    return re.sub(r"\(([^()]+)\)", lambda m: f"({in_language(m[1], source.title_language)})", words)


def source_title(source: Source, language: str) -> str:
    """A publication's title in its own language, marked so, linked to its address."""
    foreign = source.title_language != language
    lang = f' lang="{TAGS[source.title_language]}"' if foreign else ""
    title = mark_times(escape(source.title, quote=False))
    return f'<cite{lang} data-name="title"><a href="{escape(source.address, quote=True)}">{title}</a></cite>'


def chart_table(page: Page, chart: dict[str, Any]) -> str:
    """The chart's numbers; what is the same in every row is said once, in the caption."""
    rows = [files.row(point, page.language) for point in chart["points"]]
    hidden = ("low", "high", "bound", "caveats", "unit")
    first, *names = [n for n in files.columns(chart["points"]) if n not in hidden]
    constant = [n for n in names if n in CAPTIONED and len(rows) > 1 and len({row[n] for row in rows}) == 1]
    names = [first, *(n for n in names if n not in constant)]
    head = "".join(f'<th scope="col">{escape(page.t(files.HEADERS[n]))}</th>' for n in names)
    body = "".join(table_row(page, point, names) for point in chart["points"])
    caption = page.t(N_("{chart}. {title}")).format(chart=chart["number"], title=escape(chart["name"], quote=False))
    said = "; ".join(escape(rows[0][n], quote=False) for n in constant)
    return (
        f"<table><caption>{caption}{f' ({said})' if said else ''}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


CAPTIONED = ("kind", "definition", "place", "period", "vintage")


def table_row(page: Page, point: Point, names: list[str]) -> str:
    """One point as a row; its source leads to the list of sources."""
    cells = {n: escape(text, quote=False) for n, text in files.row(point, page.language).items()}
    sources = {f.source.source: f.source for f in point.number.figures()}
    links = (f'<a href="#source-{name}">{publisher_of(page, source)}</a>' for name, source in sources.items())
    cells["source"] = "; ".join(links)
    first, *rest = names
    return f'<tr><th scope="row">{cells[first]}</th>' + "".join(f"<td>{cells[n]}</td>" for n in rest) + "</tr>"


def download(page: Page, name: str, what: str, content: bytes) -> str:
    """The numbers as CSV inside the page itself; the link says what it is and how large."""
    label = page.t(N_("Download the numbers of {what} (CSV, {size})"))
    words = label.format(what=escape(what, quote=False), size=size_of(len(content), page.language))
    data = base64.b64encode(content).decode()
    address = f"data:text/csv;charset=utf-8;base64,{data}"
    return f'<p class="download"><a download="{name}.csv" href="{address}">{words}</a></p>'


def size_of(count: int, language: str) -> str:
    """A file's size as people read it, at least one kilobyte."""
    return f"{max(1, round(count / 1000))}{NO_BREAK}" + {"en": "kB", "fr": "ko"}[language]


def add_table(page: Page, index: int, record: dict[str, Any]) -> None:
    """A recorded table: caption, heads, numbers that lead to their origin, CSV."""
    plain_name(record["table"])
    cells = [[to_cell(page, index, cell) for cell in row] for row in record["rows"]]
    title = page.values.rich(record["title"])
    heads = "".join(f'<th scope="col">{page.values.rich(column)}</th>' for column in record["columns"])
    body = "".join(
        f'<tr><th scope="row">{row[0][0]}</th>' + "".join(f"<td>{c[0]}</td>" for c in row[1:]) + "</tr>"
        for row in cells
    )
    obliged = [caveats_in(row) for row in record["rows"]]
    moving = movement.obliged(page, [n for row in record["rows"] for cell in row for n in numbers_of(cell)])
    page.moving[f'data-table="{record["table"]}"'] = moving
    if moving:
        obliged[0] += moving
    caveats = list({c.caveat: c for row in obliged for c in row}.values())
    content = table_csv(page, record, cells, obliged)
    page.tables[record["table"]] = content
    note = f'<p class="note">{page.values.rich(record["note"])}</p>' if record["note"] else ""
    name = page.values.text(record["title"])
    shape = "table wide" if len(record["columns"]) > 3 else "table"
    page.blocks.append(
        f'<section data-table="{record["table"]}" class="{shape}"><div class="scroll" role="region" tabindex="0" '
        f'aria-label="{escape(name, quote=True)}"><table><caption>{title}</caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{note}"
        + "".join(caveat_html(page, c.caveat, c.text) for c in caveats)
        + download(page, record["table"], page.t(N_("the table")), content)
        + "</section>"
    )


def to_cell(page: Page, index: int, cell: dict[str, Any]) -> tuple[str, str]:
    """A cell as HTML and as plain text."""
    numbers = numbers_of(cell)
    if "number" in cell or "numbers" in cell:
        linked = "; ".join(linked_number(page, index, number) for number in numbers)
        return linked, "; ".join(show(number, page.language).words for number in numbers)
    rich, plain = page.values.rich(cell["text"]), page.values.text(cell["text"])
    return (f'<a href="{cell["page"]}.html">{rich}</a>' if "page" in cell else rich), plain


def numbers_of(cell: dict[str, Any]) -> list[Number]:
    return [read_number(r) for r in cell.get("numbers", [cell["number"]] if "number" in cell else [])]


def linked_number(page: Page, index: int, number: Number) -> str:
    """A number in a table, leading to its origin; what the review worked out says so."""
    keep(page, index, number)
    mark = f" <small>({page.t(files.KINDS[number.kind])})</small>" if number.kind != "published" else ""
    return f'<a href="#from-{number.name}">{data_element(show(number, page.language))}</a>{mark}'


def caveats_in(row: list[dict[str, Any]]) -> list[Caveat]:
    """The caveats that a table's row obliges, each once."""
    return list({c.caveat: c for cell in row for number in numbers_of(cell) for c in number.caveats}.values())


def table_csv(
    page: Page, record: dict[str, Any], cells: list[list[tuple[str, str]]], obliged: list[list[Caveat]]
) -> bytes:
    """A table as CSV: its texts and numbers, and each row's caveats."""
    heads = [page.values.text(column) for column in record["columns"]]
    said: set[str] = set()
    body = [
        [*(plain for _, plain in row), files.caveats_cell(caveats, said, page.language)]
        for row, caveats in zip(cells, obliged, strict=True)
    ]
    return files.to_csv([*heads, page.t(files.HEADERS["caveats"])], body)


def check_caveats(page: Page) -> None:
    """The gate: every recorded number's obliged caveats stand on the page, every chart's in its own section
    and files. Raises PageError with the chapter, the cell, the figure and the caveat."""
    html = "".join(page.blocks)
    shown = set(re.findall(r'data-caveat="([^"]+)"', html))
    for index, number in page.obliged:
        for caveat in number.caveats:
            if caveat.caveat not in shown:
                raise PageError(
                    f"{page.slug}:cell {index}:{page.language}: found {number.name} without its caveat "
                    f"{caveat.caveat}; allowed: a chart or table of it, or show_caveats({caveat.caveat!r})"
                )
    for chart in page.drawn.values():
        check_chart_caveats(page, chart, html)
    for section, caveats in page.moving.items():
        check_movements(page, section, caveats, html)


def check_movements(page: Page, section: str, caveats: list[Caveat], html: str) -> None:
    """A rising or falling series of reported crime has its sentence beside it, with the link to what it can mean."""
    found = re.search(rf"<section [^>]*{re.escape(section)}.*?</section>", html, re.DOTALL)
    for caveat in caveats:
        words = f'data-caveat="{caveat.caveat}">{page.t(caveat.text)}{movement.link(page, caveat.caveat)}'
        if found is None or words not in found[0]:
            raise PageError(
                f"{page.slug}:-:{page.language}: found {section} without its sentence {caveat.caveat}; "
                f"allowed: the sentence beside it, with its link"
            )


def check_chart_caveats(page: Page, chart: dict[str, Any], html: str) -> None:
    section = html.split(f'<section data-chart="{chart["id"]}"', 1)[1].split("</section>", 1)[0]
    table = chart["csv"].decode()
    for caveat in chart["caveats"]:
        if f'data-caveat="{caveat.caveat}"' not in section or page.t(caveat.text).replace('"', '""') not in table:
            raise PageError(
                f"{page.slug}:-:{page.language}: found chart {chart['id']} without its caveat {caveat.caveat}"
            )


def origins(page: Page) -> list[dict[str, str]]:
    """The rows of "Where the numbers come from": published figures by source, measures by formula."""
    positions = {caveat: position for position, caveat in enumerate(notes(page), start=1)}
    return [origin(page, number, positions) for number in page.numbers.values()]


def origin(page: Page, number: Number, positions: dict[str, int]) -> dict[str, str]:
    back = f'<a class="back" href="#use-{number.name}">{page.t(N_("back to the text"))}</a>'
    return {
        "name": number.name,
        "number": data_element(show(number, page.language)) + (f" {back}" if number.name in page.values.used else ""),
        "label": mark_times(escape(page.t(number.label), quote=False)),
        "definition": ""
        if number.definition_label == number.label
        else escape(page.t(number.definition_label), quote=False),
        "when": period_html(number, page.language)
        or (escape(format_period("", "", page.language)) if number.place else ""),
        "place": escape(page.t(number.place_label), quote=False),
        "kind": page.t(files.KINDS[number.kind]),
        "from": published_from(page, number) if isinstance(number, Figure) else worked_out_from(page, number),
        "caveats": note_link(page, number.caveats, positions),
    }


def note_link(page: Page, caveats: Sequence[Caveat], positions: dict[str, int]) -> str:
    """Caveats by their numbers in the page's list of notes."""
    numbers = ", ".join(str(positions[caveat.caveat]) for caveat in caveats)
    return f'<a href="#notes">{page.t(N_("note"))} {numbers}</a>' if numbers else ""


def notes(page: Page) -> dict[str, str]:
    """Every caveat of the page's numbers, in words, each once."""
    caveats = [c for number in page.numbers.values() for c in number.caveats]
    return {c.caveat: mark_times(escape(page.t(c.text), quote=False)) for c in caveats}


def sources(page: Page) -> dict[str, str]:
    """Every source of the page's numbers and charts: who, what, where, since when, at first hand or not, licence."""
    figures = [f for number in page.numbers.values() for f in number.figures()]
    figures += [f for chart in page.drawn.values() for p in chart["points"] for f in p.number.figures()]
    return {f.source.source: source_html(page, f.source) for f in figures}


def source_html(page: Page, source: Source) -> str:
    parts = [publisher_of(page, source) + ", " + source_title(source, page.language)]
    parts += (
        [time_element(format_moment(source.published, page.language), source.published)] if source.published else []
    )
    hand = N_("seen at its publisher") if source.first_hand else N_("second-hand copy")
    quoted = f" ({escape(page.t(source.quotes), quote=False)})" if page.t(source.quotes) else ""
    licence = licence_name(page, source)
    address = escape(source.licence_address, quote=True)
    return "; ".join([*parts, page.t(hand) + quoted, f'<a href="{address}">{licence}</a>' if address else licence])


def published_from(page: Page, figure: Figure) -> str:
    """Publisher, title, place in it, date, licence; the list of sources says the rest."""
    source = figure.source
    place = escape(page.t(figure.place_in_source), quote=False)
    moment = figure.vintage or source.published
    publisher = f'<a href="#source-{source.source}">{publisher_of(page, source)}</a>'
    parts = [f"{publisher}, {source_title(source, page.language)}"]
    parts += [quoted_parts(page, source, place)] if place else []
    parts += [time_element(format_moment(moment, page.language), moment)] if moment else []
    return "; ".join([*parts, licence_name(page, source)])


def licence_name(page: Page, source: Source) -> str:
    return mark_times(escape(page.t(source.licence), quote=False), '<span data-name="licence">{}</span>')


def worked_out_from(page: Page, number: Number) -> str:
    """The formula, its inputs each linked on, and the method."""
    assert isinstance(number, Measure)
    inputs = ", ".join(
        f'<a href="#from-{n.name}">{escape(page.t(n.label), quote=False)} ({escape(show(n, page.language).words)})</a>'
        for n in number.inputs
    )
    formula, method = (escape(page.t(text), quote=False) for text in (number.formula, number.method))
    return "; ".join(part for part in (formula, inputs, method) if part)


def vintages(page: Page) -> list[str]:
    """The releases that the page's figures come from, oldest first."""
    moments = {f.vintage for n in page.numbers.values() for f in n.figures()}
    moments |= {f.vintage for c in page.drawn.values() for p in c["points"] for f in p.number.figures()}
    return [time_element(format_moment(m, page.language), m) for m in sorted(moments - {""})]


def code_of(notebook: Any) -> Iterator[str]:
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.source.strip():
            yield str(cell.source)


@lru_cache
def style() -> str:
    """The style sheet with the font embedded, and its hash for the policy of the page."""
    css = (HERE / "templates" / TEMPLATE / "page.css").read_text(encoding="utf-8")
    for weight in ("regular", "bold"):
        font = (HERE / "fonts" / f"atkinson-hyperlegible-next-{weight}.woff2").read_bytes()
        css = css.replace(f"FONT-{weight}", base64.b64encode(font).decode())
    return re.sub(r"/\*.*?\*/|\n\s*", "", css)  # comments and indents weigh, and say nothing to a browser


def script(name: str) -> str:
    """A script of the template's folder, to stand in a page that is whole without it."""
    return (HERE / "templates" / TEMPLATE / name).read_text(encoding="utf-8")


def source_hash(content: str) -> str:
    """How a security policy names an inline style sheet or script."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() + "'"


@lru_cache
def policy(script: str = "") -> str:
    """The content security policy: nothing from anywhere, one style sheet and at most one script by their hashes."""
    rules = [
        "default-src 'none'",
        f"style-src {source_hash(style())}",
        "font-src data:",
        "img-src data:",
        "script-src " + (source_hash(script) if script else "'none'"),
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return "; ".join(rules)


@lru_cache
def project_version() -> str:
    try:
        return version("evaluation")
    except PackageNotFoundError:
        import tomllib

        text = (HERE.parent / "pyproject.toml").read_text(encoding="utf-8")
        return str(tomllib.loads(text)["project"]["version"])


class EvaluationPageExporter(TemplateExporter):
    """``jupyter nbconvert --to evaluation-page --EvaluationPageExporter.language=fr NOTEBOOK``."""

    export_from_notebook = "Evaluation page"
    language = Enum(LANGUAGES, default_value="en", help="The page's language: en or fr.").tag(config=True)

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    @default("template_name")
    def _template_name_default(self) -> str:
        return TEMPLATE

    @property
    def extra_template_basedirs(self) -> list[str]:  # type: ignore[override]
        return [str(HERE / "templates")]

    @cached_property
    def environment(self) -> Any:
        environment = self._create_environment()
        environment.globals.update(style=style, policy=policy, script=script, tags=TAGS, version=project_version)
        return environment

    def from_notebook_node(self, nb: Any, resources: Any = None, **_: Any) -> tuple[str, Any]:  # type: ignore[override]
        """The page of an executed notebook, checked. Raises PageError."""
        page = build(nb, self.language)
        check_caveats(page)
        return self.render(page), self._init_resources(resources)

    def render(self, page: Page) -> str:
        template = self.environment.get_template("index.html.j2")
        html = str(
            template.render(
                page=page,
                origins=origins(page),
                notes=notes(page),
                sources=sources(page),
                vintages=vintages(page),
                code=list(code_of(page.notebook)),
                t=page.t,
            )
        )
        check_weight(page, html)
        return html


LIMIT, LIMIT_WITH_SCRIPT = 250_000, 1_400_000
PARTS = {
    "the numbers to download": r'href="data:text/csv[^"]*"',
    "the charts": r"<svg\b.*?</svg>",
    "the table of origins": r'<table class="origins">.*?</table>',
    "the style sheet and its fonts": r"<style>.*?</style>",
    "the script": r"<script\b.*?</script>",
}


def check_weight(page: Page, html: str) -> None:
    """Raises PageError for a page that is too heavy to send by e-mail, with what weighs most."""
    limit = LIMIT_WITH_SCRIPT if "<script" in html else LIMIT
    weight = len(html.encode())
    if weight > limit:
        found = {part: sum(map(len, re.findall(pattern, html, re.DOTALL))) for part, pattern in PARTS.items()}
        heaviest = ", ".join(f"{part} {found[part]}" for part in sorted(found, key=lambda p: -found[p])[:3])
        where = f"{page.slug}:-:{page.language}"
        raise PageError(f"{where}: found a page of {weight} bytes ({heaviest}); allowed: {limit}")


def read_notebook(path: Path) -> Any:
    return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)


def parameters_of(page: Page) -> list[tuple[str, str]]:
    return [(name, json.dumps(value, ensure_ascii=False)) for name, value in page.about["parameters"].items()]
