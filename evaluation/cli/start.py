"""Commands that start a project, a chapter or a table."""

from pathlib import Path

import click

from ..building import project
from ..language import LANGUAGES
from ..problems.printing import print_line
from . import options
from .group import main
from .options import PATH

languages_option = click.option(
    "--language",
    "languages",
    type=click.Choice(LANGUAGES),
    multiple=True,
    default=LANGUAGES,
    help="In one language (may be repeated). [default: both]",
)


@main.group()
def new() -> None:
    """Start a project of your own, or a chapter."""


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
