"""Commands for returns of organizations: protect them, write a template or a sample."""

import os
from pathlib import Path

import click

from ..building import project
from ..language import LANGUAGES
from ..problems import NO_VALUES, how_many
from ..problems.printing import print_line
from . import options
from .group import main
from .options import PATH

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

    protected = protect(rules, returns, before, data or project.ROOT / "data", output)
    print_line(str(output))
    print_line(str(protected))


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
