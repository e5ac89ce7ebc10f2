"""Reviews in the open: notebooks over published figures, whose numbers keep bound and source, as pages.

Chapters import ``review`` and the types of their parameters from here; a notebook of one's own ``figure``, which needs
no folder of data.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from . import chapters as chapters  # names the rules that its contract adds

if TYPE_CHECKING:
    from .chapters import evidence, reported_incidents
    from .chapters.rules import Definition, Place
    from .language import N_
    from .numbers import measures
    from .records import chapter as review
    from .records.figure import figure
    from .reviews.choices import Decimals, Level, VarianceFactor, Year, Years

_PLACES = {
    "review": "records.chapter",
    "measures": "numbers.measures",
    **{name: f"chapters.{name}" for name in ("evidence", "reported_incidents")},
}
_NAMES = {
    "N_": "language",
    "figure": "records.figure",
    **dict.fromkeys(("Definition", "Place"), "chapters.rules"),
    **dict.fromkeys(("Decimals", "Level", "VarianceFactor", "Year", "Years"), "reviews.choices"),
}

__all__ = [
    "N_",
    "Decimals",
    "Definition",
    "Level",
    "Place",
    "VarianceFactor",
    "Year",
    "Years",
    "evidence",
    "figure",
    "measures",
    "reported_incidents",
    "review",
]


def __getattr__(name: str) -> Any:
    """A public module or name, imported on first use, so that the command starts without pandas and Altair. Raises
    AttributeError for any other name."""
    if name in _PLACES:
        return import_module(f".{_PLACES[name]}", __name__)
    if name in _NAMES:
        return getattr(import_module(f".{_NAMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names, whether imported yet or not."""
    return sorted(__all__)
