"""What a review may ask: each chapter's declared parameters, and the review file read with positions.

Everything is checked before anything runs; every mistake is reported at once, with its row and column.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import json
import math
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args, get_origin

import yaml

from . import choices
from .sources import InputError, Problem, Tables

Scalar = str | int | float | bool


@dataclass(frozen=True)
class Parameter:
    """One declared parameter of a chapter."""

    name: str
    type: str
    default: Scalar
    comment: str


@dataclass(frozen=True)
class Chapter:
    """A notebook: its title in both languages and its parameters, in the order declared."""

    name: str
    path: Path
    title: dict[str, str]
    parameters: dict[str, Parameter]


@dataclass(frozen=True)
class Run:
    """One chapter with one set of parameters, checked; ``slug`` names it everywhere."""

    slug: str
    chapter: Chapter
    parameters: dict[str, Scalar]
    unset: str = ""  # the slug that it has without --set

    @property
    def differing(self) -> dict[str, Scalar]:
        """The parameters that differ from the chapter's defaults."""
        return {n: v for n, v in self.parameters.items() if v != self.chapter.parameters[n].default}


@dataclass(frozen=True)
class Review:
    """One file of parameters/: its title and its runs, in order; a confidential one stays on this machine, and one
    that says ``confidential: false`` is public."""

    name: str
    path: Path
    title: dict[str, str]
    runs: list[Run]
    confidential: bool = False
    public: bool = False


@dataclass
class Asked:
    """What a review file asks of one chapter, each value with its place in the file."""

    chapter: yaml.ScalarNode
    parameters: dict[str, yaml.ScalarNode] = field(default_factory=dict)
    matrix: dict[str, list[yaml.ScalarNode]] = field(default_factory=dict)
    exclude: list[dict[str, yaml.ScalarNode]] = field(default_factory=list)
    keys: dict[str, yaml.Node] = field(default_factory=dict)


def read_chapter(path: Path) -> Chapter:
    """A chapter's title and declared parameters. Raises InputError where the notebook or the cell is not valid."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = notebook["cells"]
        title = dict(notebook["metadata"]["evaluation"]["title"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        allowed = "a notebook with metadata.evaluation.title in en and fr"
        raise InputError([Problem(str(path), found=f"unreadable ({error!r})", allowed=allowed)]) from None
    tagged = [c for c in cells if "parameters" in c.get("metadata", {}).get("tags", [])]
    if len(tagged) != 1:
        found = f"{len(tagged)} cells tagged parameters"
        raise InputError(
            [Problem(str(path), cells.index(tagged[1]) + 1 if tagged else "-", found=found, allowed="one")]
        )
    declared = read_parameters(path, cells.index(tagged[0]) + 1, "".join(tagged[0]["source"]))
    return Chapter(path.stem, path, title, declared)


def read_parameters(path: Path, cell: int, source: str) -> dict[str, Parameter]:
    """The declarations of a parameters cell: ``name: Type = default  # comment``, one a line."""
    lines = source.splitlines()
    declared: dict[str, Parameter] = {}
    problems = []
    for statement in parse(path, cell, source):
        parameter = to_parameter(statement, lines)
        if parameter is None:
            found = lines[statement.lineno - 1]
            allowed = f"name: Type = value  # comment, with Type one of {', '.join(choices.TYPES)}"
            problems.append(Problem(str(path), cell, f"line {statement.lineno}", repr(found), allowed))
        else:
            declared[parameter.name] = parameter
    if problems:
        raise InputError(problems)
    return declared


def parse(path: Path, cell: int, source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except SyntaxError as error:
        raise InputError([Problem(str(path), cell, f"line {error.lineno}", f"{error.msg}", "Python")]) from None


def to_parameter(statement: ast.stmt, lines: list[str]) -> Parameter | None:
    """A declaration, or None where the statement is anything else."""
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id=kind), value=value) if (
            kind in choices.TYPES and value is not None
        ):
            try:
                default = ast.literal_eval(value)
            except ValueError:
                return None
            comment = lines[statement.lineno - 1].partition("#")[2].strip()
            return Parameter(name, kind, default, comment) if isinstance(default, Scalar) else None
    return None


class Reader:
    """Reads a review file into runs, collecting every mistake."""

    def __init__(self, path: Path, notebooks: Path, tables: Tables, only: tuple[str, ...] = (), valid: bool = False):
        self.path, self.notebooks, self.tables, self.only = path, notebooks, tables, only
        self.valid = valid  # known to be: some rules import what takes seconds
        self.problems: list[Problem] = []
        self.chapters: dict[str, Chapter] = {}
        self.known = sorted(p.stem for p in notebooks.glob("*.ipynb"))

    def problem(self, node: yaml.Node | None, found: str, allowed: str) -> None:
        row, column = (node.start_mark.line + 1, str(node.start_mark.column + 1)) if node else ("-", "-")
        self.problems.append(Problem(str(self.path), row, column, found, allowed))

    def read(self, settings: dict[str, str]) -> Review:
        root = self.compose()
        keys = self.mapping(root, ("title", "confidential", "chapters"), required=("title", "chapters"))
        title = self.title(keys.get("title"))
        confidential = self.yes_or_no(keys.get("confidential"))
        asked = [a for node in self.items(keys.get("chapters"), "chapters") if (a := self.asked(node))]
        runs = self.without_twins([run for entry in asked for run in self.runs(entry, settings)])
        self.check_settings(settings, runs)
        self.check_slugs(runs)
        if self.problems:
            raise InputError(self.problems)
        public = "confidential" in keys and not confidential
        return Review(self.path.stem, self.path, title, [run for run, _ in runs], confidential, public)

    def compose(self) -> yaml.Node | None:
        try:
            node: yaml.Node | None = yaml.compose(self.path.read_text(encoding="utf-8"), yaml.SafeLoader)
        except OSError as error:
            self.problem(None, error.strerror or "unreadable", "a review file in parameters/")
        except UnicodeDecodeError:
            self.problem(None, "bytes that are not UTF-8", "UTF-8")
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            row, column = (mark.line + 1, str(mark.column + 1)) if mark else ("-", "-")
            self.problems.append(Problem(str(self.path), row, column, f"a YAML error ({error.problem})", "YAML"))
        except yaml.YAMLError as error:
            self.problem(None, f"a YAML error ({error})", "YAML")
        else:
            if node is None:
                self.problem(None, "an empty file", "title and chapters")
            return node
        raise InputError(self.problems)

    def mapping(
        self, node: yaml.Node | None, allowed: tuple[str, ...], required: tuple[str, ...] = ()
    ) -> dict[str, yaml.Node]:
        """A mapping's keys to their nodes; duplicates, unknown keys and missing ones are problems."""
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            self.problem(node, "something else", "keys " + ", ".join(allowed or ("name: value",)))
            return {}
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in found:
                self.problem(key, f"the key {name!r} a second time", "each key once")
            elif allowed and name not in allowed:
                self.problem(key, f"the key {name!r}{nearest(name, allowed)}", ", ".join(allowed))
            else:
                found[name] = value
        for name in required:
            if name not in found:
                self.problem(node, f"no {name}", ", ".join(required))
        return found

    def items(self, node: yaml.Node | None, what: str) -> list[yaml.Node]:
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self.problem(node, f"an empty {what} or something else", f"a list of one or more {what}")
            return []
        return list(node.value)

    def title(self, node: yaml.Node | None) -> dict[str, str]:
        parts = self.mapping(node, ("en", "fr"), required=("en", "fr"))
        for language, part in parts.items():
            if not isinstance(part, yaml.ScalarNode) or not part.value.strip():
                self.problem(part, f"no text for {language}", "a title")
        return {language: str(part.value) for language, part in parts.items()}

    def yes_or_no(self, node: yaml.Node | None) -> bool:
        """A key that is true or false, and false where it is not given."""
        if node is not None and (not isinstance(node, yaml.ScalarNode) or node.value not in ("true", "false")):
            self.problem(node, repr(getattr(node, "value", "something else")), "true or false")
        return node is not None and node.value == "true"

    def asked(self, node: yaml.Node) -> Asked | None:
        """One entry of ``chapters``: a name, or a mapping with parameters, matrix and exclude."""
        if isinstance(node, yaml.ScalarNode):
            return Asked(node) if self.chapter(node) else None
        keys = self.mapping(node, ("chapter", "parameters", "matrix", "exclude"), required=("chapter",))
        name = keys.get("chapter")
        if not isinstance(name, yaml.ScalarNode) or not self.chapter(name):
            return None
        entry = Asked(name, keys=keys)
        entry.parameters = self.scalars(keys.get("parameters"))
        for key, values in self.mapping(keys.get("matrix"), ()).items():
            entry.matrix[key] = self.only_scalars(self.items(values, f"values for {key}"))
        if "matrix" in keys and not entry.matrix:
            self.problem(keys["matrix"], "an empty matrix", "name: [values]")
        if "exclude" in keys:
            entry.exclude = [self.scalars(item) for item in self.items(keys["exclude"], "combinations")]
        return entry

    def chapter(self, node: yaml.ScalarNode) -> Chapter | None:
        name = str(node.value)
        if name not in self.known:
            self.problem(node, f"the chapter {name!r}{nearest(name, self.known)}", ", ".join(self.known))
            return None
        if name not in self.chapters:
            try:
                self.chapters[name] = read_chapter(self.notebooks / f"{name}.ipynb")
            except InputError as error:
                self.problems += error.problems
                return None
        return self.chapters[name]

    def scalars(self, node: yaml.Node | None) -> dict[str, yaml.ScalarNode]:
        keys = self.mapping(node, ())
        self.only_scalars(list(keys.values()))
        return {name: value for name, value in keys.items() if isinstance(value, yaml.ScalarNode)}

    def only_scalars(self, nodes: list[yaml.Node]) -> list[yaml.ScalarNode]:
        """The nodes that are scalars; any other is a problem."""
        for node in nodes:
            if not isinstance(node, yaml.ScalarNode):
                self.problem(node, "a list or a mapping", "one str, int, float or bool")
        return [node for node in nodes if isinstance(node, yaml.ScalarNode)]

    def runs(self, entry: Asked, settings: dict[str, str]) -> Iterator[tuple[Run, yaml.Node]]:
        """The runs of an entry: one for each combination of the matrix that is not excluded."""
        chapter = self.chapters[str(entry.chapter.value)]
        for name in [*entry.parameters, *entry.matrix, *(n for e in entry.exclude for n in e)]:
            if name not in chapter.parameters:
                node = next(iter([*entry.matrix.get(name, []), entry.parameters.get(name, entry.chapter)]))
                found = f"the parameter {name!r}{nearest(name, chapter.parameters)}"
                self.problem(node, found, ", ".join(chapter.parameters) or "no parameters")
        for name in set(entry.parameters) & set(entry.matrix):
            self.problem(entry.parameters[name], f"{name} in parameters and in matrix", "one of them")
        known = {n: v for n, v in entry.parameters.items() if n in chapter.parameters}
        matrix = {n: v for n, v in entry.matrix.items() if n in chapter.parameters}
        if any(not values for values in matrix.values()):
            return
        count = 0
        for combination in itertools.product(*matrix.values()):
            nodes = known | dict(zip(matrix, combination, strict=True))
            if not any(excluded(nodes, out) for out in entry.exclude):
                count += 1
                yield from self.run(chapter, nodes, settings, entry.chapter)
        if count == 0:
            self.problem(entry.keys.get("exclude"), "every combination excluded", "a matrix that leaves one")

    def run(
        self, chapter: Chapter, nodes: dict[str, yaml.ScalarNode], settings: dict[str, str], where: yaml.Node
    ) -> Iterator[tuple[Run, yaml.Node]]:
        before = len(self.problems)
        values: dict[str, Scalar] = {}
        unset = slug(chapter, self.values(chapter, nodes, {}))
        asked = self.asks_for(unset, slug(chapter, self.values(chapter, nodes, settings)))
        for name, parameter in chapter.parameters.items():
            if name in settings:
                found = convert(settings[name], parameter, quoted=False)
                place = Problem("--set", column=name)
            elif name in nodes:
                found = convert(str(nodes[name].value), parameter, quoted=nodes[name].style in ("'", '"'))
                mark = nodes[name].start_mark
                place = Problem(str(self.path), mark.line + 1, str(mark.column + 1))
            else:
                found, place = parameter.default, Problem(str(chapter.path), column=name)
            values[name] = found
            self.refuse(None if self.valid else check_value(parameter, found, self.tables), place)
        if len(self.problems) == before and not self.valid:
            self.check_rules(chapter, values, nodes, settings, where)
        if len(self.problems) == before:
            yield Run(slug(chapter, values), chapter, values, unset), where
        elif not asked:  # what is not asked for need not be possible
            del self.problems[before:]

    @staticmethod
    def values(chapter: Chapter, nodes: dict[str, yaml.ScalarNode], settings: dict[str, str]) -> dict[str, Scalar]:
        """A run's values by their declared types, valid or not."""
        found = {name: parameter.default for name, parameter in chapter.parameters.items()}
        for name in found:
            parameter = chapter.parameters[name]
            if name in settings:
                found[name] = convert(settings[name], parameter, quoted=False)
            elif name in nodes:
                found[name] = convert(str(nodes[name].value), parameter, quoted=nodes[name].style in ("'", '"'))
        return found

    def refuse(self, refusal: choices.Refusal | None, place: Problem) -> None:
        if refusal:
            name, found, allowed = refusal
            self.problems.append(Problem(place.file, place.row, place.column, f"{name} = {found}", allowed))

    def check_rules(
        self,
        chapter: Chapter,
        values: dict[str, Scalar],
        nodes: dict[str, yaml.ScalarNode],
        settings: dict[str, str],
        where: yaml.Node,
    ) -> None:
        for rule in choices.RULES:
            wanted = parameters_of(rule)
            if set(wanted) <= set(values):
                refusal = rule(self.tables, **{name: values[name] for name in wanted})
                if refusal:
                    node = nodes.get(refusal[0], where)
                    row, column = node.start_mark.line + 1, str(node.start_mark.column + 1)
                    place = Problem("--set") if refusal[0] in settings else Problem(str(self.path), row, column)
                    self.refuse(refusal, place)

    def asks_for(self, *slugs: str) -> bool:
        """Whether a run is asked for, by its slug or by the one that it has without ``--set``."""
        return not self.only or bool({*slugs} & {*self.only})

    def without_twins(self, runs: list[tuple[Run, yaml.Node]]) -> list[tuple[Run, yaml.Node]]:
        """All that is asked for, and each other run once: ``--set`` may make several one."""
        asked = {run.slug for run, _ in runs if self.asks_for(run.slug, run.unset)}
        first = {run.slug: run for run, _ in reversed(runs)}
        return [
            (run, node)
            for run, node in runs
            if self.asks_for(run.slug, run.unset) or (run.slug not in asked and first[run.slug] is run)
        ]

    def check_settings(self, settings: dict[str, str], runs: list[tuple[Run, yaml.Node]]) -> None:
        asked = [run.chapter for run, _ in runs if self.asks_for(run.slug, run.unset)]
        chapters = asked if self.only and asked else self.chapters.values()
        declared = sorted({name for chapter in chapters for name in chapter.parameters})
        for name in settings:
            if name not in declared:
                found = f"the parameter {name!r}{nearest(name, declared)}"
                self.problems.append(Problem("--set", "-", name, found, ", ".join(declared)))

    def check_slugs(self, runs: list[tuple[Run, yaml.Node]]) -> None:
        seen: dict[str, yaml.Node] = {}
        for run, node in runs:
            if run.slug in seen:
                line = seen[run.slug].start_mark.line + 1
                self.problem(node, f"a second run with the slug {run.slug} (first in row {line})", "each run once")
            seen.setdefault(run.slug, node)


@lru_cache
def parameters_of(rule: Callable[..., Any]) -> list[str]:
    """The names of the parameters that a rule is about."""
    return list(inspect.signature(rule).parameters)[1:]


def excluded(nodes: dict[str, yaml.ScalarNode], out: dict[str, yaml.ScalarNode]) -> bool:
    return bool(out) and all(name in nodes and nodes[name].value == node.value for name, node in out.items())


def nearest(name: str, known: Any) -> str:
    """A hint at what was meant, or nothing."""
    near = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f" (nearest: {near[0]})" if near else ""


def base_type(kind: str) -> type:
    """str, int, float or bool under a parameter type's name."""
    declared = choices.TYPES[kind]
    base: type = get_args(declared)[0] if get_origin(declared) is not None else declared
    return base


def convert(text: str, parameter: Parameter, *, quoted: bool) -> Scalar:
    """A scalar's text by the declared type; a text that does not fit stays a text, to be refused as one."""
    base = base_type(parameter.type)
    if base is bool and text in ("true", "false") and not quoted:
        return text == "true"
    if base is int and re.fullmatch(r"-?(0|[1-9]\d*)", text) and not quoted:
        return int(text)
    if base is float and re.fullmatch(r"-?\d+(\.\d+)?", text) and not quoted:
        return float(text)
    return text


def check_value(parameter: Parameter, value: Scalar, tables: Tables) -> choices.Refusal | None:
    """One value against its type, strictly (true is no int, NaN no float); the refusal names what is allowed."""
    rule = rule_of(parameter.type)
    fits = type(value) is base_type(parameter.type) and (not isinstance(value, float) or math.isfinite(value))
    if fits and isinstance(rule, choices.OneOf):
        fits = value in rule.values(tables)
    if fits and isinstance(rule, choices.Range):
        fits = rule.low <= value <= rule.high  # type: ignore[operator]
    return None if fits else (parameter.name, repr(value), allowed_of(parameter.type, tables))


def rule_of(kind: str) -> Any:
    declared = choices.TYPES[kind]
    return get_args(declared)[1] if get_origin(declared) is not None else None


def allowed_of(kind: str, tables: Tables) -> str:
    """What a parameter type allows, in words."""
    rule, base = rule_of(kind), base_type(kind).__name__
    if isinstance(rule, choices.OneOf):
        return ", ".join(rule.values(tables))
    if isinstance(rule, choices.Range):
        return f"{base} from {rule.low:g} to {rule.high:g}"
    return base


def slug(chapter: Chapter, values: dict[str, Scalar]) -> str:
    """The chapter's name, then what differs from its defaults, in ASCII lower case."""
    parts = [f"{n}-{ascii_of(v)}" for n, v in values.items() if v != chapter.parameters[n].default]
    return "--".join([chapter.name, *parts])


def ascii_of(value: Scalar) -> str:
    decomposed = unicodedata.normalize("NFKD", str(value)).lower()
    text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")


def read_review(
    path: Path,
    notebooks: Path,
    tables: Tables,
    settings: dict[str, str] | None = None,
    only: tuple[str, ...] = (),
    valid: bool = False,
) -> Review:
    """A review file as checked runs. Raises InputError with every mistake in it, in the settings and in the
    chapters it names."""
    return Reader(path, notebooks, tables, only, valid).read(settings or {})
