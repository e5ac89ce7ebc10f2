"""What a chart has without being asked: rows in their own order, no title over names and years, one colour that stands
out."""

from __future__ import annotations

from typing import Any

from . import grammar
from .specification import facets
from .theme import ACCENT, RULE, Specification

NAMING = ("x", "y", "color", "fill", "stroke", "facet")  # channels that set names or moments apart


def highlight(condition: Any) -> Any:
    """What ``color=`` takes: dark where a condition of Altair's is met (``alt.datum.place == place``), else grey."""
    import altair as alt

    return alt.when(condition).then(alt.value(ACCENT)).otherwise(alt.value(RULE))


def set_defaults(specification: Specification) -> None:
    """Have names stand in the order of their rows, and axes, keys and panels of names and moments without a title,
    where a chart does not say otherwise."""
    channels = [pair for _, unit in grammar.units(specification) for pair in grammar.definitions(unit)]
    panels = [("facet", definition) for definition in facets(specification)]
    for channel, definition in [*channels, *panels]:
        if channel in NAMING and "field" in definition and definition.get("type") in ("nominal", "ordinal"):
            if definition["type"] == "nominal":
                definition.setdefault("sort", None)
            if grammar.title_of(definition) is ...:
                definition["title"] = None
