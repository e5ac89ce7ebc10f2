"""Write docs/reference.md from the code: every command, parameter type and public name with its docstring."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import click

import evaluation
from evaluation.charts import dots, highlight
from evaluation.cli import main
from evaluation.numbers.frames import FigureAccessor
from evaluation.numbers.number import Number
from evaluation.records.chapter import Chapter
from evaluation.records.figure import FigureMaker
from evaluation.reviews.choices import parameter_types

PAGE = Path(__file__).parent.parent / "docs" / "reference.md"
HEAD = "# Reference\n\nMade from the code by `make reference`; a test fails where it is out of date."


def commands(command: click.Command, path: str) -> Iterator[str]:
    """The section of a command, or those of a group's."""
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from commands(inner, f"{path} {name}")
        return
    context = click.Context(command, info_name=path)
    yield f"### `{path}`\n\n{summary(command)}\n\n`{' '.join([path, *command.collect_usage_pieces(context)])}`"
    options = (param.get_help_record(context) for param in command.params if isinstance(param, click.Option))
    yield "\n".join(f"- `{option[0]}`: {' '.join(option[1].split())}" for option in options if option)


def summary(thing: Any) -> str:
    """The docstring of a thing, or a command's help, in one paragraph. Raises LookupError where it has none."""
    words = (thing.help if isinstance(thing, click.Command) else inspect.getdoc(thing)) or ""
    if not words:
        raise LookupError(f"found no docstring of {thing}; allowed: one for each public name")
    return " ".join(words.partition(">>>")[0].replace("``", "`").split())


def members(owner: Any, prefix: str) -> str:
    """The public functions, classes and properties of a module (of its ``__all__``, if it has one) or a class, one a
    line."""
    public = {name: thing for name, thing in vars(owner).items() if not name.startswith("_")}
    if isinstance(owner, ModuleType):
        names = getattr(
            owner, "__all__", [n for n, t in public.items() if getattr(t, "__module__", "") == owner.__name__]
        )
        public = {name: public[name] for name in names if inspect.isroutine(public[name])}
    asked = (t for t in public.items() if callable(t[1]) or hasattr(t[1], "fget") or hasattr(t[1], "func"))
    return "\n".join(member(f"{prefix}.{name}", thing) for name, thing in asked)


def member(name: str, thing: Any) -> str:
    """A name, what it takes ("=" after what may be left out), and its docstring."""
    named = [p for p in inspect.signature(thing).parameters.values() if p.name != "self"] if callable(thing) else []
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    takes = ", ".join(f"{stars.get(p.kind, '')}{p.name}{'' if p.default is p.empty else '='}" for p in named)
    return f"- `{name}{f'({takes})' if callable(thing) else ''}`: {summary(thing)}"


def parameter_type(name: str) -> str:
    """A row of the table of parameter types."""
    base, rule = parameter_types()[name]
    allowed = f"{rule[0]:g} to {rule[1]:g}" if isinstance(rule, tuple) else rule and summary(rule)
    return f"| `{name}` | `{base.__name__}` | {allowed or 'any'} |"


def sections() -> Iterator[str]:
    """The page, part by part."""
    yield "## Commands"
    yield from commands(main, "evaluation")
    yield "## Types of parameters"
    yield "\n".join(["| type | is | allowed |", "| --- | --- | --- |", *map(parameter_type, sorted(parameter_types()))])
    public = {name: getattr(evaluation, name) for name in evaluation.__all__ if name not in parameter_types()}
    owners = {"chapter": Chapter, "figure": FigureMaker, "number": Number, "column.figure": FigureAccessor}
    for name, thing in sorted((public | owners).items(), key=lambda pair: pair[0].lower()):
        yield f"## `{name}`\n\n{summary(thing)}"
        yield members(thing, name) if isinstance(thing, ModuleType | type) else ""
    yield "## `evaluation.charts`"
    yield "\n".join(member(drawing.__name__, drawing) for drawing in (dots, highlight))


def reference_page() -> str:
    """The page. Raises LookupError for a public name without a docstring."""
    return "\n\n".join(filter(None, (HEAD, *sections()))) + "\n"


if __name__ == "__main__":
    PAGE.write_text(reference_page(), encoding="utf-8")
