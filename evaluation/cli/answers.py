"""Commands that answer questions about a built review: where a number comes from, whether a review or page is genuine,
what another release changes."""

import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from ..building import manifest, project
from ..building.checks import Request
from ..problems import LONG, how_many, printable_line, refuse
from ..problems.printing import print_json, print_line
from . import options
from .command import DONE, FAILED, MOST_LINES, print_problems
from .group import main
from .options import PATH


@main.command("trace")
@options.project_option
@click.argument("query", metavar="WHAT", default="")
@click.option("--flips", is_flag=True, help="What would make each claim untrue (of a page, a name, a figure, words).")
@options.review_option
@options.data_option
@options.output_option
@click.option("--json", "as_json", is_flag=True, help="The answer, or each error, as one JSON object a line.")
def trace_number(query: str, flips: bool, review: Path, as_json: bool, **request_options: Any) -> None:
    """Show where a number stands in a built review, and its inputs, down to publications.

    WHAT is a number as it is written (72, 29,000), its name, a figure's id, or words of a sentence.
    """
    from ..questions import trace

    request = Request(review, **request_options)
    built = trace.BuiltReview(request.folder, request.data_folder)
    again = f"a built one: evaluation build {review}"
    if not (request.folder / trace.NUMBERS).exists():
        raise refuse(request.folder, actual="no built review", allowed=again)
    built_folder = manifest.BuiltFolder(request.folder)
    if built_folder.manifest and not built_folder.matches_manifest(trace.NUMBERS):
        raise refuse(request.folder / trace.NUMBERS, actual="not as its manifest lists it", allowed=again)
    if not query and not flips:
        raise refuse("WHAT", actual="nothing asked", allowed="a number, its name, words of a sentence, or --flips")
    lines_of: Any = trace.claim_lines if flips else trace.tree_lines
    with trace.refuse_inconsistent(request.folder / trace.NUMBERS):
        traces = [] if flips else trace.numbers_meant(built, query)
        traces += [trace.with_ranges(built, claim) for claim in trace.claims_meant(built, query)] if flips else []
        language = next(iter(built.contents["review"]))
        lines = [line for trace_of in traces for line in lines_of(trace_of, language)] if not as_json else []
        no_match = trace.no_match(built, query, flips) if not traces else None
    for line in lines:
        print_line(line)
    for trace_of in traces if as_json else ():
        print_json(trace_of)
    if flips and not query and no_match:
        print_line("no sentence of this review has a claim", err=True)
    elif no_match:
        print_problems([no_match], as_json)
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
    if (more := len(verdict.differences) - MOST_LINES) > 0:
        print_line(f"and {how_many(more, 'difference')} more", err=True)
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
