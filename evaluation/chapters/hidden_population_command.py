"""The command `evaluation hidden-population`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click


@click.command("hidden-population")
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--merge", multiple=True, metavar="A+B", help="Make one list of several (may be repeated).")
@click.option("--drop", multiple=True, metavar="LIST", help="Leave a list out (may be repeated).")
@click.option(
    "--model",
    metavar="RULE",
    help="main-effects, forward (as published in 2014 for the UK), all or sparse, with an interval given the model. "
    "[default: lowest BIC, with an interval that repeats the choice]",
)
@click.option("--level", default="0.95", metavar="SHARE", help="Confidence level of the interval (0.95).")
@click.option("--draws", default="1000", metavar="NUMBER", help="Resamples where no --model is named (1000).")
@click.option("--anyway", is_flag=True, help="Give an estimate where it would be refused.")
@click.option("--json", "as_json", is_flag=True, help="The result, or each error, as one JSON object.")
def hidden_population(table: Path, as_json: bool, **asked: Any) -> None:
    """Estimate a hidden population from a TABLE of overlapping lists: columns of 0 and 1, then a count of people.

    Whatever speaks against the estimate is a warning: a line on stderr, and among "warnings" in JSON. A list that lies
    inside another is refused (status 2). Where one person alone is on two lists, or the interval is wider than a factor
    of ten, there is no estimate but a lower bound (status 0).
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads cost such small products ten times what they bring
    from .hidden_population_answer import answer, lines_of, warning_of

    found = answer(table, **asked)
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(lines_of(found)))
    for doubt in found["warnings"]:
        line = json.dumps({"file": str(table), "warning": doubt}) if as_json else warning_of(table, doubt)
        click.echo(line, err=True)
