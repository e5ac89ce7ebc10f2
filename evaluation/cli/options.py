"""What several commands ask for: their options, and the request that these make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..building.project import ROOT
from ..building.request import Request
from ..problems import InputError, Problem, quoted, refuse
from ..runs.execute import Limits
from .command import Number, Size, memory_of_machine

MEMORY = Size(10_000_000, memory_of_machine())  # with less, no run gets as far as its first cell
JOBS = Number(1, 16, above=False, whole=True)
REVIEW = ROOT / "parameters" / "review.yml"
review_argument = click.argument("review", type=click.Path(path_type=Path), default=REVIEW, required=False)
set_option = click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help="Set a parameter everywhere it is declared."
)
data_option = click.option("--data", type=click.Path(path_type=Path), help="Another data folder.")
json_option = click.option("--json", "as_json", is_flag=True, help="Errors as one JSON object a line.")
only_option = click.option("--only", multiple=True, metavar="SLUG", help="This run only (may be repeated).")


def folder_of(context: click.Context, parameter: click.Parameter, output: str | None) -> Path | None:
    """A folder of this machine. Raises InputError for an address of another."""
    if output == "" or "://" in (output or ""):
        raise refuse("--output", found=quoted(output), allowed="a folder of this machine")
    return Path(output) if output else None


output_option = click.option("--output", metavar="FOLDER", callback=folder_of, help="Another folder than outputs/.")


def settings_of(pairs: tuple[str, ...]) -> dict[str, str]:
    """``NAME=VALUE`` pairs as a mapping. Raises InputError for anything else, or a name given twice."""
    found: dict[str, str] = {}
    problems = []
    for given in pairs:
        name, separator, value = given.partition("=")
        if not separator or not name or name in found:
            problems.append(Problem("--set", found=quoted(given), allowed="NAME=VALUE, each name once"))
        found[name] = value
    if problems:
        raise InputError(problems)
    return found


def request_of(review: Path, **options: Any) -> Request:
    return Request(
        review,
        tuple(options.get("only", ())),
        settings_of(options.get("settings", ())),
        options.get("data"),
        options.get("output"),
        Limits(options.get("cell_timeout") or options.get("timeout"), options.get("timeout"), options.get("memory")),
        options.get("dask"),
    )
