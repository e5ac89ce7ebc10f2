"""Advice for errors in a chapter's cells that a library raises without any."""

import re

TITLE = 'alt.X("n:Q", title=...) for a title in two languages; title= of chapter.chart'
# Errors of libraries for operations they do not know for figures, and what to write instead.
ADVICE = (
    ("DataError", r"No numeric types to aggregate", "frame.n + frame.n.shift(), or groupby(...).n.sum()"),
    ("ImportError", r"matplotlib is required", "chapter.chart(id, the chart, title=, subtitle=, description=)"),
    ("NotImplementedError", r"FigureArray does not", "arithmetic between columns: nothing is estimated"),
    ("TypeError", r"operand type.*'figure'", "frame.assign(twice=frame.n * 2): pandas' eval knows no figures"),
    ("TypeError", r"Figure is not JSON serializable", "chapter.chart(id, the chart, title=, subtitle=, description=)"),
    ("TypeError", r"unhashable type: 'dict'", "a column of codes or of one language (name_en): pairs are for show"),
    ("TypeError", r"No matching signature", 'sort_values("n", ascending=False).head(3), which orders for show'),
    ("TypeError", r"is not supported for figure", "sum, mean, min, max, first, last, diff, shift, count"),
    ("TypeError", r"ufunc .* not supported for the input types", "numbers by .map(float), where all are exact"),
    ("UFuncTypeError", r"Cannot cast ufunc", "numbers by .map(float), where all are exact"),
    ("TypeError", r"no callable \w+ method", "arithmetic (+ - * /) and groupby(...).sum(), which keep bounds"),
    (
        "NotImplementedError",
        r"cannot perform cum\w+",
        "a sum for each row: [frame.n[:end].sum() for end in range(...)]",
    ),
    ("SchemaValidationError", r"invalid value for `(title|text)`", TITLE),
    ("ValidationError", r"is not of type 'string'", TITLE),
)


def with_advice(kind: str, message: str) -> str:
    """The message of an error in a cell, without file names of cells; if `ADVICE` has any for this ``kind`` (the name
    of the error's class), its first line and "; allowed: " with the advice."""
    message = re.sub(r"\((?:cell-)?\d+\.py, line (\d+)\)", r"(line \1 of the cell)", message)
    way = next((way for error, pattern, way in ADVICE if error == kind and re.search(pattern, message)), "")
    return f"{message.splitlines()[0]}; allowed: {way}" if way else message
