"""Commands for a review that is built: export its parts, publish its edition, audit its pages."""

import sys
from pathlib import Path

import click

from ..building.checks import Request
from ..problems import refuse
from ..problems.imports import require_extra
from ..problems.printing import print_json, print_line
from . import options
from .command import DONE, FAILED
from .group import main
from .options import PATH


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
    exported = export(folder, set(kinds), lambda line: print_line(line, err=True))
    print_line(f"{len(exported)} files exported", err=True)
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
    from ..verification import editions

    target, is_new = editions.publish(Request(review, output=output).folder, folder)
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

    findings = audit(folder, jobs=jobs, report=lambda line: print_line(line, err=True))
    for finding in findings:
        print_json(vars(finding)) if as_json else print_line(format_finding(finding))
    print_line(f"{folder}: {len(findings)} findings", err=True)
    sys.exit(FAILED if findings else DONE)
