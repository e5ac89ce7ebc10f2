"""The end of every command: problems in one form, an unexpected exception in one line, no error if output is not
read.
"""

import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, NoReturn

import click

from ..building import confidential
from ..problems import NO_VALUES, InputError, Problem, listed, printable_line, report_unexpected, sorted_problems
from ..problems.printing import print_json, print_line

MOST_LINES = 20  # problems printed: a longer list is not read
DONE, FAILED, INVALID, INTERRUPTED = 0, 1, 2, 130
AS_JSON = "--json"


class MaskingCommand(click.Command):
    """A command whose problems are reported without values if its data may be confidential."""

    def invoke(self, ctx: click.Context) -> Any:
        """As in click; an InputError is raised again, without values if the data may be confidential. Then the
        traceback of an unexpected exception is not saved either (NO_VALUES)."""
        try:
            return super().invoke(ctx)
        except InputError as error:
            raise InputError(confidential.mask_problems(error.problems, ctx.params)) from None
        except (click.exceptions.Exit, click.ClickException, click.Abort, OSError):
            raise
        except Exception:
            if confidential.tables_to_mask(ctx.params):
                os.environ[NO_VALUES] = "1"
            raise


class CommandGroup(click.Group):
    """A group of commands that end with the project's messages and exit statuses, whatever goes wrong."""

    command_class, group_class = MaskingCommand, type

    def main(self, args: Sequence[str] | None = None, **options: Any) -> NoReturn:  # type: ignore[override]
        """Run a command with ``args`` (by default the process's), NO_VALUES first removed from the environment, and end
        the process: status 0 (done), 1 (failed), 2 (an invalid request or input), 130 (interrupted)."""
        arguments = list(sys.argv[1:] if args is None else args)
        os.environ.pop(NO_VALUES, None)
        options |= {"prog_name": "evaluation", "standalone_mode": False}
        sys.exit(self.run_for_status(arguments, AS_JSON in arguments, options))

    def run_for_status(self, arguments: list[str], as_json: bool, options: dict[str, Any]) -> int:
        """Run a command, report any problem or exception on stderr, and return the exit status (see `main`): that of
        the command, if it ends itself; 0 after a closed pipe. Raises nothing."""
        try:
            status = super().main(arguments, **options)
            sys.stdout.flush()
            return status if isinstance(status, int) else DONE
        except SystemExit as error:
            return error.code if isinstance(error.code, int) else FAILED
        except InputError as error:
            print_problems(error.problems, as_json)
            return INVALID
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)  # our own help, line by line
            return INVALID
        except click.ClickException as error:
            print_problems([problem_of_click_error(error)], as_json)
            return INVALID
        except (KeyboardInterrupt, click.Abort):
            return INTERRUPTED
        except BrokenPipeError:  # the reader has closed the pipe
            silence_stdout()
            return DONE
        except OSError as error:
            silence_stdout()
            print_problems([problem_of_os_error(error)], as_json)
            return FAILED
        except Exception as error:
            print_problems([Problem("evaluation", actual=report_unexpected(error))], as_json)
            return FAILED

    def invoke(self, ctx: click.Context) -> Any:
        """As in click, but with a closed pipe at standard output it returns DONE."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # click would call it a failure
            silence_stdout()
            return DONE


def silence_stdout() -> None:
    """Redirect standard output to the null device, so that the end of the process does not retry a failed write."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def problem_of_os_error(error: OSError, allowed: str = "a place to write") -> Problem:
    """An OSError, such as a full disk or a folder without permission, as a problem of its file; ``allowed`` is what the
    message advises if the error has no advice of its own (an attribute ``allowed``)."""
    allowed = getattr(error, "allowed", allowed)
    return Problem(str(error.filename or "-"), actual=error.strerror or str(error), allowed=allowed)


def print_problems(problems: Iterable[Problem], as_json: bool) -> None:
    """Print problems on stderr, one line (or JSON object) each, in order of file and row; of more than MOST_LINES the
    first ones, and in the last line the number of the others."""
    ordered = sorted_problems(problems)
    if len(ordered) > MOST_LINES:
        more = len(ordered) - MOST_LINES + 1
        ordered[MOST_LINES - 1 :] = [Problem(ordered[-1].file, actual=f"{more} more mistakes", allowed="none")]
    for problem in ordered:
        print_json(problem.parts(), err=True) if as_json else print_line(str(problem), err=True)


def problem_of_click_error(error: click.ClickException) -> Problem:
    """An error in the command line as a problem of its option or command: click's message, and as allowed the usage, or
    the commands of a group."""
    context = getattr(error, "ctx", None)
    command = context.command if context else None
    parameter = getattr(error, "param", None)
    option = parameter.opts[0] if isinstance(parameter, click.Option) else getattr(error, "option_name", None)
    words = printable_line(error.format_message()).rstrip(".")
    usage = " ".join(command.collect_usage_pieces(context)) if command else f"{option} and a value"
    allowed = listed(command.commands) if isinstance(command, click.Group) else usage
    path = context.command_path if context else "evaluation"
    return Problem(option or path, actual=words[:1].lower() + words[1:], allowed=allowed)
