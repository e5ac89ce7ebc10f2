"""Altair charts of ordinary notebooks: drawn by Vega at the widths of a page, with the rows behind their marks.

The rows are parsed from the descriptions that Vega-Lite writes for screen readers, so that sums, bins and means are in
the table as they are drawn.
"""

from __future__ import annotations

import copy
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ...charts import legibility, register_font
from ...charts.drawing import LONG_NUMBER, G, is_unseen, vega_theme
from ...charts.geometry import SVG
from ...charts.theme import FONT, INK, SERIES, SIZE, TALLEST, Specification
from ...problems import Refused
from .ink import make_visible

MIME = re.compile(r"application/vnd\.vegalite\.v\d+[.+]json")
EMBEDDED = re.compile(r"\}\)\((?=\{)")  # in Altair's HTML, before the specification passed to vega-embed
PALETTE = [*SERIES, "#b0185a", "#6b5900", "#00707f", "#595959"]
COMPOSED = ("layer", "concat", "hconcat", "vconcat")
SETS_OF_VIEWS = ("concat", "hconcat", "vconcat")
OWN_LOOK = {"labelAngle", "titleAngle", "labelFontSize", "titleFontSize", "labelFont", "titleFont", "font", "scheme"}
OWN_LOOK |= {"angle", "labelLimit", "titleLimit"}
SWAPPED = {"x": "y", "y": "x", "x2": "y2", "y2": "x2", "xOffset": "yOffset", "yOffset": "xOffset", "xError": "yError"}
UPRIGHT = {"bar", "boxplot", "tick", "point", "circle", "square", "rule", "text", "errorbar"}
NAMES = ("nominal", "ordinal")
LEAST_ROOM = 40  # minimum width of a panel in px
OFF = 2.0  # tolerance of a drawing's width in px
UNREADABLE = re.compile(r"cut at an edge|at [\d.]+ px|' on '|runs into")


class NotDrawn(Refused):
    """A chart cannot be drawn at the widths of a page; the message gives the reason."""


def find_specification(data: dict[str, Any]) -> Specification | None:
    """The Vega-Lite specification in a cell's output, by Altair's renderers ``mimetype`` and ``html``; None if there is
    none. Raises ValueError for embedded JSON that cannot be decoded."""
    if kind := next(filter(MIME.fullmatch, data), None):
        return dict(data[kind])
    html = "".join(data.get("text/html", ""))
    starts = EMBEDDED.search(html) if "vegaEmbed" in html else None
    if starts is None:
        return None
    decoded = json.JSONDecoder().raw_decode(html, starts.end())[0]
    return decoded if isinstance(decoded, dict) else None


def chart_titles(specification: Specification) -> tuple[str, str]:
    """A chart's title and subtitle, each on one line; "" if missing."""
    title = specification.get("title") or ""
    parts = (title.get("text", ""), title.get("subtitle", "")) if isinstance(title, dict) else (title, "")
    return join_lines(parts[0]), join_lines(parts[1])


def lift_layer_titles(specification: Specification) -> Specification:
    """A copy of a chart with the title and description common to its layers, if it has none: adding two charts with the
    same title leaves it in both layers. Without common ones the chart itself."""
    layers = specification.get("layer", [])
    shared: Specification = {}
    for part in ("title", "description"):
        texts = [layer[part] for layer in layers if layer.get(part)]
        if texts and not specification.get(part) and all(words == texts[0] for words in texts):
            shared[part] = texts[0]
    bare = [{part: value for part, value in layer.items() if part not in shared} for layer in layers]
    return {**specification, **shared, "layer": bare} if shared else specification


def join_lines(text: Any) -> str:
    """A text of Vega-Lite, which may be a list of lines, on one line."""
    return " ".join(map(str, text)) if isinstance(text, list) else str(text)


# The rows


@dataclass(frozen=True)
class ChartRows:
    """The rows behind a chart's marks: headings, and words in drawing order."""

    heads: list[str]
    rows: list[list[str]]


PIECE = re.compile(r'(?:(?<=\) \+ )|^)"(?:; )?((?:[^"\\]|\\.)*): " \+ \(')  # a heading in Vega-Lite's expression
FIELD, VALUE = "\x1e", "\x1f"
UPPER_END = "upper_box_"
NO_VALUE = {"null", "undefined", "NaN", "NaN%", "Infinity", "-Infinity", "Invalid Date"}


def chart_rows(specification: Specification) -> ChartRows:
    """The rows behind the marks of a chart, as worded by Vega-Lite, "" for a value that a row lacks; marks that repeat
    others are left out. Raises NotDrawn for data at an address, since a page is made offline; ValueError for what Vega
    cannot draw."""
    import vl_convert

    if address := next(data_addresses(specification), ""):
        allowed = "data in the notebook: a data frame, read by pandas"
        raise NotDrawn(f"found a chart whose data lie at {address}; allowed: {allowed}")
    vega = vl_convert.vegalite_to_vega(make_moments_temporal(copy.deepcopy(specification)))
    delimit_descriptions(vega)
    scene = vl_convert.vega_to_scenegraph(vega, allowed_base_urls=[])
    marks: dict[str, list[dict[str, str]]] = {}
    for mark, words in mark_descriptions(scene["scenegraph"]):
        marks.setdefault(mark, []).append(dict(parse_description(words)))
    rows = [row for mark in informative_marks(marks) for row in marks[mark]]
    heads = list(dict.fromkeys(head for row in rows for head in row))
    boxed = {head.removeprefix(UPPER_END) for head in heads if head.startswith(UPPER_END)}
    heads = [head for head in heads if head.removeprefix(UPPER_END) not in boxed]  # of box plots, repeated as quartiles
    return ChartRows(heads, [[row.get(head, "") for head in heads] for row in rows])


def make_moments_temporal(specification: Specification) -> Specification:
    """Make discrete time units of a specification temporal, in place, and return it: Vega-Lite's descriptions of
    discrete dates are empty."""
    for part in (specification, *parts_with_size(specification), *parts_with_mark(specification)):
        for definition in part.get("encoding", {}).values():
            if isinstance(definition, dict) and "timeUnit" in definition and definition.get("type") in NAMES:
                definition["type"] = "temporal"
    return specification


def informative_marks(marks: dict[str, list[dict[str, str]]]) -> list[str]:
    """The names of the marks (``marks``: their rows by name) whose rows are not all contained in those of another mark:
    labels over bars and points on lines repeat them. Of two equal marks the later one stays."""
    informative = list(marks)
    for mark in marks:
        heads = list(dict.fromkeys(head for row in marks[mark] for head in row))
        marked = {tuple(row.get(head) for head in heads) for row in marks[mark]}
        others = (marks[other] for other in informative if other != mark)
        if any(marked <= {tuple(row.get(head) for head in heads) for row in rows} for rows in others):
            informative.remove(mark)
    return informative


def delimit_descriptions(vega: Any) -> None:
    """Change in place the descriptions of the marks in a compiled Vega specification: `FIELD` before each heading and
    `VALUE` before each value, for `parse_description`, and days in ISO format."""
    for mark in vega.get("marks", []):
        words = mark.get("encode", {}).get("update", {}).get("description", {})
        if isinstance(words, dict) and "signal" in words:
            parted = PIECE.sub(lambda head: f'"{FIELD}{head[1]}{VALUE}" + (', words["signal"])
            words["signal"] = parted.replace("'%b %d, %Y'", "'%Y-%m-%d'").replace('"%b %d, %Y"', '"%Y-%m-%d"')
        delimit_descriptions(mark)


def mark_descriptions(mark: Any) -> Iterator[tuple[str, str]]:
    """The name of its mark and the description of each drawn item in a scene, in drawing order."""
    for item in mark.get("items", []):
        if FIELD in item.get("description", ""):
            yield mark.get("name", ""), item["description"]
        yield from mark_descriptions(item)


def parse_description(description: str) -> Iterator[tuple[str, str]]:
    """The headings and values, in order, in the description of one drawn item, as `delimit_descriptions` marks them; ""
    for a missing value."""
    for piece in description.split(FIELD)[1:]:
        head, _, value = piece.partition(VALUE)
        value = re.sub(r"(\.\d*?)0+(?=%$)", r"\1", value).replace(".%", "%").strip()
        yield head, "" if value in NO_VALUE else value


# The drawings


def draw_at_width(specification: Specification, width: int, language: str, name: str, id_prefix: str) -> str:
    """Draw a chart as SVG ``width`` px wide, by the first of `layouts_to_try` that is legible; ``name`` is its
    accessible name, ``id_prefix`` a prefix of its ids. Raises NotDrawn if in all of them text overlaps or is cut, or
    they cannot be fitted (see `fit_to_width`)."""
    faults: list[str] = []
    for layout in layouts_to_try(specification):
        try:
            svg = finish_drawing(fit_to_width(layout, width, language), name, id_prefix)
        except NotDrawn as error:  # a wide legend may leave no room for panels
            faults = faults or [str(error).removeprefix("found ").partition("; allowed")[0]]
            continue
        faults = [fault for fault in legibility.faults(svg) if UNREADABLE.search(fault)]
        if not faults:
            return svg
    raise NotDrawn(f"found {'; '.join(faults[:2])} at {width} px; allowed: shorter or fewer names, or panels (facet)")


def data_addresses(part: Any) -> Iterator[str]:
    """The addresses from which a specification, or any ``part`` of one, loads data."""
    if isinstance(part, dict):
        if isinstance(part.get("url"), str):
            yield part["url"]
        for name, inner in part.items():
            if name not in ("datasets", "values"):
                yield from data_addresses(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from data_addresses(inner)


class LayoutToTry(NamedTuple):
    """A layout of a chart: its specification, the columns of its legend, and whether axis labels are thinned."""

    specification: Specification
    legend_columns: int
    thinned: bool


def layouts_to_try(specification: Specification) -> Iterator[LayoutToTry]:
    """The layouts to try, best first, each with 4, 2 and 1 legend columns: the chart as it is, then transposed if it is
    upright; last these in reverse order with thinned labels, since the table has them all."""
    layouts = [specification, *([transpose_specification(specification)] if is_upright(specification) else [])]
    yield from (LayoutToTry(layout, columns, False) for layout in layouts for columns in (4, 2, 1))
    yield from (LayoutToTry(layout, columns, True) for layout in layouts[::-1] for columns in (4, 2, 1))


def parts_with_mark(part: Specification) -> Iterator[Specification]:
    """The parts of a specification, itself included, that have a mark: of layers and of views."""
    yield from parts_with(("mark",), COMPOSED, part)


def parts_with_size(part: Specification) -> Iterator[Specification]:
    """The parts of a specification, itself included, that have a size: views with a mark or with layers."""
    yield from parts_with(("mark", "layer"), SETS_OF_VIEWS, part)


def parts_with(keys: Sequence[str], composed: Sequence[str], part: Specification) -> Iterator[Specification]:
    """Of a specification, the parts in its lists ``composed`` (such as "layer") and its "spec", and recursively theirs:
    those that have one of ``keys``."""
    if any(key in part for key in keys):
        yield part
    inner = [each for name in composed for each in part.get(name, [])]
    for each in [*inner, part.get("spec")]:
        if isinstance(each, dict):
            yield from parts_with(keys, composed, each)


def is_upright(specification: Specification) -> bool:
    """Whether a chart can be transposed to give each name a line: all its marks are of the kinds in `UPRIGHT`, with
    names along x and numbers along y, or with nothing along x."""
    for unit in parts_with_mark(specification):
        encoding = dict(specification.get("encoding", {})) | dict(unit.get("encoding", {}))
        kind = unit["mark"]["type"] if isinstance(unit["mark"], dict) else unit["mark"]
        named = encoding.get("x", {}).get("type") in NAMES and encoding.get("y", {}).get("type") not in NAMES
        if kind not in UPRIGHT or not (named or "x" not in encoding):
            return False
    return any(view for view in parts_with_size(specification))


def transpose_specification(specification: Specification) -> Specification:
    """A copy of a specification with x and y exchanged, sort orders included, without heights and orientations."""
    transposed = copy.deepcopy(specification)
    parts = (transposed, *parts_with_size(transposed), *parts_with_mark(transposed))
    for part in {id(part): part for part in parts}.values():
        if "encoding" in part:
            part["encoding"] = {
                SWAPPED.get(c, c): transpose_sort(definition) for c, definition in part["encoding"].items()
            }
        part.pop("height", None)
        for unit in parts_with_mark(part):
            if isinstance(unit["mark"], dict):
                unit["mark"].pop("orient", None)
    return transposed


def transpose_sort(definition: Any) -> Any:
    """The definition of a channel with a sort order by x or y exchanged for one by the other; any other unchanged."""
    if isinstance(definition, dict) and definition.get("sort") in ("x", "y", "-x", "-y"):
        sort = definition["sort"]
        return definition | {"sort": sort[:-1] + {"x": "y", "y": "x"}[sort[-1]]}
    return definition


def fit_to_width(layout: LayoutToTry, width: int, language: str) -> Element:
    """Draw a layout so that the whole drawing is ``width`` px wide: two drawings give its linear dependence on the
    panels' width, then up to four corrections; a drawing that is still too wide is scaled. Raises NotDrawn for panels
    under `LEAST_ROOM` px or a drawing that is too tall."""
    panels = panels_across(layout.specification, width)
    first, second = width * 0.8 / panels, width * 0.4 / panels
    drawings = (vega_drawing(layout, inner, width, language) for inner in (first, second))
    first_width, second_width = map(drawing_width, drawings)
    slope = max((first_width - second_width) / (first - second), 0.5)
    inner, total = first, first_width
    for _ in range(4):
        inner -= (total - width) / slope
        if inner < LEAST_ROOM:
            raise NotDrawn(f"found panels of {inner:.0f} px; allowed: {LEAST_ROOM} or more each")
        root = vega_drawing(layout, inner, width, language)
        total = drawing_width(root)
        if abs(total - width) <= OFF:
            break
    height = math.ceil(float(root.get("height", "0")))
    if height > TALLEST * 2:
        raise NotDrawn(f"found a drawing {height} px tall; allowed: {TALLEST * 2}")
    root.attrib.update({"width": f"{width}", "height": f"{height}", "viewBox": f"0 0 {max(width, total):g} {height}"})
    return root


def drawing_width(root: Element) -> float:
    """The width of a drawing in px; 0 if it states none."""
    return float(root.get("width", "0"))


def panels_across(specification: Specification, width: int) -> int:
    """The maximum number of panels side by side on a page ``width`` px wide: two for a chart in panels on a page over
    400 px, else one; but all columns of a repeated chart."""
    encodings = (unit.get("encoding", {}) for unit in parts_with_mark(specification))
    repeated = specification.get("repeat")
    columns = len(repeated.get("column", [1])) if isinstance(repeated, dict) else 1
    panels = any({"facet", "column"} & set(encoding) for encoding in encodings) or "facet" in specification
    return max(columns, (2 if width > 400 else 1) if panels else 1)


def vega_drawing(layout: LayoutToTry, inner: float, width: int, language: str) -> Element:
    """Draw a layout by Vega, in the style of a page ``width`` px wide, with views ``inner`` px wide."""
    import vl_convert

    specification, columns, thinned = layout
    register_font()
    prepared = prepare_specification(copy.deepcopy(specification), width)
    for view in parts_with_size(prepared):
        view["width"] = round(inner, 1)
        if not isinstance(view.get("height"), int | float | dict):
            view.pop("height", None)
    prepared["config"] = page_config(language, columns, thinned, width)
    return ElementTree.fromstring(vl_convert.vegalite_to_svg(json.dumps(prepared), allowed_base_urls=[]))


def prepare_specification(specification: Specification, width: int) -> Specification:
    """Prepare a specification in place, and return it: without its own title and style, panels wrapped to the width of
    the page, concatenated charts one below the other, selections in their initial state, and colours doubled by shapes
    and dashes."""
    for name in ("config", "$schema", "autosize", "padding", "background", "title", "usermeta"):
        specification.pop(name, None)
    strip_style(specification)
    columns_across = panels_across(specification, width)
    if "hconcat" in specification:
        specification["vconcat"] = specification.pop("hconcat")
    if "concat" in specification or isinstance(specification.get("repeat"), list):
        specification["columns"] = 1
    units = [*parts_with_mark(specification)]
    for holder in (specification, *(unit.get("encoding", {}) for unit in units)):
        wrap_panels(holder, specification, columns_across)
    params = [param for part in (specification, *units) for param in part.get("params", [])]
    chosen = {param["name"] for param in params if "value" in param}
    for unit in units:
        resolve_selections(unit, chosen)
        encode_redundantly(unit)
    return specification


def wrap_panels(holder: Specification, specification: Specification, columns: int) -> None:
    """Wrap in place, into rows of ``columns``, the panels that ``holder`` (the specification itself, or an encoding in
    it) states as a facet or as one row of columns; nothing changes if it has none, or rows and columns."""
    facet = holder.get("facet", holder if "column" in holder else {})
    if holder is specification and "spec" in specification and isinstance(facet, dict) and facet:
        specification["columns"] = columns
        if set(facet) == {"column"}:
            specification["facet"] = facet["column"]
    elif "column" in holder and "row" not in holder:
        holder["facet"] = holder.pop("column") | {"columns": columns}
    elif holder is not specification and "facet" in holder:
        holder["facet"] = holder["facet"] | {"columns": columns}


def strip_style(part: Any) -> None:
    """Remove angles, fonts, colour schemes, and sizes and limits of labels and titles from a specification, in place:
    the page has its own; a ``fontSize`` under `SIZE` is raised to it, a larger one stays."""
    if isinstance(part, dict):
        for name in OWN_LOOK & set(part):
            del part[name]
        if isinstance(part.get("fontSize"), int | float):
            part["fontSize"] = max(SIZE, part["fontSize"])
        for name, inner in part.items():
            if name not in ("datasets", "values", "data"):
                strip_style(inner)
    elif isinstance(part, list):
        for inner in part:
            strip_style(inner)


def resolve_selections(unit: Specification, chosen: set[str]) -> None:
    """Replace conditions on a reader's selection by their initial state, in place: an empty selection contains all
    marks, unless it is declared otherwise. Selections in ``chosen``, which have an initial value, are left."""
    for channel, definition in unit.get("encoding", {}).items():
        condition = definition.get("condition") if isinstance(definition, dict) else None
        if isinstance(condition, dict) and "param" in condition and condition["param"] not in chosen:
            initial = condition if condition.get("empty", True) else definition
            unit["encoding"][channel] = {
                k: value for k, value in initial.items() if k not in ("condition", "param", "empty")
            }


def encode_redundantly(unit: Specification) -> None:
    """Encode the colours of names on lines as dashes too, and on points as shapes, in place, unless the chart does;
    other colours stay alone."""
    encoding = unit.get("encoding", {})
    color, mark = encoding.get("color", {}), unit["mark"]
    kind = mark["type"] if isinstance(mark, dict) else mark
    if color.get("type") not in NAMES or "condition" in color:
        return
    if kind == "line":
        encoding.setdefault("strokeDash", {key: value for key, value in color.items() if key != "scale"})
    if kind in ("point", "circle", "square"):
        unit["mark"] = ({**mark} if isinstance(mark, dict) else {}) | {"type": "point", "filled": kind != "point"}
        encoding.setdefault("shape", {key: value for key, value in color.items() if key != "scale"})


def page_config(language: str, columns: int, thinned: bool, width: int) -> Specification:
    """The style of a page ``width`` px wide as a Vega-Lite configuration: text of `SIZE` px or more, never rotated,
    axis titles above their axes, the legend on top in ``columns``, and if ``thinned`` only such axis labels as fit."""
    fonts = {"labelFont": FONT, "titleFont": FONT, "labelFontSize": SIZE, "titleFontSize": SIZE}
    inked = fonts | {"labelColor": INK, "titleColor": INK, "labelLimit": width // 2 - 24}
    over_axis = {"titleAngle": 0, "titleAnchor": "end", "titleBaseline": "bottom", "titleX": 0, "titleY": -8}
    names = {"labelAngle": 0, "labelLimit": width // 3} | ({"labelOverlap": "greedy"} if thinned else {})
    theme = vega_theme(language)
    return theme | {
        "axis": theme["axis"] | names,
        "axisX": {
            "labelOverlap": True if thinned else "parity",
            "labelSeparation": 6,
            "tickCount": 5 if width < 400 else 8,
        },
        "axisLeft": over_axis | {"titleAlign": "left"},
        "axisRight": over_axis | {"titleAlign": "right"},
        "header": inked | {"labelAngle": 0, "titleAngle": 0, "labelPadding": 20, "labelFontWeight": "bold"},
        "headerRow": {"labelOrient": "top", "labelAlign": "left", "labelAnchor": "start", "title": None},
        "legend": inked | {"orient": "top", "columns": columns, "gradientLength": min(200, width - 40), "offset": 30},
        "range": {"category": PALETTE},
        "arc": {"stroke": "white"},
        "view": {"stroke": None, "continuousHeight": 280, "discreteHeight": {"step": 24}},
    }


def finish_drawing(root: Element, name: str, id_prefix: str) -> str:
    """Serialize a drawing for a page as SVG, itself unchanged: with ``name`` as accessible name, with visible marks,
    without Vega's English descriptions and styles, its ids prefixed by ``id_prefix``."""
    root = copy.deepcopy(root)
    make_visible(root)
    clean_vega_drawing(root, id_prefix)
    size = {key: root.attrib[key] for key in ("width", "height", "viewBox")}
    root.attrib = {"role": "img", "aria-label": name, "font-family": f"{FONT}, sans-serif"} | size
    title = Element(f"{SVG}title")
    title.text = name
    root.insert(0, title)
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")


UNKEPT = re.compile(r"(aria-.*|role|class|style|font-family)=.*|font-weight=normal|(fill-|stroke-)?opacity=1")
REFERENCE = re.compile(r"url\(#([^)]+)\)")


def clean_vega_drawing(element: Element, id_prefix: str) -> None:
    """Clean an element and all inside it in place: no roles, classes, styles or invisible elements, coordinates to a
    tenth of a px, groups that only hold another group dissolved, ids and references to them prefixed by
    ``id_prefix``."""
    for child in element:
        clean_vega_drawing(child, id_prefix)
    if element.tag != f"{SVG}clipPath":  # whose shape paints nothing, and is what everything is cut to
        element[:] = [child for child in element if not is_unseen(child) or child.tag == f"{SVG}defs"]
    attributes = {name: value for name, value in element.attrib.items() if not UNKEPT.fullmatch(f"{name}={value}")}
    for name, value in attributes.items():
        value = REFERENCE.sub(rf"url(#{id_prefix}-\1)", value) if name != "id" else f"{id_prefix}-{value}"
        rounded = name not in ("id", "offset")
        attributes[name] = LONG_NUMBER.sub(lambda n: f"{round(float(n[0]), 1):.15g}", value) if rounded else value
    element.attrib = attributes
    if element.tag == G and len(element) == 1 and element[0].tag == G and not element.attrib:
        element.attrib, element[:] = element[0].attrib, [*element[0]]
