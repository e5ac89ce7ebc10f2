"""Commands that check, plan and build a review, and what they print of its runs."""

import os
import signal
import sys
import threading
from collections.abc import Container
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import click

from ..building import manifest, project
from ..building.build import Progress, build
from ..building.checks import Request, check_request, general_texts
from ..building.inputs import Files
from ..building.state import State
from ..building.store import Store
from ..building.swap import remove_build_remains
from ..data.sources import Tables
from ..problems import how_many, listed, printable_line, refuse
from ..problems.printing import print_json, print_line
from ..records.unmet import Unmet
from ..reviews.review import Review, Run
from ..runs.execute import Outcome
from . import options
from .command import FAILED, INTERRUPTED, MOST_LINES, print_problems, problem_of_os_error
from .group import main
from .options import make_request

INTERRUPTS = (signal.SIGINT, signal.SIGTERM)
ENDS_WITHIN = 10.0  # seconds for an interrupted build to clean up


@main.command("list")
@options.review_options
def list_runs(review: Path, as_json: bool, **request_options: Any) -> None:
    """Print the runs of a review: slug, tab, title."""
    request = make_request(review, **request_options)
    checked, _ = check_request(request)
    for run in checked.runs:
        differing = ", ".join(map(str, run.differing.values()))
        print_line(f"{run.slug}\t{run.chapter.title[checked.languages[0]]}{f' ({differing})' if differing else ''}")
    print_stale_runs(request, checked)


@main.command()
@options.review_options
@click.option("--general", is_flag=True, help="List the texts that are marked as saying nothing of data.")
def check(review: Path, as_json: bool, general: bool, **request_options: Any) -> None:
    """Check data, review, chapters and texts without running anything; report periods in data/ later than those on the
    pages of a built review."""
    request = make_request(review, **request_options)
    checked, tables = check_request(request, again=True)
    for line in general_texts(checked, tables) if general else ():
        print_line(line)
    print_later_periods(request, tables)
    if checked.missing_imprint:
        print_line(
            f"{review.name}: its pages leave out what it does not say: {', '.join(checked.missing_imprint)}", err=True
        )
    print_line(f"{review.name}: {how_many(len(checked.runs), 'run')}, data, chapters and texts are valid")


@main.command("plan")
@options.review_options
@options.only_option
@options.output_option
def show_plan(review: Path, as_json: bool, **request_options: Any) -> None:
    """Print what a build would make: slug, tab, "up-to-date" or what changed."""
    request = make_request(review, **request_options)
    state = State.of(request, *check_request(request))
    for step in state.requested_steps:
        print_line(f"{step.slug}\t{step.reason or 'up-to-date'}")
    print_stale_runs(request, state.review, except_for={step.slug for step in state.requested_steps})


@main.command("build")
@partial(options.review_options, in_project=options.written_project_option)
@options.only_option
@options.output_option
@options.timeout_option
@click.option("--draft", is_flag=True, help="Pages although claims do not hold, each such sentence marked.")
@click.option(
    "--dask", envvar="EVALUATION_DASK", metavar="ADDRESS", help="Run on a Dask cluster: tcp://scheduler:8786."
)
def build_review(review: Path, as_json: bool, **request_options: Any) -> None:
    """Run the chapters of a review and publish its pages in English and French."""
    install_interrupt_handlers(progress := Progress(as_json))
    request = make_request(review, **request_options)
    try:
        built = build(request, progress)
    except KeyboardInterrupt:
        print_line("ended; the last good review stays, and the next build goes on from what was finished", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        raise
    except OSError as error:
        error.filename = error.filename or str(request.folder)  # an error of writing, as on a full disk, has none
        print_problems([problem_of_os_error(error, "a place to write; the last good review stays")], as_json)
        sys.exit(FAILED)
    requested = [run for run in built.review.runs if request.is_requested(run)]
    print_omitted_years(requested, as_json)
    if built.failures:
        print_failures(built.failures, as_json)
        sys.exit(FAILED)
    print_line(f"{how_many(built.made, 'run')} made", err=True)
    if request.is_partial:
        print_stale_runs(request, built.review)
    is_one_page = request.is_partial and len(requested) == 1
    page = f"{built.review.languages[0]}/{requested[0].page}.html" if is_one_page else "index.html"
    print_line(f"{request.folder}/{page}")


@main.command()
@options.written_project_option
@options.output_option
def clean(output: Path | None) -> None:
    """Empty the store of finished work, and remove what interrupted builds left beside the reviews."""
    if output and output.exists() and not output.is_dir():
        raise refuse("--output", actual="something that is not a folder", allowed="a folder of reviews")
    removed, size = Store().clean()
    ended_builds = remove_build_remains(output or project.ROOT / "outputs")
    print_line(f"{removed} entries removed from the store, {size / 1e6:.1f} MB; {ended_builds} ended builds")


def install_interrupt_handlers(progress: Progress) -> None:
    """Install handlers of SIGINT and SIGTERM for a build: the first sets ``progress.interrupted`` and raises
    KeyboardInterrupt, which ends the build; later ones are ignored while it cleans up. If that takes more than
    ENDS_WITHIN seconds, the process ends as by a kill, with status INTERRUPTED, and the next build cleans up."""

    def end(_: int, __: FrameType | None) -> None:
        """The handler of the first signal."""
        progress.interrupted = True
        last = threading.Timer(ENDS_WITHIN, os._exit, (INTERRUPTED,))
        last.daemon = True
        last.start()
        for interrupt in INTERRUPTS:
            signal.signal(interrupt, signal.SIG_IGN)
        raise KeyboardInterrupt

    for interrupt in INTERRUPTS:  # a shell's background job starts with SIGINT ignored
        signal.signal(interrupt, end)


def print_stale_runs(request: Request, review: Review, except_for: Container[str] = ()) -> None:
    """Print, on stderr, one line for each run in the built folder that is not part of the review, or was made from
    other data or notebooks than the current ones, with what the next build does with it; except for the slugs in
    ``except_for``. Nothing for a folder that no build made."""
    files = Files(request.data_folder, project.ROOT / "notebooks")
    slugs = {slug for run in review.runs for slug in (run.slug, run.unset)}
    for run in manifest.read_or_empty(request.folder).get("runs", []):
        changed = [name for name, value in run["inputs"].items() if "/" in name and files.hash(name) != value]
        reasons = [] if run["slug"] in slugs else ["none of the review's own, as by --set"]
        reasons += [f"made of another {listed(changed)}"] if changed else []
        if reasons and run["slug"] not in except_for:
            effect = "makes it again" if run["slug"] in slugs else "takes it away"
            print_line(f"{run['slug']}: {', '.join(reasons)}; a build without --only and --set {effect}", err=True)


def print_later_periods(request: Request, tables: Tables) -> None:
    """Print, on stderr, the periods in data/ that are later than those on pages of the built review, one line each, or
    that the review is not built."""
    from ..numbers.figures import Figures
    from ..questions import later, trace

    if not (request.folder / trace.NUMBERS).is_file():
        print_line(f"{request.folder.name}: not built, so no later periods in data/ were looked for", err=True)
        return
    for problem in later.later_than_pages(request.folder, Figures(tables.folder)):
        print_line(str(problem), err=True)


def print_omitted_years(runs: list[Run], as_json: bool) -> None:
    """Print, on stderr, the series that runs end before the series' last year, one line (or JSON object) each."""
    for run in runs:
        for omission in run.left_out:
            setting = f"{omission['parameter']} = {omission['asked']}"
            line = f"{run.slug}: {setting} leaves out later years of its own series, up to {omission['latest']}"
            print_json({"slug": run.slug, **omission}, err=True) if as_json else print_line(line, err=True)


def print_failures(runs: list[Outcome], as_json: bool) -> None:
    """Print, on stderr, every claim that does not hold, once for all runs, since a person must rewrite it; then the
    other failures with the notebook kept of each (of more than MOST_LINES - 2 the number of the others); last that the
    review stays as it was. One line each; with ``as_json`` claims and failures are JSON objects, the last lines
    words."""
    for unmet, slugs in unmet_claims(runs):
        error = unmet.message(len(slugs))
        about = {"slug": slugs[0], "runs": slugs, "cell": unmet.cell, "error": error}
        print_json(about, err=True) if as_json else print_line(error, err=True)
    failed = [(run, failure) for run in runs for failure in run.failures if failure.unmet is None]
    limit = MOST_LINES - 2  # except for messages about the others, and about the review
    for run, failure in failed[:limit]:
        notebook = {"kept": str(run.output)} if run.output.is_file() else {}
        error = printable_line(failure.error)
        fields = {"slug": run.slug, "cell": failure.cell, "error": error} | notebook
        line = error if failure.placed else f"{run.slug}:{failure.cell}:-: found {error.removeprefix('found ')}"
        line += f"; kept: {run.output}" if notebook else ""
        print_json(fields, err=True) if as_json else print_line(line, err=True)
    if more := failed[limit:]:
        print_line(f"{how_many(len(more), 'more failure')}", err=True)
    print_line("the last good review stays as it was", err=True)


def unmet_claims(runs: list[Outcome]) -> list[tuple[Unmet, list[str]]]:
    """The claims that do not hold, in the order of notebooks and cells: each as in the first run, with the slugs of all
    runs in which it does not hold."""
    first: dict[tuple[str, int, str, str], tuple[Unmet, list[str]]] = {}
    for run in runs:
        for unmet in (failure.unmet for failure in run.failures if failure.unmet):
            first.setdefault((unmet.file, unmet.cell, unmet.line, unmet.claim), (unmet, []))[1].append(run.slug)
    return sorted(first.values(), key=lambda entry: (entry[0].file, entry[0].cell))
