"""How every command ends: mistakes in one form, what nothing foresaw in one line, and no noise when nobody listens."""

from __future__ import annotations

import json
import math
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, ClassVar, NoReturn, TextIO

import click

from ..problems import NO_VALUES, InputError, Problem, in_order, listed, nearest, quoted, refuse, unforeseen, visible

DONE, FAILED, INVALID, INTERRUPTED = 0, 1, 2, 130
AS_JSON = "--json"


class Commands(click.Group):
    """A group of commands that end as the project's errors do, whatever goes wrong."""

    def main(self, args: Sequence[str] | None = None, **options: Any) -> NoReturn:  # type: ignore[override]
        """Run a command and end the process: status 0, 1 or 2 (130 where it was interrupted)."""
        given = list(sys.argv[1:] if args is None else args)
        os.environ.pop(NO_VALUES, None)
        with listening():
            sys.exit(
                self.status(given, AS_JSON in given, options | {"prog_name": "evaluation", "standalone_mode": False})
            )

    def status(self, given: list[str], as_json: bool, options: dict[str, Any]) -> int:
        """The exit status of one command; what is wrong has been told by then."""
        try:
            ended = super().main(given, **options)
            sys.stdout.flush()
            return ended if isinstance(ended, int) else DONE
        except SystemExit as error:
            return error.code if isinstance(error.code, int) else FAILED
        except InputError as error:
            tell(error.problems, as_json)
            return INVALID
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            return INVALID
        except click.ClickException as error:
            tell([problem_of(error)], as_json)
            return INVALID
        except (KeyboardInterrupt, click.Abort):
            return INTERRUPTED
        except BrokenPipeError:  # at the last flush
            return DONE
        except OSError as error:
            tell([refused_by_system(error)], as_json)
            return FAILED
        except Exception as error:
            tell_unforeseen(error, as_json)
            return FAILED

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # who reads has read enough; click would call it a failure
            return DONE

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            near = nearest(args[0], self.commands)
            raise refuse("evaluation", found=f"the command {quoted(args[0])}{near}", allowed=listed(self.commands))
        return super().resolve_command(ctx, args)


def refused_by_system(error: OSError, allowed: str = "a place to write") -> Problem:
    """What the system did not do: a full disk, a folder without rights."""
    return Problem(str(error.filename or "-"), found=error.strerror or str(error), allowed=allowed)


def tell_unforeseen(error: Exception, as_json: bool) -> None:
    """One line for an error that is nobody's mistake in an input, with the file that keeps its traceback."""
    found = unforeseen(error)
    parts = {"file": "evaluation", "row": "-", "column": "-", "found": found, "allowed": "-"}
    click.echo(json.dumps(parts, ensure_ascii=False) if as_json else f"evaluation:-:-: found {found}", err=True)


def tell(problems: Sequence[Problem], as_json: bool) -> None:
    """Each problem on a line of its own."""
    for problem in in_order(problems):
        click.echo(json.dumps(problem.parts(), ensure_ascii=False) if as_json else str(problem), err=True)


def problem_of(error: click.ClickException) -> Problem:
    """A mistake in the command line as a problem, from the parts of click's error."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "evaluation"
    if isinstance(error, click.NoSuchOption):
        known = [name for parameter in context.command.params for name in parameter.opts] if context else []
        found = f"the option {error.option_name}{nearest(error.option_name, known)}"
        return Problem(command, found=found, allowed=listed(name for name in known if name.startswith("-")))
    if isinstance(error, click.BadOptionUsage) and error.message.endswith("requires an argument."):
        return Problem(error.option_name, found="no value", allowed=f"{error.option_name} and a value")
    parameter = getattr(error, "param", None)
    place = parameter.opts[0] if isinstance(parameter, click.Option) else getattr(error, "option_name", command)
    usage = " ".join(context.command.collect_usage_pieces(context)) if context else "-"
    words = visible(error.format_message()).rstrip(".")
    return Problem(place, found=words[:1].lower() + words[1:], allowed=f"{command} {usage}")


class Number(click.ParamType[float]):
    """A finite number above ``least`` (or equal to it), up to ``most``, in plain digits."""

    name = "number"

    def __init__(self, least: float = 0, most: float = math.inf, *, above: bool = True, whole: bool = False):
        self.least, self.most, self.above, self.whole = least, most, above, whole

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        pattern = r"[0-9]+" if self.whole else r"[0-9]+(\.[0-9]+)?"
        text = str(value)
        number = float(text) if len(text) < 40 and re.fullmatch(pattern, text) else math.nan
        fits = number > self.least if self.above else number >= self.least
        if not fits or number > self.most:
            raise refuse(place_of(param), found=quoted(text), allowed=self.allowed())
        return int(number) if self.whole else number

    def allowed(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        start = "above" if self.above else "from"
        return f"{kind} {start} {self.least:.0f}" + (f", up to {self.most:.0f}" if self.most < math.inf else "")


class Size(click.ParamType[int]):
    """A number of bytes: 500M, 2G, 1000."""

    name = "size"
    units: ClassVar = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}

    def __init__(self, least: int = 0, most: int | None = None):
        self.least, self.most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        match = re.fullmatch(r"([0-9]{1,15}(?:\.[0-9]{1,15})?)([KMGT]?)B?", str(value).upper(), re.ASCII)
        size = int(float(match[1]) * self.units[match[2]]) if match else -1
        if size < self.least or (self.most is not None and size > self.most):
            raise refuse(place_of(param), found=quoted(str(value)), allowed=self.allowed())
        return size

    def allowed(self) -> str:
        if self.most is None:
            return "a number with K, M, G or T, such as 500M"
        return f"a size from {self.least // 10**6}M to {self.most // 10**6}M, this machine's memory"


def memory_of_machine() -> int | None:
    """Bytes of memory that this machine has; None where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def place_of(parameter: click.Parameter | None) -> str:
    return parameter.opts[0] if parameter else "-"


class Patient:
    """Standard error that is never the reason why something fails: full or closed, it is written to in vain."""

    def __init__(self, out: TextIO):
        self.out = out

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError):
            self.out.write(text.encode("utf-8", "backslashreplace").decode("utf-8"))
        return len(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self.out.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.out, name)


@contextmanager
def listening() -> Iterator[None]:
    """Lines that are closed lead nowhere, so that no file that is opened takes their place; a full or broken
    standard output ends the command without a traceback."""
    open_lines()
    before = sys.stderr
    sys.stderr = Patient(before)
    try:
        yield
    finally:
        sys.stderr = before
        silence(sys.stdout)


def open_lines() -> None:
    for number, name in ((0, "stdin"), (1, "stdout"), (2, "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is this one
            if getattr(sys, name) is None:
                setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8", closefd=False))  # noqa: SIM115


def silence(out: TextIO) -> None:
    """What could not be written is not tried again when the process ends."""
    try:
        out.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
