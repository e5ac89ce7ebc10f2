"""Options shared by commands, and the request that they define."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from ..building import project
from ..building.checks import Request
from ..problems import InputError, Problem, quoted, refuse

PATH = click.Path(path_type=Path)
FC = TypeVar("FC", bound=Callable[..., Any] | click.Command)


def _enter_project(context: click.Context, parameter: click.Parameter, folder: Path | None) -> None:
    """Change to the project in ``folder``, if --project names one, and restore what a killed command left in the
    project. A callback of click. Raises InputError outside of any project."""
    if folder:
        project.change_project(folder)
    project.restore_interrupted()
    project.require_project()


def _enter_and_lock_project(context: click.Context, parameter: click.Parameter, folder: Path | None) -> None:
    """As `_enter_project`, for commands that write: holds the project's lock until the command ends. Raises
    WriteConflict if another command holds it, InputError if the working folder is outside of any project."""
    _enter_project(context, parameter, folder)
    project.require_project(to_write=True)
    context.with_resource(project.exclusive())


def _project_option(callback: Any) -> Callable[[FC], FC]:
    """The option --project, as a decorator; its ``callback`` runs before all other options, without --project too, and
    nothing is passed to the command."""
    return click.option(
        "--project",
        type=PATH,
        callback=callback,
        expose_value=False,
        is_eager=True,
        help="Another project than the one you stand in; other paths are then relative to it.",
    )


project_option, written_project_option = _project_option(_enter_project), _project_option(_enter_and_lock_project)
REVIEW: Any = {"type": PATH, "default": lambda: project.ROOT / "parameters" / "review.yml"}
review_argument = click.argument("review", required=False, **REVIEW)
review_option = click.option("--review", help="Another review file.", **REVIEW)
set_option = click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", help="Set a parameter everywhere it is declared."
)
data_option = click.option("--data", type=PATH, help="Another data folder.")
json_option = click.option("--json", "as_json", is_flag=True, help="Errors as one JSON object a line.")


def review_options(command: Any, in_project: Any = project_option) -> Any:
    """The argument and options of every command about a review, as a decorator; ``in_project`` is `project_option` or
    `written_project_option`."""
    for option in (json_option, data_option, set_option, review_argument, in_project):
        command = option(command)
    return command


only_option = click.option("--only", multiple=True, metavar="SLUG", help="This run only (may be repeated).")


def parse_output_folder(context: click.Context, parameter: click.Parameter, output: str | None) -> Path | None:
    """The path that --output gives, None without it. A callback of click. Raises InputError for a URL and an empty
    text."""
    if output == "" or "://" in (output or ""):
        raise refuse("--output", actual=quoted(output), allowed="a folder of this machine")
    return Path(output) if output else None


output_option = click.option(
    "--output", metavar="FOLDER", callback=parse_output_folder, help="Another folder than outputs/."
)
timeout_option = click.option(
    "--timeout",
    "timeout",
    type=click.IntRange(1, 10**6),
    default=Request.timeout,
    help=f"Seconds a run may take ({Request.timeout}).",
)


def make_request(review: Path, settings: tuple[str, ...] = (), only: tuple[str, ...] = (), **options: Any) -> Request:
    """The request that a command's options define: ``settings`` as given to --set (an empty value is allowed), other
    ``options`` by the names of `Request`. Raises InputError for every ``--set`` that is not NAME=VALUE or repeats a
    name."""
    named: dict[str, str] = {}
    problems = []
    for setting in settings:
        name, separator, value = setting.partition("=")
        if not separator or not name or name in named:
            problems.append(Problem("--set", actual=quoted(setting), allowed="NAME=VALUE, each name once"))
        named[name] = value
    if problems:
        raise InputError(problems)
    return Request(review, only, named, **options)
