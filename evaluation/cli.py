"""The command ``evaluation``: results to stdout, progress and errors to stderr, exit status 0, 1 or 2."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from .build import ROOT, Request, build, read
from .sources import InputError, Problem

DONE, FAILED, INVALID = 0, 1, 2

review_argument = click.argument(
    "review", type=click.Path(path_type=Path), default=ROOT / "parameters" / "review.yml", required=False
)
set_option = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a parameter everywhere it is declared.",
)
data_option = click.option("--data", type=click.Path(path_type=Path), help="Another data folder.")
json_option = click.option("--json", "as_json", is_flag=True, help="Errors as one JSON object a line.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="evaluation")
def main() -> None:
    """Redo the review of an anti-human-trafficking strategy from published figures."""


def fail(problems: list[Problem], as_json: bool) -> None:
    """Print each problem on a line of its own and end with status 2."""
    for problem in problems:
        line = json.dumps(vars(problem), ensure_ascii=False) if as_json else str(problem)
        click.echo(" ".join(line.split("\n")), err=True)
    sys.exit(INVALID)


def settings_of(pairs: tuple[str, ...]) -> dict[str, str]:
    """``NAME=VALUE`` pairs as a mapping. Raises InputError for anything else, or a name given twice."""
    found: dict[str, str] = {}
    for given in pairs:
        name, separator, value = given.partition("=")
        if not separator or not name or name in found:
            raise InputError([Problem("--set", found=repr(given), allowed="NAME=VALUE, each name once")])
        found[name] = value
    return found


def request_of(review: Path, **options: Any) -> Request:
    return Request(
        review,
        tuple(options.get("only", ())),
        settings_of(options.get("settings", ())),
        options.get("data"),
        options.get("output"),
    )


@main.command("list")
@review_argument
@set_option
@data_option
@json_option
def list_runs(review: Path, as_json: bool, **options: Any) -> None:
    """Print the runs of a review: slug, tab, title."""
    try:
        found, _ = read(request_of(review, **options))
    except InputError as error:
        return fail(error.problems, as_json)
    for run in found.runs:
        differing = ", ".join(map(str, run.differing.values()))
        click.echo(f"{run.slug}\t{run.chapter.title['en']}{f' ({differing})' if differing else ''}")


@main.command()
@review_argument
@set_option
@data_option
@json_option
def check(review: Path, as_json: bool, **options: Any) -> None:
    """Check data, review, chapters and texts without running anything."""
    try:
        found, _ = read(request_of(review, **options))
    except InputError as error:
        return fail(error.problems, as_json)
    click.echo(f"{review.name}: {len(found.runs)} runs, data, chapters and texts are valid")


@main.command("build")
@review_argument
@click.option("--only", multiple=True, metavar="SLUG", help="Build this run only (may be repeated).")
@set_option
@data_option
@click.option("--output", type=click.Path(path_type=Path), help="Another folder than outputs/.")
@json_option
def build_review(review: Path, as_json: bool, **options: Any) -> None:
    """Run the chapters of a review and publish its pages in English and French."""
    try:
        built = build(request_of(review, **options), lambda line: click.echo(line, err=True))
    except InputError as error:
        return fail(error.problems, as_json)
    except OSError as error:
        place = f"{error.filename or '-'}:-:-"
        click.echo(f"{place}: found {error.strerror}; allowed: a place to write; the last good review stays", err=True)
        sys.exit(FAILED)
    if built.failures:
        report(built.failures, as_json)
        sys.exit(FAILED)
    click.echo(f"{built.made} runs made, in English and French", err=True)
    click.echo(str(built.folder / "index.html"))


def report(failures: list[Any], as_json: bool) -> None:
    """The table of failed runs: slug, cell, the error's last line, the notebook that was kept."""
    for failure in failures:
        last = failure.error.strip().splitlines()[-1]
        fields = {"slug": failure.slug, "cell": failure.cell, "error": last, "kept": str(failure.output)}
        line = (
            json.dumps(fields) if as_json else f"{failure.slug}:{failure.cell}:-: found {last}; kept: {failure.output}"
        )
        click.echo(line, err=True)
    click.echo("the last good review stays as it was", err=True)
