"""A page: one executed notebook in one language, as nbconvert's exporter ``evaluation-page`` makes it.

The exporter needs nothing but the notebook. `Page` is what the template shows; `EvaluationPageExporter` fills
the template; `check_caveats` refuses a page that shows a number without what must be said of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import nbformat

from .. import charts
from ..charts import Point, look
from ..language import LANGUAGES, N_, Text, translate
from ..language.placeholders import NAMES, typed_number
from ..language.prose_cells import ALLOWED, in_languages, is_prose
from ..numbers.number import Measure, Number
from ..numbers.publication import Caveat, Source
from ..numbers.quantity import NotANumber
from ..numbers.shown import show
from ..problems import Refused
from ..records.prose import Values, data_element, mark_times, renderer, time_element
from ..records.recorded import CHART, TABLE, VALUE, read_number
from ..records.shared import spread
from ..reviews.review import FRONT
from ..runs.execute import stored_cells
from . import care, files, movement
from .explorer import explorer_html
from .sections import capitalized, chart_html, download, edition_read, period_html, sources_of

HERE = Path(__file__).parent
HEADLINE_WORDS = 10


class PageError(Refused):
    """A page cannot be published; the message names the chapter, the cell and what is wrong."""

    cell: int | str = "-"


@dataclass
class Page:
    """What one page shows. Built once from a notebook; every number in it comes from a record."""

    notebook: Any
    language: str
    values: Values
    title: str = ""
    headline: str = ""
    answer: str = ""
    question: str = ""
    parts: list[str | Callable[[], str]] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    sections: dict[str, list[Caveat]] = field(default_factory=dict)
    boxed: list[Caveat] = field(default_factory=list)
    key_numbers: list[str] = field(default_factory=list)
    drawn: dict[str, dict[str, Any]] = field(default_factory=dict)
    tables: dict[str, bytes] = field(default_factory=dict)
    recorded: dict[str, dict[str, Any]] = field(default_factory=dict)
    numbers: dict[str, Number] = field(default_factory=dict)
    cited: dict[str, Source] = field(default_factory=dict)
    moving: dict[str, list[Caveat]] = field(default_factory=dict)
    interactive: bool = False
    obliged: list[tuple[int, Number]] = field(default_factory=list)
    contents: list[tuple[str, str]] = field(default_factory=list)
    checking: int | None = None  # where the parts for those who check begin; what comes before is for everybody

    @property
    def about(self) -> dict[str, Any]:
        return dict(self.notebook.metadata["evaluation"])

    @property
    def notice(self) -> tuple[str, ...]:
        """What each copy of a confidential page says on its face, in a sentence and in a word; else nothing."""
        said = (files.CONFIDENTIAL, files.IN_A_NAME) if self.about.get("confidential") else ()
        return tuple(map(self.t, said))

    @property
    def slug(self) -> str:
        return str(self.about["slug"])

    @property
    def file(self) -> str:
        """The name of its file, which is not its slug where it opens the review."""
        return "index" if self.about.get("part") == FRONT else self.slug

    @property
    def other(self) -> str:
        return next(language for language in LANGUAGES if language != self.language)

    @property
    def left_out(self) -> list[str]:
        """What must be said where the run stops before its own series does."""
        sentence = self.t(N_("This page stops at {asked}, as it was asked to. Its series goes on to {latest}."))
        years = [{k: str(one[k]) for k in ("asked", "latest")} for one in self.about.get("left_out", [])]
        return [sentence.format(**{k: time_element(year, year) for k, year in one.items()}) for one in years]

    def t(self, text: Text) -> str:
        return translate(text, self.language)


def build(notebook: Any, language: str) -> Page:
    """A page from an executed notebook. Raises PageError with chapter and cell for anything it cannot show."""
    page = Page(notebook, language, Values.of(notebook, language))
    page.title = page.t(page.about["title"])
    for index, cell in stored_cells(notebook.cells):
        try:
            add_cell(page, index, cell)
        except Refused as error:
            refused = PageError(f"{page.slug}:cell {index}:{language}: {error}")
            refused.cell = index
            raise refused from error
    if not page.headline or not page.answer:
        raise PageError(f"{page.slug}:-:{language}: found no title and answer; allowed: a first cell of prose")
    page.boxed = care.boxed(list(page.sections.values()))
    page.blocks = [part if isinstance(part, str) else part() for part in page.parts]
    return page


def add_cell(page: Page, index: int, cell: Any) -> None:
    if is_prose(cell):
        add_prose(page, in_languages(cell.source)[page.language])
        return
    if cell.cell_type == "markdown":
        raise PageError(f"found a Markdown cell, which no page shows; allowed: {ALLOWED}")
    for output in cell.get("outputs", []):
        add_output(page, index, output)


def add_prose(page: Page, template: str) -> None:
    """Prose in reading order; the first cell gives the headline and the answer."""
    no_typed_number(template, page.language, "prose")
    rendered = bare_headings(page.values.html(renderer()(page.values.present(template))))
    if not page.headline:
        match = re.fullmatch(r"\s*<h1>(.*?)</h1>\s*<p>(.*?)</p>\s*(.*)", rendered, re.DOTALL)
        if not match:
            raise PageError("found no '# title' and paragraph in the first cell; allowed: the finding, then the answer")
        page.headline, page.answer, rendered = capitalized(match[1]), match[2], match[3]
        check_headline(page.headline)
        if asked := QUESTION.match(rendered):
            page.question, rendered = asked[1], rendered[asked.end() :]
    if rendered.strip():
        page.parts.append(f'<div class="prose">{with_places(page, rendered)}</div>')


QUESTION = re.compile(r"\s*<p>([^<]*\?)</p>\s*")  # what the page answers, after the answer
HEADING = re.compile(r"<(h[23])>(.*?)</\1>", re.DOTALL)


def bare_headings(html: str) -> str:
    """Headings hold numbers without a link: each stands linked in the text below."""
    return re.sub(r"<(h[1-3])>.*?</\1>", lambda heading: unlinked(heading[0]), html, flags=re.DOTALL)


def unlinked(html: str) -> str:
    """HTML without its links; the place that a number's row leads back to stays."""
    html = re.sub(r'<a href="[^"]*" (id="use-[^"]*")>', r"<span \1></span>", html)
    return re.sub(r"</?a\b[^>]*>", "", html)


def named(html: str) -> str:
    """A heading in the page's own contents: words that lead to it, its numbers among them."""
    return f'<span data-name="part">{re.sub(r"</?data[^>]*>", "", repeated(html))}</span>'


def repeated(html: str) -> str:
    """A heading where it stands a second time: without links and places."""
    return re.sub(r'<span id="use-[^"]*"></span>|</?a\b[^>]*>', "", html)


def with_places(page: Page, html: str) -> str:
    """Prose whose headings can be led to; those that everybody reads stand in the page's short contents. In the part
    for those who check, each is a level lower: the part has a heading of its own."""

    def placed(heading: re.Match[str]) -> str:
        level, words = int(heading[1][1]), heading[2]
        if page.checking is not None:
            return f"<h{level + 1}>{words}</h{level + 1}>"
        if level > 2:
            return heading[0]
        name = f"part-{len(page.contents) + 1}"
        page.contents.append((name, named(words)))
        return f'<h2 id="{name}">{words}</h2>'

    return HEADING.sub(placed, html)


def check_headline(html: str) -> None:
    words = re.findall(r"[^ \n]+", re.sub(r"<[^>]+>", "", html))  # a no-break space joins: 29 000 is one word
    if len(words) > HEADLINE_WORDS:
        raise PageError(f"found a headline of {len(words)} words ({' '.join(words)}); allowed: {HEADLINE_WORDS}")


SHOWN = re.compile(r"alt\.\w+\(")  # a chart of Altair's, in words


def no_dropped_output(data: dict[str, Any]) -> None:
    """What a cell shows in JupyterLab stands on the page too, but for a data frame, which is work in plain view and
    stays in the executed notebook. Raises PageError for a chart or a picture that no record holds."""
    rich = sorted(set(data) - {"text/plain"})
    if any("vega" in kind for kind in rich) or SHOWN.match("".join(data.get("text/plain", ""))):
        found, allowed = "a chart of Altair's", "chapter.chart(id, chart, title=, subtitle=, description=)"
    elif rich and not is_frame(data):
        found, allowed = ", ".join(rich), "chapter.chart or chapter.table, or the cell without it"
    else:
        return
    raise PageError(f"found {found} as the output of a cell, which no page shows; allowed: {allowed}")


def is_frame(data: dict[str, Any]) -> bool:
    """Whether an output is a data frame as pandas shows it, and nothing else."""
    return set(data) <= {"text/html", "text/plain"} and 'class="dataframe"' in "".join(data.get("text/html", ""))


def add_output(page: Page, index: int, output: Any) -> None:
    data = output.get("data", {})
    if not {VALUE, CHART, TABLE} & set(data):
        no_dropped_output(data)
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
    elif "layer" in record:
        page.checking = len(page.parts)
    elif "explorer" in record:
        page.interactive = True
        page.parts.append(partial(explorer_html, page, record))
    elif "caveats" in record:
        caveats = [Caveat(**caveat) for caveat in record["caveats"]]
        page.sections[f"prose-{len(page.parts)}"] = caveats
        page.parts.append(partial(care.beside, page, caveats))
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
    if number.label == number.definition_label:  # the label of a series names what is counted, not the unit
        linked += " " + page.values.html("{" + name + ".unit}")
    return f"<strong>{linked}</strong> <span>{label}{', ' + when if when else ''}</span>"


def add_chart(page: Page, index: int, record: dict[str, Any]) -> None:
    """A chart's section, whole: number, headline, chart twice, description, caveats, source, table, CSV."""
    plain_name(record["chart"])
    points = read_points(record)
    for point in points:
        for number in (point.number, point.interval):
            finite(number)
    for point in points if "own" not in record["arguments"] else []:
        page.obliged.append((index, point.number))
        if isinstance(point.number, Measure):  # a published figure stands with its source in the chart's own table
            keep(page, index, point.number)
    moving = movement.obliged(page, [n for p in points for n in (p.number, p.interval) if n])
    page.moving[f'data-chart="{record["chart"]}"'] = moving
    ordinal = len(page.drawn) + 1
    title = capitalized(unlinked(page.values.rich(record["title"])))
    name = capitalized(page.values.text(record["title"]))
    check_headline(title)
    for part in ("title", "subtitle", "description"):
        no_typed_number(page.t(record[part]), page.language, f"the {part} of chart {record['chart']}")
    chart = {
        "id": record["chart"],
        "number": f"{page.t(N_('Chart'))} {ordinal}",
        "title": title,
        "name": name,
        "subtitle": page.values.rich(record["subtitle"]),
        "plain_subtitle": page.values.text(record["subtitle"]),
        "description": page.values.rich(record["description"]),
        "svg": {
            width: charts.draw(record["chart"], record["arguments"], points, page.language, size, name)
            for width, size in (("wide", charts.WIDE), ("narrow", charts.NARROW))
        },
        "key": " · ".join(page.t(text) for text in charts.marks_meant(record["arguments"], points)),
        "caveats": [*files.caveats_of(points), *moving],
        "sources": sources_of(points),
        "points": points,
        "names": [page.t(text) for text in charts.texts_of(record["arguments"])],
        "grid": files.chart_grid(points, page.language, moving),
    }
    chart["csv"] = chart["grid"].csv(*page.notice)
    check_drawn(page, chart)
    if record["chart"] in page.drawn:
        raise PageError(f"found a second chart {record['chart']}; allowed: each chart once")
    check_look(record["chart"], page.language, chart["svg"], "own" not in record["arguments"])
    page.drawn[record["chart"]] = chart
    page.sections[f"chart-{record['chart']}"] = chart["caveats"]
    if page.checking is None:
        page.contents.append((f"chart-{record['chart']}", named(title)))
    chart["level"] = 2 if page.checking is None else 3
    page.parts.append(partial(chart_html, page, chart))


def check_look(chart: str, language: str, drawn: dict[str, str], laid_out: bool = True) -> None:
    """The look at what was drawn. Raises PageError with the chart, the language, the width and the text that cannot
    be read.

    A number that a line crosses can still be read, and stands in the table: it is not refused, or a new year's data
    would stop a build. Nor are drawings that do not place their labels by what is drawn.
    """
    for width, svg in drawn.items():
        faults = [fault for fault in charts.scene.faults(svg) if laid_out or not CROSSED.search(fault)]
        faults = [fault for fault in faults if not CROSSED_NUMBER.search(fault)]
        if faults:
            allowed = "texts that are whole and clear; shorter or fewer names, panels (facet), or narrow="
            where = f"chart {chart} ({language}, {width})"
            raise PageError(f"found {'; '.join(faults[:3])} in {where}; allowed: {allowed}")


CROSSED = re.compile(r"crossed by a line$")
CROSSED_NUMBER = re.compile(r"\d[^']*' crossed by a line$")


DRAWN = ("category", "year", "series", "words", "interval", "definition", "place", "period", "unit")


def check_drawn(page: Page, chart: dict[str, Any]) -> None:
    """The gate of drawings: what is drawn is what the table says. Raises PageError with the words drawn."""
    rows = [files.row(point, page.language) for point in chart["points"]]
    known = [*chart["names"], *(row[column] for row in rows for column in DRAWN)]
    for width, svg in chart["svg"].items():
        if odd := look.strange(svg, known, page.language):
            drawn = ", ".join(f"'{words}'" for words in odd)
            raise PageError(
                f"found {drawn} drawn in chart {chart['id']} ({width}), no number of its table; "
                "allowed: the table's numbers in the table's words, its names and years, and ticks in their place"
            )


def no_typed_number(text: str, language: str, where: str) -> None:
    """Every number comes from a record, in digits and in words (see `typed_number`). Raises PageError."""
    if found := typed_number(text, language):
        raise PageError(f"found a typed number ({found}) in {where}; allowed: {NAMES}")


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
    numbers = [n for row in record["rows"] for cell in row for n in numbers_of(cell)]
    moving = movement.obliged(page, numbers)
    page.moving[f'data-table="{record["table"]}"'] = moving
    if moving:
        obliged[0] += moving
    caveats = list({c.caveat: c for row in obliged for c in row}.values())
    grid = table_grid(page, record, cells, obliged)
    content = page.tables[record["table"]] = grid.csv(*page.notice)
    note = f'<p class="note">{page.values.rich(record["note"])}</p>' if record["note"] else ""
    name = page.values.text(record["title"])
    page.recorded[record["table"]] = {"name": name, "grid": grid, "numbers": numbers, "caveats": caveats}
    shape = "table wide" if len(record["columns"]) > 3 else "table"
    page.sections[f"table-{record['table']}"] = caveats
    page.parts.append(
        lambda: (
            f'<section data-table="{record["table"]}" class="{shape}"><div class="scroll" role="region" tabindex="0" '
            f'aria-label="{escape(name, quote=True)}"><table><caption>{title}</caption><thead><tr>{heads}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>{note}{care.beside(page, caveats, ranked=False)}"
            f"{download(page, record['table'], page.t(N_('the table')), content)}</section>"
        )
    )


def to_cell(page: Page, index: int, cell: dict[str, Any]) -> tuple[str, str]:
    """A cell as HTML and as plain text."""
    numbers = numbers_of(cell)
    if "number" in cell or "numbers" in cell:
        sources = [Source(**record) for record in cell.get("sources", [])]
        page.cited |= {source.source: source for source in sources}
        linked = [linked_number(page, index, n) for n in numbers] + [edition_read(s, page.language) for s in sources]
        words = [show(number, page.language).words for number in numbers] + [source.title for source in sources]
        return "; ".join(linked), "; ".join(words)
    rich, plain = page.values.rich(cell["text"]), page.values.text(cell["text"])
    slug = page.about.get("pages", {}).get(cell.get("page"))  # a link names a chapter; this build has its page or not
    return (f'<a href="{slug}.html">{rich}</a>' if slug else rich), plain


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


def table_grid(
    page: Page, record: dict[str, Any], cells: list[list[tuple[str, str]]], obliged: list[list[Caveat]]
) -> files.Grid:
    """A table for files: its texts and numbers, each number's ends for machines, and each row's caveats."""
    numeric = numeric_columns(record)
    heads = [head for i, column in enumerate(record["columns"]) for head in heads_of(page, column, i in numeric)]
    said: set[str] = set()
    body = [
        [
            *(part for i, (_, plain) in enumerate(row) for part in cells_of(page, found[i], plain, i in numeric)),
            files.caveats_cell(caveats, said, page.language),
        ]
        for row, found, caveats in zip(cells, record["rows"], obliged, strict=True)
    ]
    return files.Grid([*heads, page.t(files.HEADERS["caveats"])], body)


def numeric_columns(record: dict[str, Any]) -> set[int]:
    """Which columns of a recorded table have a number, so that its ends get columns of their own."""
    return {i for row in record["rows"] for i, cell in enumerate(row) if "number" in cell}


def heads_of(page: Page, column: Text, numeric: bool) -> list[str]:
    """A column's head, with those of the ends of its numbers."""
    head = page.values.text(column)
    ends = (N_("{column}: lower end"), N_("{column}: upper end")) if numeric else ()
    return [head, *(page.t(end).replace("{column}", head) for end in ends)]


def cells_of(page: Page, cell: dict[str, Any], plain: str, numeric: bool) -> list[files.Cell]:
    """A cell, with its number's ends where its column has numbers; they are empty where it has none, or several."""
    if "number" not in cell:
        return [plain, "", ""] if numeric else [plain]
    number = read_number(cell["number"])
    return [files.amount(number, page.language), *map(files.plain_amount, files.ends(number))]


def check_caveats(page: Page) -> None:
    """The gate: every recorded number's obliged caveats stand on the page, every chart's in its own section
    and files. Raises PageError with the chapter, the cell, the figure and the caveat."""
    html = care.box(page) + "".join(page.blocks)
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
    section, table = care.box(page) + section, chart["csv"].decode()
    for caveat in chart["caveats"]:
        if f'data-caveat="{caveat.caveat}"' not in section or page.t(caveat.text).replace('"', '""') not in table:
            raise PageError(
                f"{page.slug}:-:{page.language}: found chart {chart['id']} without its caveat {caveat.caveat}"
            )


def read_notebook(path: Path) -> Any:
    """A notebook that a run or a build has left, its records whole; it needs no check against nbformat's schema."""
    notebook = nbformat.v4.reads(path.read_text(encoding="utf-8"))
    spread(notebook)
    return notebook
