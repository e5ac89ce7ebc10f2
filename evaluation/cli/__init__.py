"""The command ``evaluation``: results to stdout, progress and errors to stderr, exit status 0, 1 or 2."""

import json
import os
import shlex
import signal
import sys
from collections.abc import Container
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any

import click

from ..building import manifest, project
from ..building.build import Progress, build
from ..building.checks import Request, check_request
from ..building.inputs import Files
from ..building.state import State
from ..building.store import Store
from ..building.swap import clear
from ..language import LANGUAGES
from ..problems import LONG, NO_VALUES, Problem, how_many, listed, nearest, quoted, refuse, visible
from ..problems.imports import needs
from ..records.claims import Unmet
from ..reviews.review import Review, Run
from ..runs.execute import Outcome
from . import options
from .command import DONE, FAILED, INTERRUPTED, Commands, refused_by_system, tell
from .options import PATH, request_of

INTERRUPTS = (signal.SIGINT, signal.SIGTERM)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="evaluation")
def main() -> None:
    """Redo the review of an anti-human-trafficking strategy from published figures."""


@main.command("list")
@options.of_a_review
def list_runs(review: Path, as_json: bool, **given: Any) -> None:
    """Print the runs of a review: slug, tab, title."""
    request = request_of(review, **given)
    found, _ = check_request(request)
    for run in found.runs:
        differing = ", ".join(map(str, run.differing.values()))
        click.echo(f"{run.slug}\t{run.chapter.title[found.languages[0]]}{f' ({differing})' if differing else ''}")
    tell_standing(request, found)


@main.command()
@options.of_a_review
def check(review: Path, as_json: bool, **given: Any) -> None:
    """Check data, review, chapters and texts without running anything."""
    found, _ = check_request(request_of(review, **given), again=True)
    click.echo(f"{review.name}: {len(found.runs)} runs, data, chapters and texts are valid")


@main.command("plan")
@options.of_a_review
@options.only_option
@options.output_option
def show_plan(review: Path, as_json: bool, **given: Any) -> None:
    """Print what a build would make: slug, tab, "up-to-date" or what changed."""
    request = request_of(review, **given)
    state = State.of(request, *check_request(request))
    for step in state.wanted:
        click.echo(f"{step.slug}\t{'; '.join(step.reasons) or 'up-to-date'}")
    tell_standing(request, state.review, except_for={step.slug for step in state.wanted})


def end_when_interrupted(progress: Progress) -> None:
    """Let an interrupt end a build; what it then has to do takes seconds, and no second interrupt cuts it short."""

    def end(_: int, __: FrameType | None) -> None:
        progress.interrupted = True
        for interrupt in INTERRUPTS:
            signal.signal(interrupt, signal.SIG_IGN)
        raise KeyboardInterrupt

    for interrupt in INTERRUPTS:  # a shell's background job starts with SIGINT ignored
        signal.signal(interrupt, end)


@main.command("build")
@options.of_a_review
@options.only_option
@options.output_option
@options.timeout_option
@click.option(
    "--dask", envvar="EVALUATION_DASK", metavar="ADDRESS", help="Run on a Dask cluster: tcp://scheduler:8786."
)
def build_review(review: Path, as_json: bool, **given: Any) -> None:
    """Run the chapters of a review and publish its pages in English and French."""
    end_when_interrupted(progress := Progress(as_json))
    request = request_of(review, **given)
    try:
        built = build(request, progress)
    except KeyboardInterrupt:
        click.echo("ended; the last good review stays, and the next build goes on from what was finished", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        raise
    except OSError as error:
        error.filename = error.filename or str(request.folder)  # one that comes of writing, as on a full disk, has none
        tell([refused_by_system(error, "a place to write; the last good review stays")], as_json)
        sys.exit(FAILED)
    asked = [run for run in built.review.runs if request.asks_for(run)]
    tell_left_out(asked, as_json)
    if built.failures:
        tell_failures(built.failures, as_json)
        sys.exit(FAILED)
    click.echo(f"{how_many(built.made, 'run')} made", err=True)
    if request.in_part:
        tell_standing(request, built.review)
    alone = request.in_part and len(asked) == 1
    page = f"{built.review.languages[0]}/{asked[0].page}.html" if alone else "index.html"
    click.echo(f"{request.folder}/{page}")


@main.command()
@options.output_option
def clean(output: Path | None) -> None:
    """Remove finished work from the store, and what ended builds left beside the reviews."""
    if output and output.exists() and not output.is_dir():
        raise refuse("--output", found="something that is no folder", allowed="a folder of reviews")
    removed, size = Store().clean()
    left = clear(output or project.ROOT / "outputs")
    click.echo(f"{removed} entries removed from the store, {size / 1e6:.1f} MB; {left} ended builds")


def tell_standing(request: Request, review: Review, except_for: Container[str] = ()) -> None:
    """What stands in a review's folder and is none of its pages, or is made of other data and chapters than there are
    now, ``except_for`` what was said already; nothing of a folder that no build made."""
    files = Files(request.data_folder, project.ROOT / "notebooks")
    own = {slug for run in review.runs for slug in (run.slug, run.unset)}
    for run in manifest.known(request.folder).get("runs", []):
        changed = [name for name, value in run["inputs"].items() if "/" in name and files.hash(name) != value]
        words = [] if run["slug"] in own else ["none of the review's own, as by --set"]
        words += [f"made of another {listed(changed)}"] if changed else []
        if words and run["slug"] not in except_for:
            way = "makes it again" if run["slug"] in own else "takes it away"
            click.echo(f"{run['slug']}: {', '.join(words)}; a build without --only and --set {way}", err=True)


def tell_left_out(runs: list[Run], as_json: bool) -> None:
    """Each run that stops before its own series does, on a line of its own."""
    for run in runs:
        for one in run.left_out:
            left = f"{one['parameter']} = {one['asked']} leaves out later years of its own series"
            words = f"{left}, up to {one['latest']}"
            click.echo(json.dumps({"slug": run.slug, **one}) if as_json else f"{run.slug}: {words}", err=True)


def tell_failures(runs: list[Outcome], as_json: bool) -> None:
    """The failed runs, a line each: slug, cell, the error, the notebook that was kept; of claims that do not hold one
    line each for all runs together."""
    for unmet, slugs in unmet_claims(runs):
        error = unmet.message(len(slugs))
        about = {"slug": slugs[0], "runs": slugs, "cell": unmet.cell, "error": error}
        click.echo(json.dumps(about) if as_json else error, err=True)
    for run in runs:
        kept = {"kept": str(run.output)} if run.output.is_file() else {}
        for failure in (failure for failure in run.failures if failure.unmet is None):
            error = visible(failure.error)
            fields = {"slug": run.slug, "cell": failure.cell, "error": error} | kept
            found = error if failure.placed else f"{run.slug}:{failure.cell}:-: found {error.removeprefix('found ')}"
            click.echo(json.dumps(fields) if as_json else found + (f"; kept: {run.output}" if kept else ""), err=True)
    click.echo("the last good review stays as it was", err=True)


def unmet_claims(runs: list[Outcome]) -> list[tuple[Unmet, list[str]]]:
    """The claims that do not hold, in the order of their cells: each as the first run has it, and the slugs of all."""
    first: dict[tuple[str, int, str, str], tuple[Unmet, list[str]]] = {}
    for run in runs:
        for unmet in (failure.unmet for failure in run.failures if failure.unmet):
            first.setdefault((unmet.file, unmet.cell, unmet.line, unmet.claim), (unmet, []))[1].append(run.slug)
    return sorted(first.values(), key=lambda entry: (entry[0].file, entry[0].cell))


@main.command("export")
@options.project_option
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
        needs("--pdf", "audit", "evaluation.audit")
    from ..building.export import export

    folder = Request(review, output=output).folder
    if not (folder / "manifest.json").is_file():
        raise refuse(folder, found="no built review", allowed="a folder that `evaluation build` made")
    made = export(folder, set(kinds), lambda line: click.echo(line, err=True))
    click.echo(f"{len(made)} files exported", err=True)
    click.echo(str(folder))


@main.command("audit")
@click.argument("folder", type=PATH)
@click.option("--jobs", type=click.IntRange(1, 16), default=2, show_default=True, help="Browsers at once.")
@options.json_option
def audit_pages(folder: Path, jobs: int, as_json: bool) -> None:
    """Check finished pages in a browser, rule by rule."""
    needs("audit", "audit", "evaluation.audit")
    from ..audit import audit, format_finding

    findings = audit(folder, jobs=jobs, tell=lambda line: click.echo(line, err=True))
    for finding in findings:
        click.echo(json.dumps(vars(finding), ensure_ascii=False) if as_json else format_finding(finding))
    click.echo(f"{folder}: {len(findings)} findings", err=True)
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

    click.echo(start.new_project(folder, languages))


@new.command("chapter")
@options.project_option
@click.argument("name")
@options.json_option
def start_chapter(name: str, as_json: bool) -> None:
    """Make a chapter in the project: one figure of its data in a sentence."""
    from .. import start

    project.refuse_elsewhere(to_write=True)
    click.echo(start.new_chapter(project.ROOT / "notebooks", name))
    click.echo(f"to build it, add “- {name}” under chapters in a file of parameters/", err=True)


@new.command("table")
@options.project_option
@click.argument("name")
@options.json_option
def start_table(name: str, as_json: bool) -> None:
    """Draft the entry of data/NAME.csv in the contract: types, figures, keys; check says what is missing."""
    from .. import start

    project.refuse_elsewhere(to_write=True)
    click.echo(start.new_table(project.ROOT / "data", name))


@main.command("import")
@options.project_option
@click.argument("file", type=PATH)
@options.data_option
@click.option("--yes", is_flag=True, help="Add what is shown.")
@options.json_option
def import_release(file: Path, data: Path | None, yes: bool, as_json: bool) -> None:
    """Add a release of Statistics Canada's table 35-10-0177-01 to data/: show what it would add; with --yes, add it.

    FILE is the entire table as downloaded, a zip or a CSV, in English or in French. Earlier releases stay; a release
    that is there already adds nothing.
    """
    from ..chapters import statcan_release, statcan_table

    folder = data or project.ROOT / "data"
    found = statcan_table.read(file)
    made = statcan_release.additions(found, folder)
    if made:
        statcan_release.check_and_add(found, made, folder, write=yes)
    for line in statcan_release.additions_in_words(found, made, folder):
        click.echo("\t".join(visible(part, LONG) for part in line.split("\t")))
    if made and yes:
        click.echo(f"added to {folder}, and checked", err=True)
    elif made:
        beside, given = f"{folder}-new", ["evaluation", "import", str(file)]
        to = ["--data", str(data)] if data else []
        click.echo(f"nothing added yet; to add it: {shlex.join([*given, *to, '--yes'])}", err=True)
        steps = [["cp", "-r", str(folder), beside], [*given, "--data", beside, "--yes"]]
        steps += [["evaluation", "diff", str(folder), beside]]
        click.echo(f"what it changes on the pages: {' && '.join(map(shlex.join, steps))}", err=True)


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
    project. Every release made of the same returns before is named with --before. Status 0, or 2 with nothing written.
    """
    os.environ[NO_VALUES] = "1"  # an error that nothing foresaw says and keeps nothing of the returns
    from ..protection.release import protect

    made = protect(rules, returns, before, data or project.ROOT / "data", output)
    click.echo(str(output))
    click.echo(f"{made}")


@main.group("returns")
def of_returns() -> None:
    """Excel files for organizations to fill in, and a sample to try."""


@of_returns.command("template")
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
    click.echo(str(output))


@of_returns.command("synthetic")
@options.project_option
@returns_argument
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--output", type=PATH, required=True, metavar="DIR", help="A new folder, outside the project.")
@options.json_option
def write_synthetic(rules: Path, seed: int, output: Path, as_json: bool) -> None:
    """Write returns of organizations that there are not: what is made of them says that it describes nobody."""
    from ..protection import rules as of_release
    from ..protection import synthetic

    files = synthetic.write_sample(of_release.read_rules(rules), seed, output)
    click.echo(f"{how_many(len(files), 'file')} of invented returns", err=True)
    click.echo(str(output))


@main.command("trace")
@options.project_option
@click.argument("asked", metavar="WHAT", default="")
@click.option("--flips", is_flag=True, help="What would change each conclusion (of a page, a name, a figure, words).")
@options.review_option
@options.data_option
@options.output_option
@click.option("--json", "as_json", is_flag=True, help="The answer, or each error, as one JSON object a line.")
def trace_number(asked: str, flips: bool, review: Path, as_json: bool, **given: Any) -> None:
    """Show where a number of a built review stands and what it comes from, down to publications.

    WHAT is a number as it is written (72, 29,000), its name, a figure's id, or words of a sentence.
    """
    from ..questions import trace

    request = Request(review, **given)
    built = trace.BuiltReview(request.folder, request.data_folder)
    try:
        numbers, *_ = [built.whole[part] for part in ("numbers", "claims", "sentences")]  # older versions wrote fewer
        ids = {row["id"] for row in numbers}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise refuse(
            request.folder, found="no built review", allowed=f"a built one: evaluation build {review}"
        ) from None
    if not asked and not flips:
        raise refuse("WHAT", found="nothing asked", allowed="a number, its name, words of a sentence, or --flips")
    found = trace.claims_meant(built, asked) if flips else trace.numbers_meant(built, asked)
    lines_of: Any = trace.lines_of_conclusion if flips else trace.lines_of
    for one in found:
        language = next(iter(built.whole["review"]))
        click.echo(json.dumps(one, ensure_ascii=False) if as_json else "\n".join(lines_of(one, language)))
    if flips and not asked and not found:
        click.echo("no wording of this review was chosen by numbers", err=True)
    elif not found:
        page = f"{asked}:NAME, a number of that page, or --flips"
        allowed = page if asked in built.runs else "a number, its name, a figure's id, words of a sentence"
        if flips:
            ids = {name for claim in built.whole["claims"] for name in trace.asked_by(claim)}
            allowed = "words that numbers chose (--flips alone lists them), a wording's name or page, a figure's id"
        tell([Problem("WHAT", found=f"nothing for {quoted(asked)}{nearest(asked, ids)}", allowed=allowed)], as_json)
        sys.exit(FAILED)


@main.command()
@click.argument("target", type=PATH)
@click.option("--data", type=PATH, help="The data folder that a review was built from.")
@click.option("--fresh", is_flag=True, help="Run all again, without the store of finished work.")
@options.timeout_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file, or a difference, and a line.")
def verify(target: Path, data: Path | None, fresh: bool, seconds: int, as_json: bool) -> None:
    """Whether a built review is what its inputs make, or whether one page agrees with itself.

    TARGET is the folder of a built review: it is built again from the files that its manifest names, in a temporary
    folder, and compared file by file. Or it is one page (.html), held against its own numbers, wherever it comes from.
    Status 0 where nothing differs, 1 where something does, 2 where it cannot be asked.
    """
    if target.is_file():
        sys.exit(verify_one_page(target, as_json))
    from ..verification import review_check

    found = review_check.verify_folder(target, data, fresh, as_json, seconds)
    for code in review_check.other_code(manifest.read(target)):
        click.echo(f"{code}: not as it was when the review was built", err=True)
    for one in found:
        click.echo(json.dumps(one.as_json(), ensure_ascii=False) if as_json else visible(str(one), LONG))
    differing = [one for one in found if one.differs]
    click.echo(f"{target}: {len(found)} files, {len(differing)} differ", err=True)
    sys.exit(FAILED if differing else DONE)


def verify_one_page(path: Path, as_json: bool) -> int:
    """Say what of a page does not agree with itself, and what could not be checked; the exit status."""
    from ..verification import page_check

    found, unchecked = page_check.verify_page(path)
    otherwise, listed_as = page_check.by_manifest(path)
    found += otherwise
    for one in found:
        click.echo(json.dumps(vars(one), ensure_ascii=False) if as_json else visible(str(one), LONG))
    for what in unchecked:
        click.echo(f"not checked: {what}", err=True)
    click.echo(f"{path}: {listed_as}", err=True)
    said = "consistent with itself, which is not to say genuine"
    click.echo(f"{path}: {how_many(len(found), 'difference') if found else said}", err=as_json)
    return FAILED if found else DONE


@main.command()
@click.argument("old", type=PATH)
@click.argument("new", type=PATH)
@options.review_option
@click.option("--page", type=PATH, metavar="FILE.html", help="The changes as a page to sign off.")
@options.timeout_option
@click.option("--json", "as_json", is_flag=True, help="The changes as one JSON object.")
def diff(old: Path, new: Path, review: Path, page: Path | None, seconds: int, as_json: bool) -> None:
    """What another release changes: numbers, verdicts, sentences, charts, by page, each with its cause.

    OLD and NEW are two built reviews, or two data folders, of which each is built in a temporary folder. Status 0 where
    nothing differs, 1 where something does, 2 where it cannot be asked.
    """
    from ..verification import comparison, comparison_page

    if page and not page.absolute().parent.is_dir():
        raise refuse("--page", found=repr(str(page)), allowed="a file in a folder that is there")
    opened = comparison_page.opened_review
    with opened(old, review, seconds) as before, opened(new, review, seconds) as after:
        pages = comparison.Comparison(before, after).pages()
        if page:
            if any(one.whole["confidential"] for one in (before, after)):
                page.touch()
                page.chmod(0o600)  # for its owner alone, as their own files are
            page.write_text(comparison_page.changes_page(pages, before, after), encoding="utf-8")
    if as_json:
        changes = [{"slug": slug, "changes": [asdict(one) for one in own]} for slug, own in pages.items()]
        click.echo(json.dumps({"pages": changes}, ensure_ascii=False))
    for line in comparison.lines_of(pages) if not as_json else ():
        click.echo(line)
    click.echo(f"{how_many(sum(map(len, pages.values())), 'change')} on {how_many(len(pages), 'page')}", err=True)
    sys.exit(FAILED if pages else DONE)
