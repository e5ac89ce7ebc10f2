"""The command ``evaluation``, for evaluators and scripts.

In come arguments, a project and its folders; out come results on stdout, progress and errors on stderr, and exit status
0 (done), 1 (something in the review failed) or 2 (the request or an input is not valid). What a command does is in the
rooms below.

>>> sorted(main.commands)[:3]
['audit', 'build', 'check']
"""

import os
import shlex
import signal
import sys
import threading
from collections.abc import Container
from contextlib import nullcontext
from dataclasses import asdict
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
from ..language import LANGUAGES
from ..problems import LONG, NO_VALUES, how_many, listed, printable_line, refuse
from ..problems.imports import DISTRIBUTION, require_extra
from ..problems.telling import print_json, print_line
from ..records.unmet import Unmet
from ..reviews.review import Review, Run
from ..runs.execute import Outcome
from . import options
from .command import DONE, FAILED, INTERRUPTED, MOST_LINES, CommandGroup, print_problems, problem_of_os_error
from .options import PATH, make_request

INTERRUPTS = (signal.SIGINT, signal.SIGTERM)
ENDS_WITHIN = 10.0  # seconds for an interrupted build to clean up


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name=DISTRIBUTION)
def main() -> None:
    """Run, check and publish a review made of notebooks over published figures."""


@main.command("list")
@options.review_options
def list_runs(review: Path, as_json: bool, **given: Any) -> None:
    """Print the runs of a review: slug, tab, title."""
    request = make_request(review, **given)
    checked, _ = check_request(request)
    for run in checked.runs:
        differing = ", ".join(map(str, run.differing.values()))
        print_line(f"{run.slug}\t{run.chapter.title[checked.languages[0]]}{f' ({differing})' if differing else ''}")
    print_stale_runs(request, checked)


@main.command()
@options.review_options
@click.option("--general", is_flag=True, help="List the texts that are marked as saying nothing of data.")
def check(review: Path, as_json: bool, general: bool, **given: Any) -> None:
    """Check data, review, chapters and texts without running anything; report periods in data/ later than those on the
    pages of a built review."""
    request = make_request(review, **given)
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
def show_plan(review: Path, as_json: bool, **given: Any) -> None:
    """Print what a build would make: slug, tab, "up-to-date" or what changed."""
    request = make_request(review, **given)
    state = State.of(request, *check_request(request))
    for step in state.requested_steps:
        print_line(f"{step.slug}\t{'; '.join(step.reasons) or 'up-to-date'}")
    print_stale_runs(request, state.review, except_for={step.slug for step in state.requested_steps})


def install_interrupt_handlers(progress: Progress) -> None:
    """Install handlers of SIGINT and SIGTERM for a build: the first sets ``progress.interrupted`` and raises
    KeyboardInterrupt, which ends the build; later ones are ignored while it cleans up. If that takes more than
    ENDS_WITHIN seconds, the process ends as by a kill, with status INTERRUPTED, and the next build cleans up."""

    def end(_: int, __: FrameType | None) -> None:
        progress.interrupted = True
        last = threading.Timer(ENDS_WITHIN, os._exit, (INTERRUPTED,))
        last.daemon = True
        last.start()
        for interrupt in INTERRUPTS:
            signal.signal(interrupt, signal.SIG_IGN)
        raise KeyboardInterrupt

    for interrupt in INTERRUPTS:  # a shell's background job starts with SIGINT ignored
        signal.signal(interrupt, end)


@main.command("build")
@partial(options.review_options, in_project=options.written_project_option)
@options.only_option
@options.output_option
@options.timeout_option
@click.option("--draft", is_flag=True, help="Pages although claims do not hold, each such sentence marked.")
@click.option(
    "--dask", envvar="EVALUATION_DASK", metavar="ADDRESS", help="Run on a Dask cluster: tcp://scheduler:8786."
)
def build_review(review: Path, as_json: bool, **given: Any) -> None:
    """Run the chapters of a review and publish its pages in English and French."""
    install_interrupt_handlers(progress := Progress(as_json))
    request = make_request(review, **given)
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
    asked = [run for run in built.review.runs if request.is_requested(run)]
    print_omitted_years(asked, as_json)
    if built.failures:
        print_failures(built.failures, as_json)
        sys.exit(FAILED)
    print_line(f"{how_many(built.made, 'run')} made", err=True)
    if request.is_partial:
        print_stale_runs(request, built.review)
    alone = request.is_partial and len(asked) == 1
    page = f"{built.review.languages[0]}/{asked[0].page}.html" if alone else "index.html"
    print_line(f"{request.folder}/{page}")


@main.command()
@options.written_project_option
@options.output_option
def clean(output: Path | None) -> None:
    """Empty the store of finished work, and remove what interrupted builds left beside the reviews."""
    if output and output.exists() and not output.is_dir():
        raise refuse("--output", actual="something that is not a folder", allowed="a folder of reviews")
    removed, size = Store().clean()
    left = remove_build_remains(output or project.ROOT / "outputs")
    print_line(f"{removed} entries removed from the store, {size / 1e6:.1f} MB; {left} ended builds")


def print_stale_runs(request: Request, review: Review, except_for: Container[str] = ()) -> None:
    """Print, on stderr, the runs in a built folder that are not part of the review, or were made from other data and
    chapters than the current ones, except the slugs in ``except_for``; nothing for a folder that no build made."""
    files = Files(request.data_folder, project.ROOT / "notebooks")
    slugs = {slug for run in review.runs for slug in (run.slug, run.unset)}
    for run in manifest.read_or_empty(request.folder).get("runs", []):
        changed = [name for name, value in run["inputs"].items() if "/" in name and files.hash(name) != value]
        words = [] if run["slug"] in slugs else ["none of the review's own, as by --set"]
        words += [f"made of another {listed(changed)}"] if changed else []
        if words and run["slug"] not in except_for:
            effect = "makes it again" if run["slug"] in slugs else "takes it away"
            print_line(f"{run['slug']}: {', '.join(words)}; a build without --only and --set {effect}", err=True)


def print_later_periods(request: Request, tables: Tables) -> None:
    """Print, on stderr, the later periods in data/ than on pages of the built review, one line each, or that the review
    is not built."""
    from ..numbers.figures import Figures
    from ..questions import later, trace

    if not (request.folder / trace.NUMBERS).is_file():
        print_line(f"{request.folder.name}: not built, so no later periods in data/ were looked for", err=True)
        return
    for problem in later.later_than_pages(request.folder, Figures(tables.folder)):
        print_line(str(problem), err=True)


def print_omitted_years(runs: list[Run], as_json: bool) -> None:
    """Print, on stderr, the series that runs end before their last year, one line (or JSON object) each."""
    for run in runs:
        for omission in run.left_out:
            left = f"{omission['parameter']} = {omission['asked']} leaves out later years of its own series"
            words = f"{left}, up to {omission['latest']}"
            print_json({"slug": run.slug, **omission}, err=True) if as_json else print_line(
                f"{run.slug}: {words}", err=True
            )


def print_failures(runs: list[Outcome], as_json: bool) -> None:
    """Print, on stderr, claims that do not hold, all of them, one line each over all runs, since a person must rewrite
    them; then the other failures, one line each: slug, cell, error, notebook (of more than fit into MOST_LINES, their
    number); last that the review stays as it was. With ``as_json`` claims and failures are JSON objects, the last lines
    words."""
    for unmet, slugs in unmet_claims(runs):
        error = unmet.message(len(slugs))
        about = {"slug": slugs[0], "runs": slugs, "cell": unmet.cell, "error": error}
        print_json(about, err=True) if as_json else print_line(error, err=True)
    failed = [(run, failure) for run in runs for failure in run.failures if failure.unmet is None]
    most = MOST_LINES - 2  # except for messages about the others, and about the review
    for run, failure in failed[:most]:
        kept_notebook = {"kept": str(run.output)} if run.output.is_file() else {}
        error = printable_line(failure.error)
        fields = {"slug": run.slug, "cell": failure.cell, "error": error} | kept_notebook
        actual = error if failure.placed else f"{run.slug}:{failure.cell}:-: found {error.removeprefix('found ')}"
        print_json(fields, err=True) if as_json else print_line(
            actual + (f"; kept: {run.output}" if kept_notebook else ""), err=True
        )
    if more := failed[most:]:
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


@main.command("export")
@options.written_project_option
@options.review_argument
@click.option("--png", "kinds", flag_value="png", multiple=True, help="Charts as PNG at twice the size.")
@click.option("--xlsx", "kinds", flag_value="xlsx", multiple=True, help="One Excel workbook a page.")
@click.option("--pdf", "kinds", flag_value="pdf", multiple=True, help="One PDF a page and one of the whole review.")
@options.output_option
@options.json_option
def export_review(review: Path, kinds: tuple[str, ...], output: Path | None, as_json: bool) -> None:
    """Export copy-ready parts of a built review; without an option, all of them."""
    kinds = kinds or ("png", "xlsx", "pdf")
    if "pdf" in kinds:
        require_extra("--pdf", "audit", "evaluation.audit")
    from ..building.export import export

    folder = Request(review, output=output).folder
    if not (folder / "manifest.json").is_file():
        raise refuse(folder, actual="no built review", allowed="a folder that `evaluation build` made")
    made = export(folder, set(kinds), lambda line: print_line(line, err=True))
    print_line(f"{len(made)} files exported", err=True)
    print_line(str(folder))


@main.command()
@click.argument("folder", type=PATH)
@options.review_argument
@options.project_option
@options.output_option
@options.json_option
def publish(folder: Path, review: Path, output: Path | None, as_json: bool) -> None:
    """Put a built review's edition into FOLDER, for the web: releases/<edition>/, latest/, an index, a feed.

    Bytes are copied as they were built. An edition already published with other bytes is refused.
    """
    from ..verification import releases

    target, is_new = releases.publish(Request(review, output=output).folder, folder)
    if not is_new:
        print_line("this edition is published already, byte for byte", err=True)
    print_line(str(target))


@main.command("audit")
@click.argument("folder", type=PATH)
@click.option("--jobs", type=click.IntRange(1, 16), default=2, show_default=True, help="Browsers at once.")
@options.json_option
def audit_pages(folder: Path, jobs: int, as_json: bool) -> None:
    """Check finished pages in a browser, rule by rule."""
    require_extra("audit", "audit", "evaluation.audit")
    from ..audit import audit, format_finding

    findings = audit(folder, jobs=jobs, tell=lambda line: print_line(line, err=True))
    for finding in findings:
        print_json(vars(finding)) if as_json else print_line(format_finding(finding))
    print_line(f"{folder}: {len(findings)} findings", err=True)
    sys.exit(FAILED if findings else DONE)


@main.group()
def new() -> None:
    """Start a project of your own, or a chapter."""


languages_option = click.option(
    "--language",
    "languages",
    type=click.Choice(LANGUAGES),
    multiple=True,
    default=LANGUAGES,
    help="In one language (may be repeated). [default: both]",
)


@new.command("project")
@click.argument("folder", type=PATH)
@languages_option
@options.json_option
def start_project(folder: Path, languages: tuple[str, ...], as_json: bool) -> None:
    """Make a project in FOLDER that builds at once: a sample of invented numbers to replace."""
    from .. import start

    print_line(str(start.new_project(folder, languages)))


@new.command("chapter")
@options.written_project_option
@click.argument("name")
@options.json_option
def start_chapter(name: str, as_json: bool) -> None:
    """Make a chapter in the project: one figure of its data in a sentence."""
    from .. import start

    print_line(str(start.new_chapter(project.ROOT / "notebooks", name)))
    print_line(f"to build it, add “- {name}” under chapters in a file of parameters/", err=True)


@new.command("table")
@options.written_project_option
@click.argument("name")
@options.json_option
def start_table(name: str, as_json: bool) -> None:
    """Draft the entry of data/NAME.csv in the contract: types, figures, keys; check says what is missing."""
    from .. import start

    print_line(str(start.new_table(project.ROOT / "data", name)))


@main.command("import")
@options.written_project_option
@click.argument("file", type=PATH)
@options.data_option
@click.option("--yes", is_flag=True, help="Add what is shown.")
@options.json_option
def import_release(file: Path, data: Path | None, yes: bool, as_json: bool) -> None:
    """Add a publisher's release of a table to data/: show what it would add; with --yes, add it.

    FILE is the entire table as downloaded, a zip or a CSV, in English or in French; docs/importing.md says of which
    tables. Earlier releases stay; a release that is there already adds nothing.
    """
    from ..chapters import statcan_release, statcan_table

    folder = data or project.ROOT / "data"
    download = statcan_table.read_download(file)
    made = statcan_release.add_download(download, folder, write=yes)
    for line in statcan_release.describe_additions(download, made, folder):
        print_line("\t".join(printable_line(part, LONG) for part in line.split("\t")))
    if made and yes:
        print_line(f"added to {folder}, and checked", err=True)
    elif made:
        copy, given = f"{folder}-new", ["evaluation", "import", str(file)]
        to = ["--data", str(data)] if data else []
        print_line(f"nothing added yet; to add it: {shlex.join([*given, *to, '--yes'])}", err=True)
        steps = [["cp", "-r", str(folder), copy], [*given, "--data", copy, "--yes"]]
        steps += [["evaluation", "diff", str(folder), copy]]
        print_line(f"what it changes on the pages: {' && '.join(map(shlex.join, steps))}", err=True)


@main.command()
@options.written_project_option
@options.data_option
@options.review_option
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], help="Of the file that is asked for.")
@click.option(
    "--page", type=PATH, metavar="FILE.html", help="Where the page to sign goes.  [outputs/<review>.refresh.html]"
)
@click.option("--yes", is_flag=True, help="Add the release to data/ as well.")
@options.timeout_option
@options.json_option
def refresh(
    review: Path, data: Path | None, language: str, page: Path | None, yes: bool, timeout: int, as_json: bool
) -> None:
    """Ask the publisher for the newest release; show what it changes. Only this command reaches a network.

    The file is added to a copy of data/, checked, built as a draft and compared: the page to sign begins with the
    sentences that no longer hold. data/ changes with --yes alone.
    """
    from ..verification import comparison_page
    from ..verification import refresh as refreshing
    from ..writing.work_folder import work_folder_for

    request = Request(review, data=data, timeout=timeout)
    checked, _ = check_request(request)

    def add(file: Path, folder: Path) -> None:
        import_release.callback(file, folder, True, as_json)  # type: ignore[misc]

    want = refreshing.find_download(request.data_folder, language, refreshing.requester_address(checked.addresses))
    target = page or refreshing.default_page_path(request)
    with work_folder_for(refreshing.default_page_path(request)) as place:
        comparison_page.check_page_path(target)
        print_line(f"asking {want.address}", err=True)
        file = refreshing.download_release(want, request.data_folder, place)
        if not refreshing.has_new_numbers(file, request.data_folder):
            print_line("nothing newer: data/ has every number of it", err=True)
            return
        made = refreshing.write_comparison(request, file, add, target)
        if yes:
            add(file, request.data_folder)
    broken, changes = (sum(map(len, some.values())) for some in (made.broken, made.changes))
    print_line(
        f"release of {made.release}: {how_many(broken, 'sentence')} to rewrite, {how_many(changes, 'change')}", err=True
    )
    print_line(str(target))


returns_argument = click.argument("rules", metavar="RETURNS.yml", type=PATH)


@main.command("protect")
@options.project_option
@returns_argument
@click.option("--returns", type=PATH, envvar="EVALUATION_RETURNS", required=True, metavar="DIR", help="Where they are.")
@click.option("--before", type=PATH, multiple=True, metavar="FOLDER", help="A release made before (may be repeated).")
@options.data_option
@click.option("--output", type=PATH, required=True, metavar="FOLDER", help="The data folder to make.")
@options.json_option
def protect_returns(
    rules: Path, returns: Path, before: tuple[Path, ...], data: Path | None, output: Path, as_json: bool
) -> None:
    """Make a data folder of returns that may be published: every count a range.

    RETURNS.yml names the columns, the codes and the tables. DIR holds the returns (CSV or Excel) and lies outside the
    project. Name all earlier releases of the same returns with --before. Status 0, or 2 with nothing written.
    """
    os.environ[NO_VALUES] = "1"  # an unexpected error prints and saves nothing of the returns
    from ..protection.release import protect

    made = protect(rules, returns, before, data or project.ROOT / "data", output)
    print_line(str(output))
    print_line(str(made))


@main.group("returns")
def returns_group() -> None:
    """Excel files for organizations to fill in, and a sample to try."""


@returns_group.command("template")
@options.project_option
@returns_argument
@click.option("--organization", required=True, metavar="NAME", help="Filled in and locked.")
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True)
@click.option("--output", type=PATH, required=True, metavar="FILE.xlsx")
@options.json_option
def write_template(rules: Path, organization: str, language: str, output: Path, as_json: bool) -> None:
    """Write the Excel file that one organization fills in."""
    from ..protection import rules as of_release
    from ..protection import template

    template.write_template(of_release.read_rules(rules), organization, language, output)
    print_line(str(output))


@returns_group.command("synthetic")
@options.project_option
@returns_argument
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--output", type=PATH, required=True, metavar="DIR", help="A new folder, outside the project.")
@options.json_option
def write_synthetic(rules: Path, seed: int, output: Path, as_json: bool) -> None:
    """Write returns of invented organizations; whatever is made of them is marked as describing nobody."""
    from ..protection import rules as of_release
    from ..protection import synthetic

    files = synthetic.write_sample(of_release.read_rules(rules), seed, output)
    print_line(f"{how_many(len(files), 'file')} of invented returns", err=True)
    print_line(str(output))


@main.command("trace")
@options.project_option
@click.argument("asked", metavar="WHAT", default="")
@click.option("--flips", is_flag=True, help="What would make each claim untrue (of a page, a name, a figure, words).")
@options.review_option
@options.data_option
@options.output_option
@click.option("--json", "as_json", is_flag=True, help="The answer, or each error, as one JSON object a line.")
def trace_number(asked: str, flips: bool, review: Path, as_json: bool, **given: Any) -> None:
    """Show where a number stands in a built review, and its inputs, down to publications.

    WHAT is a number as it is written (72, 29,000), its name, a figure's id, or words of a sentence.
    """
    from ..questions import trace

    request = Request(review, **given)
    built = trace.BuiltReview(request.folder, request.data_folder)
    again = f"a built one: evaluation build {review}"
    if not (request.folder / trace.NUMBERS).exists():
        raise refuse(request.folder, actual="no built review", allowed=again)
    stands = manifest.BuiltFolder(request.folder)
    if stands.manifest and not stands.matches_manifest(trace.NUMBERS):
        raise refuse(request.folder / trace.NUMBERS, actual="not as its manifest lists it", allowed=again)
    if not asked and not flips:
        raise refuse("WHAT", actual="nothing asked", allowed="a number, its name, words of a sentence, or --flips")
    lines_of: Any = trace.claim_lines if flips else trace.tree_lines
    with trace.refuse_inconsistent(request.folder / trace.NUMBERS):
        traces = [] if flips else trace.numbers_meant(built, asked)
        traces += [trace.with_ranges(built, claim) for claim in trace.claims_meant(built, asked)] if flips else []
        language = next(iter(built.contents["review"]))
        lines = [line for trace_of in traces for line in lines_of(trace_of, language)] if not as_json else []
        nothing = trace.no_match(built, asked, flips) if not traces else None
    for line in lines:
        print_line(line)
    for trace_of in traces if as_json else ():
        print_json(trace_of)
    if flips and not asked and nothing:
        print_line("no sentence of this review has a claim", err=True)
    elif nothing:
        print_problems([nothing], as_json)
        sys.exit(FAILED)


@main.command()
@click.argument("target", type=PATH)
@click.option(
    "--against", type=PATH, metavar="FOLDER|manifest.json", help="What a page is held against, if not outputs/."
)
@click.option("--data", type=PATH, help="The data folder that a review was built from.")
@click.option("--fresh", is_flag=True, help="Run all again, without the store of finished work.")
@options.timeout_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file, or a difference, and a line.")
def verify(target: Path, against: Path | None, data: Path | None, fresh: bool, timeout: int, as_json: bool) -> None:
    """Verify a built review against its inputs, or one page against the page of its address.

    TARGET is the folder of a built review, which is built again beside it from the files in its manifest and compared
    file by file; or one page (.html) of any origin, which is compared with the page of its address in a review built
    here, in a folder, or (bytes only) in a manifest. Status 0 if nothing differs, 1 if something does, 2 if it cannot
    be compared.
    """
    if not target.is_dir():
        if not target.exists():
            raise refuse(target, actual="no built review and no page", allowed="the folder of one, or a page (.html)")
        sys.exit(verify_one_page(target, against, as_json))
    if manifest.read_or_empty(target).get("draft"):
        raise refuse(target, actual="a draft", allowed=manifest.NO_DRAFT)
    if against:
        raise refuse("--against", actual="a folder as TARGET", allowed="a page (.html) as TARGET")
    from ..verification import review_check

    files = review_check.verify_folder(target, data, fresh, as_json, timeout)
    for code in review_check.changed_code(manifest.read(target)):
        print_line(f"{code}: not as it was when the review was built", err=True)
    for file in files:
        print_json(file.as_json()) if as_json else print_line(printable_line(str(file), LONG))
    differing = [file for file in files if file.differs]
    print_line(f"{target}: {len(files)} files, {len(differing)} differ", err=True)
    sys.exit(FAILED if differing else DONE)


def verify_one_page(path: Path, against: Path | None, as_json: bool) -> int:
    """Print whether a page is the one of its address, and the first MOST_LINES differences; return the exit status.
    Raises InputError if it cannot be compared."""
    from ..verification import page_check

    verdict = page_check.verify_page(path, against)
    for difference in verdict.differences[:MOST_LINES]:
        print_json(vars(difference)) if as_json else print_line(printable_line(str(difference), LONG))
    if more := len(verdict.differences) - MOST_LINES:
        print_line(f"and {how_many(more, 'difference')} more", err=True) if more > 0 else None
    print_line(f"{path}: {verdict}", err=as_json)
    return DONE if verdict.same else FAILED


@main.command()
@click.argument("old", type=PATH)
@click.argument("new", type=PATH)
@options.review_option
@click.option("--page", type=PATH, metavar="FILE.html", help="The changes as a page to sign off.")
@options.timeout_option
@click.option("--json", "as_json", is_flag=True, help="The changes as one JSON object.")
def diff(old: Path, new: Path, review: Path, page: Path | None, timeout: int, as_json: bool) -> None:
    """Show what another release changes: claims, numbers, sentences, charts, by page, each with its cause.

    OLD and NEW are two built reviews, or two data folders, each of which is built beside itself first. Status 0 if
    nothing differs, 1 if something does, 2 if they cannot be compared.
    """
    from ..verification import comparison, comparison_page

    if page:
        comparison_page.check_page_path(page)
    opened = comparison_page.open_review
    with (
        project.exclusive() if page else nullcontext(),
        opened(old, review, timeout) as before,
        opened(new, review, timeout) as after,
    ):
        pages = comparison.Comparison(before, after).changes_by_page()
        if page:
            comparison_page.write_page(page, comparison_page.changes_page(pages, before, after), before, after)
    if as_json:
        changes = [
            {"slug": slug, "changes": [asdict(change) for change in page_changes]}
            for slug, page_changes in pages.items()
        ]
        print_json({"pages": changes})
    for line in comparison.change_lines(pages) if not as_json else ():
        print_line(line)
    print_line(f"{how_many(sum(map(len, pages.values())), 'change')} on {how_many(len(pages), 'page')}", err=True)
    sys.exit(FAILED if pages else DONE)
