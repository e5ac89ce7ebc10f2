"""The command ``evaluation``: results to stdout, progress and errors to stderr, exit status 0, 1 or 2."""

from __future__ import annotations

import json
import re
import signal
import sys
from pathlib import Path
from typing import Any, ClassVar

import click

from .build import ROOT, Request, build, read, steps_of
from .deliver import built_here, deliver, is_address
from .execute import Limits
from .progress import progress
from .sources import InputError, Problem
from .store import Store

DONE, FAILED, INVALID, INTERRUPTED = 0, 1, 2, 130

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


only_option = click.option("--only", multiple=True, metavar="SLUG", help="This run only (may be repeated).")
output_option = click.option(
    "--output", metavar="FOLDER", help="Another folder than outputs/, or an address: s3://bucket/folder."
)


class Size(click.ParamType[int]):
    """A number of bytes: 500M, 2G, 1000."""

    name = "size"
    units: ClassVar = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        match = re.fullmatch(r"(\d+(?:\.\d+)?)([KMGT]?)B?", str(value).upper())
        if not match:
            self.fail(f"found {value!r}; allowed: a number with K, M, G or T", param, ctx)
        return int(float(match[1]) * self.units[match[2]])


SIZE = Size()


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
        folder_of(options.get("output")),
        bool(options.get("retry_failed")),
        Limits(options.get("cell_timeout") or options.get("timeout"), options.get("timeout"), options.get("memory")),
        options.get("dask"),
        options["output"] if is_address(options.get("output") or "") else None,
    )


def folder_of(output: str | None) -> Path | None:
    """Where a build works: the folder asked for, or one of this machine from which it is sent to an address."""
    if output and is_address(output):
        return built_here(output)
    return Path(output) if output else None


@main.command("list")
@review_argument
@set_option
@data_option
@json_option
def list_runs(review: Path, as_json: bool, **options: Any) -> None:
    """Print the runs of a review: slug, tab, title."""
    try:
        found, _ = read(request_of(review, **options), Store())
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


@main.command("plan")
@review_argument
@only_option
@set_option
@data_option
@output_option
@json_option
def show_plan(review: Path, as_json: bool, **options: Any) -> None:
    """Print what a build would make: slug, tab, "up-to-date" or what changed."""
    store = Store()
    try:
        request = request_of(review, **options)
        steps = steps_of(request, *read(request, store), store)
    except InputError as error:
        return fail(error.problems, as_json)
    for step in steps:
        click.echo(f"{step.slug}\t{'; '.join(step.reasons) or 'up-to-date'}")


@main.command("build")
@review_argument
@only_option
@set_option
@data_option
@output_option
@click.option("--retry-failed", is_flag=True, help="Go on from the last failed build.")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), default=600, help="Seconds a run may take (600)."
)
@click.option("--cell-timeout", type=click.FloatRange(min=0, min_open=True), help="Seconds a cell may take (as a run).")
@click.option("--memory", type=SIZE, metavar="SIZE", help="Memory a run may use beyond the start, such as 2G (Linux).")
@click.option(
    "--dask", envvar="EVALUATION_DASK", metavar="ADDRESS", help="Run on a Dask cluster: tcp://scheduler:8786."
)
@json_option
def build_review(review: Path, as_json: bool, output: str | None, **options: Any) -> None:
    """Run the chapters of a review and publish its pages in English and French."""
    for interrupt in (signal.SIGINT, signal.SIGTERM):  # a shell's background job starts with SIGINT ignored
        signal.signal(interrupt, signal.default_int_handler)
    try:
        built = build(request_of(review, output=output, **options), progress(as_json))
        if output and is_address(output) and not built.failures:
            deliver(built.folder, output)
    except InputError as error:
        return fail(error.problems, as_json)
    except KeyboardInterrupt:
        click.echo("ended; the last good review stays, and the next build goes on from what was finished", err=True)
        sys.exit(INTERRUPTED)
    except OSError as error:
        place = f"{error.filename or '-'}:-:-"
        click.echo(f"{place}: found {error.strerror}; allowed: a place to write; the last good review stays", err=True)
        sys.exit(FAILED)
    if built.failures:
        report(built.failures, as_json)
        sys.exit(FAILED)
    click.echo(f"{built.made} runs made, in English and French", err=True)
    where = f"{output.rstrip('/')}/{review.stem}" if output and is_address(output) else str(built.folder)
    click.echo(f"{where}/index.html")


@main.command()
@click.option(
    "--older-than", type=click.FloatRange(min=0), metavar="DAYS", help="Remove what was not used for so many days."
)
@click.option(
    "--larger-than", type=SIZE, metavar="SIZE", help="Then the longest unused, until the store is so small: 500M, 2G."
)
def clean(older_than: float | None, larger_than: int | None) -> None:
    """Remove finished work from the store; without an option, all of it."""
    everything = older_than is None and larger_than is None
    removed, size = Store().clean(older_than, 0 if everything else larger_than)
    click.echo(f"{removed} entries removed, {size / 1e6:.1f} MB")


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


@main.command("export")
@review_argument
@click.option("--png", "kinds", flag_value="png", multiple=True, help="Charts as PNG at twice the size.")
@click.option("--xlsx", "kinds", flag_value="xlsx", multiple=True, help="One Excel workbook a page.")
@click.option("--pdf", "kinds", flag_value="pdf", multiple=True, help="One PDF a page and one of the whole review.")
@click.option("--output", type=click.Path(path_type=Path), help="The folder that holds the built review.")
def export_review(review: Path, kinds: tuple[str, ...], output: Path | None) -> None:
    """Export copy-ready parts of a built review; without an option, all of them."""
    from .audit.browser import BrowserMissing
    from .export import export

    folder = Request(review, output=output).folder
    if not (folder / "manifest.json").is_file():
        fail([Problem(str(folder), found="no built review", allowed="a folder that `evaluation build` made")], False)
    try:
        made = export(folder, set(kinds or ("png", "xlsx", "pdf")), lambda line: click.echo(line, err=True))
    except BrowserMissing as error:
        click.echo(str(error), err=True)
        sys.exit(INVALID)
    except (OSError, ValueError) as error:
        click.echo(str(error), err=True)
        sys.exit(FAILED)
    click.echo(f"{len(made)} files exported", err=True)
    click.echo(str(folder))


@main.command("audit")
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--jobs", type=click.IntRange(1, 16), default=2, show_default=True, help="Browsers at once.")
@json_option
def audit_pages(folder: Path, jobs: int, as_json: bool) -> None:
    """Check finished pages in a browser, rule by rule."""
    from .audit import BrowserMissing, NothingToAudit, audit, format_finding

    try:
        findings = audit(folder, jobs=jobs, tell=lambda line: click.echo(line, err=True))
    except (BrowserMissing, NothingToAudit) as error:
        click.echo(str(error), err=True)
        sys.exit(INVALID)
    for finding in findings:
        click.echo(json.dumps(vars(finding), ensure_ascii=False) if as_json else format_finding(finding))
    click.echo(f"{folder}: {len(findings)} findings", err=True)
    sys.exit(FAILED if findings else DONE)


@main.command("hidden-population")
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--merge", multiple=True, metavar="A+B", help="Make one list of several (may be repeated).")
@click.option("--drop", multiple=True, metavar="LIST", help="Leave a list out (may be repeated).")
@click.option("--model", default="forward", metavar="RULE", help="main-effects, forward (as published) or all.")
@click.option("--json", "as_json", is_flag=True, help="The result, or the error, as one JSON object.")
def hidden_population(table: Path, merge: tuple[str, ...], drop: tuple[str, ...], model: str, as_json: bool) -> None:
    """Estimate a hidden population from a TABLE of overlapping lists: columns of 0 and 1, then a count of people."""
    from .hidden_population import HiddenPopulationError, drop_lists, estimate_population, merge_lists, read_overlap

    try:
        overlap = read_overlap(table)
        for expression in merge:
            overlap = merge_lists(overlap, expression)
        estimate = estimate_population(drop_lists(overlap, drop), model)
    except HiddenPopulationError as error:
        return fail([problem_of(str(error))], as_json)
    found = estimate.as_json()
    click.echo(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(map(line_of, found.items())))


def problem_of(message: str) -> Problem:
    """An error's ``FILE:ROW:COLUMN: found ...; allowed: ...`` as its parts; ``merge: found`` is about ``--merge``."""
    place, _, rest = message.partition(": found ")
    found, _, allowed = rest.partition("; allowed: ")
    if place.count(":") < 2:
        return Problem(f"--{place}", found=found, allowed=allowed)
    file, row, column = place.rsplit(":", 2)
    return Problem(file, row, column, found, allowed)


def line_of(item: tuple[str, Any]) -> str:
    """A part of a result as ``name<TAB>value``, lists joined by commas."""
    name, value = item
    words = ", ".join(value) if isinstance(value, list) else f"{value:.0f}" if isinstance(value, float) else str(value)
    return f"{name}\t{words}"
