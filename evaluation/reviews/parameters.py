"""What a review may ask: each chapter's declared parameters, and the review file read with positions.

Everything is checked before anything runs; every mistake is reported at once, with its row and column.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import math
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args, get_origin

import yaml

from ..data.sources import Tables
from ..problems import InputError, Problem, controls, in_order, listed, nearest, quoted, refuse, says_something
from ..problems.foreign import MOST_DIGITS, check_shape, parse_python, read_notebook, read_yaml
from . import choices

Scalar = str | int | float | bool
MOST_RUNS = 10_000  # of one review: a day's work for a machine
LONGEST_TITLE = 200  # a heading, a window's title
LONGEST_SLUG = 200  # a file's name may have 255 bytes, and a page's is its slug with an end
NULL = "tag:yaml.org,2002:null"
FRONT, ANNEX = "front", "annex"  # parts of a review: the page that opens it, and what follows its chapters


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
    """One chapter with one set of parameters, checked; ``slug`` names it everywhere.

    A year asked for as ``latest`` stands in ``parameters`` as the year that it is, so that a manifest, a page and
    a key tell it; the slug and ``differing`` go by what was ``asked``, so that a new year renames no page.
    """

    slug: str
    chapter: Chapter
    parameters: dict[str, Scalar]
    asked: dict[str, Scalar] = field(default_factory=dict)
    left_out: list[choices.LeftOut] = field(default_factory=list)
    unset: str = ""  # the slug that it has without --set
    part: str = ""  # of the review: its front, an annex, or else one of its chapters
    bridge: dict[str, str] = field(default_factory=dict)  # what leads to the next page, a sentence in each language

    @property
    def differing(self) -> dict[str, Scalar]:
        """The parameters that differ from the chapter's defaults."""
        asked = self.parameters | self.asked
        return {n: v for n, v in self.parameters.items() if asked[n] != self.chapter.parameters[n].default}

    @property
    def page(self) -> str:
        """The name of its page: the front of a review opens it."""
        return "index" if self.part == FRONT else self.slug

    @property
    def latest(self) -> list[str]:
        """The parameters that were asked for as the latest year."""
        return [name for name, value in self.asked.items() if value == choices.LATEST != self.parameters[name]]


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
    date: str = ""  # on which it was published, YYYY-MM-DD: the writer's, never the clock's


@dataclass
class Asked:
    """What a review file asks of one chapter, each value with its place in the file."""

    chapter: yaml.ScalarNode
    parameters: dict[str, yaml.ScalarNode] = field(default_factory=dict)
    matrix: dict[str, list[yaml.ScalarNode]] = field(default_factory=dict)
    exclude: list[dict[str, yaml.ScalarNode]] = field(default_factory=list)
    keys: dict[str, yaml.Node] = field(default_factory=dict)
    part: str = ""
    bridge: dict[str, str] = field(default_factory=dict)


TITLED = {"evaluation": {"title": {"en": str, "fr": str}}}


def read_chapter(path: Path) -> Chapter:
    """A chapter's title and declared parameters. Raises InputError where the notebook or the cell is not valid."""
    notebook = read_notebook(path)
    problems = list(check_title(path, notebook["metadata"]))
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", path.stem):
        problems.append(
            Problem(str(path), found=f"the name {quoted(path.stem)}", allowed="lower-case letters, digits, _")
        )
    tagged = [i for i, c in enumerate(notebook["cells"], start=1) if "parameters" in c["metadata"].get("tags", [])]
    if len(tagged) != 1:
        row = tagged[1] if tagged else "-"
        problems.append(Problem(str(path), row, found=f"{len(tagged)} cells tagged parameters", allowed="one"))
    if problems:
        raise InputError(problems)
    source = "".join(notebook["cells"][tagged[0] - 1]["source"])
    title = dict(notebook["metadata"]["evaluation"]["title"])
    return Chapter(path.stem, path, title, read_parameters(path, tagged[0], source))


def check_title(path: Path, metadata: dict[str, Any]) -> Iterator[Problem]:
    """A chapter has a title in each language."""
    wrong = list(check_shape(metadata, TITLED))
    for where, found, _ in wrong:
        yield Problem(str(path), "-", f"metadata.{where}", found, "metadata.evaluation.title with texts en and fr")
    for language in ("en", "fr") if not wrong else ():
        text = metadata["evaluation"]["title"][language]
        if not says_something(text) or controls(text):
            found = f"{controls(text)} in the title" if controls(text) else "an empty title"
            yield Problem(str(path), "-", f"title.{language}", found, "a text without control characters")


def read_parameters(path: Path, cell: int, source: str) -> dict[str, Parameter]:
    """The declarations of a parameters cell: ``name: Type = default  # comment``, one a line."""
    lines = source.splitlines()
    declared: dict[str, Parameter] = {}
    problems = []
    for statement in parse_python(path, cell, source).body:
        parameter = to_parameter(statement, lines)
        if parameter is None:
            found = lines[statement.lineno - 1]
            allowed = f"name: Type = value  # comment, with Type one of {', '.join(choices.TYPES)}"
            problems.append(Problem(str(path), cell, f"line {statement.lineno}", quoted(found), allowed))
        elif parameter.name in declared:
            found = f"{parameter.name} a second time"
            problems.append(Problem(str(path), cell, f"line {statement.lineno}", found, "each parameter once"))
        else:
            declared[parameter.name] = parameter
    if problems:
        raise InputError(problems)
    return declared


def to_parameter(statement: ast.stmt, lines: list[str]) -> Parameter | None:
    """A declaration, or None where the statement is anything else."""
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id=kind), value=value) if (
            kind in choices.TYPES and value is not None and re.fullmatch(r"[a-z][a-z0-9_]*", name)
        ):
            try:
                default = ast.literal_eval(value)
            except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
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
        keys = self.mapping(root, ("title", "date", "confidential", "chapters"), required=("title", "chapters"))
        title = self.title(keys.get("title"))
        confidential = self.yes_or_no(keys.get("confidential"))
        date = self.date(keys.get("date"))
        asked = [a for node in self.items(keys.get("chapters"), "chapters") if (a := self.asked(node))]
        if self.too_many(asked):
            raise InputError(self.problems)
        runs = self.without_twins([run for entry in asked for run in self.runs(entry, settings)])
        self.check_settings(settings, runs)
        self.check_slugs(runs)
        if self.problems:
            raise InputError(in_order(self.problems))
        public = "confidential" in keys and not confidential
        return Review(self.path.stem, self.path, title, [run for run, _ in runs], confidential, public, date)

    def compose(self) -> yaml.Node:
        """The file's nodes. Raises InputError for a file that is none."""
        node: yaml.Node | None = read_yaml(self.path, f"a review file{self.nearby()}")
        if node is None:
            raise refuse(self.path, found="an empty file", allowed="title and chapters")
        return node

    def nearby(self) -> str:
        """The review files there are, for who has named none."""
        folder = self.notebooks.parent / "parameters"
        names = sorted(f"parameters/{path.name}" for path in folder.glob("*.yml"))
        return f", such as {listed(names)}" if names else ""

    def mapping(
        self, node: yaml.Node | None, allowed: tuple[str, ...], required: tuple[str, ...] = ()
    ) -> dict[str, yaml.Node]:
        """A mapping's keys to their nodes; duplicates, unknown keys and missing ones are problems."""
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            self.problem(node, what(node), "keys " + ", ".join(allowed or ("name: value",)))
            return {}
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if not isinstance(key, yaml.ScalarNode):
                self.problem(key, f"{what(key)} as a key", "a name")
            elif name in found:
                self.problem(key, f"the key {quoted(name)} a second time", "each key once")
            elif allowed and name not in allowed:
                self.problem(key, f"the key {quoted(name)}{nearest(name, allowed)}", ", ".join(allowed))
            else:
                found[name] = value
        for name in required:
            if name not in found:
                self.problem(node, f"no {name}", ", ".join(required))
        return found

    def items(self, node: yaml.Node | None, of: str) -> list[yaml.Node]:
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            found = f"an empty {of}" if not node.value or is_null(node) else what(node)
            self.problem(node, found, f"a list of one or more {of}")
            return []
        return list(node.value)

    def title(self, node: yaml.Node | None) -> dict[str, str]:
        parts = self.mapping(node, ("en", "fr"), required=("en", "fr"))
        for language, part in parts.items():
            if not isinstance(part, yaml.ScalarNode) or not says_something(part.value) or is_null(part):
                self.problem(part, f"no text for {language}", "a title")
            elif len(part.value) > LONGEST_TITLE:
                self.problem(part, f"a title of {len(part.value)} characters", f"up to {LONGEST_TITLE}")
            elif found := controls(part.value):
                self.problem(part, f"{found} in the title", "text without control characters")
        return {language: str(part.value) for language, part in parts.items()}

    def yes_or_no(self, node: yaml.Node | None) -> bool:
        """A key that is true or false, and false where it is not given."""
        if node is not None and (not isinstance(node, yaml.ScalarNode) or node.value not in ("true", "false")):
            self.problem(node, what(node), "true or false")
        return node is not None and node.value == "true"

    def date(self, node: yaml.Node | None) -> str:
        """A day, YYYY-MM-DD; empty where none is given."""
        value = str(node.value) if isinstance(node, yaml.ScalarNode) else ""
        if node is not None and not is_day(value):
            self.problem(node, what(node), "a day, YYYY-MM-DD")
        return value

    def asked(self, node: yaml.Node) -> Asked | None:
        """One entry of ``chapters``: a name, or a mapping with parameters, matrix and exclude."""
        if isinstance(node, yaml.ScalarNode):
            return Asked(node) if self.chapter(node) else None
        known = ("chapter", "parameters", "matrix", "exclude", "part", "bridge")
        keys = self.mapping(node, known, required=("chapter",))
        name = keys.get("chapter")
        if name is not None and not isinstance(name, yaml.ScalarNode):
            self.problem(name, what(name), "a chapter's name")
        if not isinstance(name, yaml.ScalarNode) or not self.chapter(name):
            return None
        entry = Asked(name, keys=keys, part=self.part(keys.get("part")))
        entry.bridge = self.title(keys["bridge"]) if "bridge" in keys else {}
        entry.parameters = self.scalars(keys.get("parameters"))
        for key, values in self.mapping(keys.get("matrix"), ()).items():
            entry.matrix[key] = self.each_once(self.only_scalars(self.items(values, f"values for {quoted(key)[1:-1]}")))
        if isinstance(keys.get("matrix"), yaml.MappingNode) and not entry.matrix:
            self.problem(keys["matrix"], "an empty matrix", "name: [values]")
        if "exclude" in keys and "matrix" not in keys:
            self.problem(keys["exclude"], "exclude without a matrix", "exclude beside matrix")
        elif "exclude" in keys:
            entry.exclude = [self.scalars(item) for item in self.items(keys["exclude"], "combinations")]
        return entry

    def part(self, node: yaml.Node | None) -> str:
        """Which part of the review an entry is; a chapter like the others where it does not say."""
        if node is None:
            return ""
        value = node.value if isinstance(node, yaml.ScalarNode) else ""
        if value not in (FRONT, ANNEX):
            self.problem(node, what(node), f"{FRONT}, once, or {ANNEX}")
        return str(value)

    def chapter(self, node: yaml.ScalarNode) -> Chapter | None:
        name = str(node.value)
        if name not in self.known:
            self.problem(node, f"the chapter {quoted(name)}{nearest(name, self.known)}", listed(self.known))
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
        """The nodes that are scalars; any other is a problem, and nothing at all is one."""
        for node in nodes:
            if not isinstance(node, yaml.ScalarNode) or is_null(node):
                found = "null" if is_null(node) else "a list or a mapping"
                self.problem(node, found, "one str, int, float or bool")
        return [node for node in nodes if isinstance(node, yaml.ScalarNode) and not is_null(node)]

    def each_once(self, nodes: list[yaml.ScalarNode]) -> list[yaml.ScalarNode]:
        """A list's values, a second one of the same text being a problem."""
        first = {node.value: node for node in reversed(nodes)}
        for node in nodes:
            if first[node.value] is not node:
                self.problem(node, f"the value {quoted(node.value)} a second time", "each value once")
        return [node for node in nodes if first[node.value] is node]

    def too_many(self, asked: list[Asked]) -> bool:
        """Whether a review asks for more runs than anybody waits for, counted before any is made."""
        total = 0
        for entry in asked:
            total += math.prod(map(len, entry.matrix.values()))
            if total > MOST_RUNS:
                self.problem(entry.keys.get("matrix", entry.chapter), f"{total} runs", f"up to {MOST_RUNS} a review")
                return True
        return False

    def runs(self, entry: Asked, settings: dict[str, str]) -> Iterator[tuple[Run, yaml.Node]]:
        """The runs of an entry: one for each combination of the matrix that is not excluded."""
        chapter = self.chapters[str(entry.chapter.value)]
        for name in [*entry.parameters, *entry.matrix, *(n for e in entry.exclude for n in e)]:
            if name not in chapter.parameters:
                node = next(iter([*entry.matrix.get(name, []), entry.parameters.get(name, entry.chapter)]))
                found = f"the parameter {quoted(name)}{nearest(name, chapter.parameters)}"
                self.problem(node, found, ", ".join(chapter.parameters) or "no parameters")
        for name in set(entry.parameters) & set(entry.matrix):
            self.problem(entry.parameters[name], f"{name} in parameters and in matrix", "one of them")
        known = {n: v for n, v in entry.parameters.items() if n in chapter.parameters}
        matrix = {n: v for n, v in entry.matrix.items() if n in chapter.parameters}
        if any(not values for values in matrix.values()):
            return
        combinations = [known | dict(zip(matrix, c, strict=True)) for c in itertools.product(*matrix.values())]
        left = [nodes for nodes in combinations if not any(excluded(nodes, out) for out in entry.exclude)]
        self.check_exclude(entry, combinations)
        for nodes in left:
            for run, where in self.run(chapter, nodes, settings, entry.chapter):
                yield replace(run, part=entry.part, bridge=entry.bridge), where
        if not left:
            self.problem(entry.keys.get("exclude"), "every combination excluded", "a matrix that leaves one")

    def check_exclude(self, entry: Asked, combinations: list[dict[str, yaml.ScalarNode]]) -> None:
        """Each exclusion leaves something out; one that does not is a slip of the pen."""
        for number, out in enumerate(entry.exclude):
            node = entry.keys["exclude"].value[number]
            known = isinstance(node, yaml.MappingNode) and len(node.value) == len(out)
            known = known and all(name in self.chapters[str(entry.chapter.value)].parameters for name in out)
            if known and not any(excluded(nodes, out) for nodes in combinations):
                words = ", ".join(f"{name}: {node.value}" for name, node in out.items())
                found = f"{{{words}}}, which no combination of the matrix has"
                self.problem(node, found, "a combination of the matrix")

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
        if len(self.problems) == before:
            yield from self.checked(chapter, values, nodes, settings, where, unset)
        if len(self.problems) > before and not asked:  # what is not asked for need not be possible
            del self.problems[before:]

    def checked(
        self,
        chapter: Chapter,
        asked: dict[str, Scalar],
        nodes: dict[str, yaml.ScalarNode],
        settings: dict[str, str],
        where: yaml.Node,
        unset: str,
    ) -> Iterator[tuple[Run, yaml.Node]]:
        """A run of values that each fit their type, where they fit together and the latest years are known."""
        before = len(self.problems)
        years = [name for name, parameter in chapter.parameters.items() if parameter.type == "Year"]
        values, refusal = choices.resolved(self.tables, asked, years)
        if refusal:
            self.refuse(refusal, self.place_of(refusal[0], nodes, settings, where))
        elif not self.valid:
            self.check_rules(values, nodes, settings, where)
        if len(self.problems) == before:
            left_out = choices.left_out(self.tables, values, years)
            yield Run(slug(chapter, asked), chapter, values, asked, left_out, unset), where

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
            column = name if place.file == "--set" else place.column
            self.problems.append(Problem(place.file, place.row, column, f"{name} = {found}", allowed))

    def check_rules(
        self,
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
                    self.refuse(refusal, self.place_of(refusal[0], nodes, settings, where))

    def place_of(
        self, name: str, nodes: dict[str, yaml.ScalarNode], settings: dict[str, str], where: yaml.Node
    ) -> Problem:
        """Where a parameter was set, for a refusal."""
        if name in settings:
            return Problem("--set")
        mark = nodes.get(name, where).start_mark
        return Problem(str(self.path), mark.line + 1, str(mark.column + 1))

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
        for name in settings if self.chapters else ():
            if name not in declared:
                found = f"the parameter {quoted(name)}{nearest(name, declared)}"
                self.problems.append(Problem("--set", "-", name, found, ", ".join(declared)))

    def check_slugs(self, runs: list[tuple[Run, yaml.Node]]) -> None:
        for _, node in [one for one in runs if one[0].part == FRONT][1:]:
            self.problem(node, "a second front page", "one page that opens the review")
        seen: dict[str, yaml.Node] = {}
        for run, node in runs:
            if run.slug in seen:
                line = seen[run.slug].start_mark.line + 1
                self.problem(node, f"a second run with the slug {run.slug} (first in row {line})", "each run once")
            if len(run.slug) > LONGEST_SLUG:
                found = f"the name {quoted(run.slug)} for a page"
                self.problem(node, found, f"up to {LONGEST_SLUG} characters: shorter texts as parameters")
            seen.setdefault(run.slug, node)


@lru_cache
def parameters_of(rule: Callable[..., Any]) -> list[str]:
    """The names of the parameters that a rule is about."""
    return list(inspect.signature(rule).parameters)[1:]


def excluded(nodes: dict[str, yaml.ScalarNode], out: dict[str, yaml.ScalarNode]) -> bool:
    return bool(out) and all(name in nodes and nodes[name].value == node.value for name, node in out.items())


def is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def is_null(node: yaml.Node) -> bool:
    """Whether a node is YAML's nothing: null, ~ or an empty value."""
    return isinstance(node, yaml.ScalarNode) and node.tag == NULL


def what(node: yaml.Node) -> str:
    """What a node is, in words: a text as it stands, or the kind of anything else."""
    if isinstance(node, yaml.ScalarNode):
        return "null" if is_null(node) else quoted(node.value)
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"


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
    if len(text) > MOST_DIGITS or quoted:
        return text
    if base is int and re.fullmatch(r"-?(0|[1-9][0-9]*)", text):
        return int(text)
    if base is float and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        return float(text)
    return text


def check_value(parameter: Parameter, value: Scalar, tables: Tables) -> choices.Refusal | None:
    """One value against its type, strictly (true is no int, NaN no float); the refusal names what is allowed."""
    if parameter.type == "Year" and value == choices.LATEST:
        return None
    rule = rule_of(parameter.type)
    fits = type(value) is base_type(parameter.type) and (not isinstance(value, float) or math.isfinite(value))
    if fits and isinstance(value, str) and controls(value):
        return parameter.name, f"{quoted(value)} with {controls(value)}", "text without control characters"
    if fits and isinstance(rule, choices.OneOf):
        fits = value in rule.values(tables)
    if fits and isinstance(rule, choices.Range):
        fits = rule.low <= value <= rule.high  # type: ignore[operator]
    near = nearest(str(value), rule.values(tables)) if isinstance(rule, choices.OneOf) else ""
    return None if fits else (parameter.name, quoted(value) + near, allowed_of(parameter.type, tables))


def rule_of(kind: str) -> Any:
    declared = choices.TYPES[kind]
    return get_args(declared)[1] if get_origin(declared) is not None else None


def allowed_of(kind: str, tables: Tables) -> str:
    """What a parameter type allows, in words."""
    rule, base = rule_of(kind), base_type(kind).__name__
    if isinstance(rule, choices.OneOf):
        return listed(rule.values(tables))
    if isinstance(rule, choices.Range):
        return f"{base} from {rule.low:g} to {rule.high:g}" + (f", or {choices.LATEST}" if kind == "Year" else "")
    return base


def slug(chapter: Chapter, values: dict[str, Scalar]) -> str:
    """The chapter's name, then what differs from its defaults as asked for, in ASCII lower case."""
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
