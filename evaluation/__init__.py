"""The review of an anti-human-trafficking strategy, redone in the open from published figures.

Chapters import ``review`` and the types of their parameters from here.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import comparison, incidence, incidents, measures, overlapping_lists
    from . import records as review
    from .charts import Point
    from .choices import (
        Decimals,
        Definition,
        Draws,
        LeastShare,
        Level,
        ModelRule,
        Place,
        Share,
        TableOfLists,
        Year,
        Years,
    )
    from .language import N_

_PLACES = {
    "review": "records",
    **{name: name for name in ("comparison", "incidence", "incidents", "measures", "overlapping_lists")},
}
_TYPES = (
    "Decimals",
    "Definition",
    "Draws",
    "LeastShare",
    "Level",
    "ModelRule",
    "Place",
    "Share",
    "TableOfLists",
    "Year",
    "Years",
)
_NAMES = {
    "Point": "charts",
    "N_": "language",
    **dict.fromkeys(_TYPES, "choices"),
}

__all__ = [
    "N_",
    "Decimals",
    "Definition",
    "Draws",
    "LeastShare",
    "Level",
    "ModelRule",
    "Place",
    "Point",
    "Share",
    "TableOfLists",
    "Year",
    "Years",
    "comparison",
    "incidence",
    "incidents",
    "measures",
    "overlapping_lists",
    "review",
]


def __getattr__(name: str) -> Any:
    """Import on first use, so that the command starts without pandas and Altair."""
    if name in _PLACES:
        return import_module(f".{_PLACES[name]}", __name__)
    if name in _NAMES:
        return getattr(import_module(f".{_NAMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
