"""A review file as checked runs.

Everything is checked before anything runs; every mistake is reported at once, with its row and column.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import yaml

from ..data.sources import Tables
from ..problems import InputError, Problem, in_order, listed, nearest, quoted, refuse
from ..problems.foreign import read_yaml
from ..problems.paths import LONGEST_NAME
from . import choices
from .nodes import ChapterEntry, Nodes, is_day, what
from .parameters import ChapterFile, Scalar, check_value, convert, read_chapter
from .review import ANNEX, FRONT, Review, Run, slug

ADDRESSES = ("contact", "corrections")  # where readers write to, and see what was corrected
ADDRESS = re.compile(r"https://[^\s/]+\S*|mailto:[^\s@]+@[^\s@]+")
# Who made the review, what it is and is not, where it looked, whom a reader in need can call.
IMPRINT = ("makers", "notice", "searched", "help")


class Reader(Nodes):
    """Reads a review file into runs, collecting every mistake."""

    def __init__(
        self, path: Path, notebooks: Path, tables: Tables, settings: dict[str, str], only: tuple[str, ...], valid: bool
    ):
        super().__init__(path)
        self.notebooks, self.tables, self.settings, self.only = notebooks, tables, settings, only
        self.valid = valid  # known to be: some rules import what takes seconds
        self.chapters: dict[str, ChapterFile] = {}
        self.known = sorted(p.stem for p in notebooks.glob("*.ipynb"))

    def read(self) -> Review:
        """The review. Raises InputError with every mistake in the file, each with its row and column."""
        root = self.compose()
        keys = self.mapping(
            root,
            ("title", "date", *ADDRESSES, "imprint", "confidential", "languages", "chapters"),
            required=("title", "chapters"),
        )
        self.languages = self.asked_languages(keys.get("languages"))
        title = self.title(keys.get("title"))
        confidential = (
            self.text(keys.get("confidential"), lambda text: text in ("true", "false"), "true or false") == "true"
        )
        date = self.text(keys.get("date"), is_day, "a day, YYYY-MM-DD")
        allowed = "https://... or mailto:..."
        addresses = {name: self.text(keys[name], ADDRESS.fullmatch, allowed) for name in ADDRESSES if name in keys}
        imprint = {
            name: self.title(node, digits=name == "help")
            for name, node in self.mapping(keys.get("imprint"), IMPRINT).items()
        }
        asked = [a for node in self.items(keys.get("chapters"), "chapters") if (a := self.asked(node))]
        runs = self.without_twins([run for entry in asked for run in self.runs(entry)])
        self._check_settings(runs)
        self._check_slugs(runs)
        if self.problems:
            raise InputError(in_order(self.problems))
        chosen = [run for run, _ in runs]
        return Review(self.path.stem, self.path, title, chosen, confidential, self.languages, date, addresses, imprint)

    def compose(self) -> yaml.Node:
        """The file's nodes. Raises InputError for a file that is none."""
        names = sorted(f"parameters/{path.name}" for path in (self.notebooks.parent / "parameters").glob("*.yml"))
        known = f", such as {listed(names)}" if names else ""
        node: yaml.Node | None = read_yaml(self.path, f"a review file{known}")
        if node is None:
            raise refuse(self.path, found="an empty file", allowed="title and chapters")
        return node

    def asked(self, node: yaml.Node) -> ChapterEntry | None:
        """One entry of ``chapters``: a name, or a mapping with parameters, matrix and exclude."""
        if isinstance(node, yaml.ScalarNode):
            return ChapterEntry(node) if self._chapter(node) else None
        known = ("chapter", "parameters", "matrix", "exclude", "part", "bridge")
        keys = self.mapping(node, known, required=("chapter",))
        name = keys.get("chapter")
        if name is not None and not isinstance(name, yaml.ScalarNode):
            self.problem(name, what(name), "a chapter's name")
        if not isinstance(name, yaml.ScalarNode) or not self._chapter(name):
            return None
        entry = ChapterEntry(
            name,
            keys=keys,
            part=self.text(keys.get("part"), lambda text: text in (FRONT, ANNEX), f"{FRONT}, once, or {ANNEX}"),
        )
        entry.bridge = self.title(keys["bridge"]) if "bridge" in keys else {}
        entry.parameters = self.scalars(keys.get("parameters"))
        for key, values in self.mapping(keys.get("matrix"), ()).items():
            entry.matrix[key] = self.only_scalars(self.items(values, f"values for {quoted(key)[1:-1]}"))
        if isinstance(keys.get("matrix"), yaml.MappingNode) and not entry.matrix:
            self.problem(keys["matrix"], "an empty matrix", "name: [values]")
        if "exclude" in keys and "matrix" not in keys:
            self.problem(keys["exclude"], "exclude without a matrix", "exclude beside matrix")
        elif "exclude" in keys:
            entry.exclude = [self.scalars(item) for item in self.items(keys["exclude"], "combinations")]
        return entry

    def _chapter(self, node: yaml.ScalarNode) -> ChapterFile | None:
        name = str(node.value)
        if name not in self.known:
            self.problem(node, f"the chapter {quoted(name)}{nearest(name, self.known)}", listed(self.known))
            return None
        if name not in self.chapters:
            try:
                self.chapters[name] = read_chapter(self.notebooks / f"{name}.ipynb", self.languages)
            except InputError as error:
                self.problems += error.problems
                return None
        return self.chapters[name]

    def runs(self, entry: ChapterEntry) -> Iterator[tuple[Run, yaml.Node]]:
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
        left = [nodes for nodes in combinations if not any(_excluded(nodes, out) for out in entry.exclude)]
        for nodes in left:
            for run, where in self.run(chapter, nodes, entry.chapter):
                yield replace(run, part=entry.part, bridge=entry.bridge), where
        if not left:
            self.problem(entry.keys.get("exclude"), "every combination excluded", "a matrix that leaves one")

    def run(
        self, chapter: ChapterFile, nodes: dict[str, yaml.ScalarNode], where: yaml.Node
    ) -> Iterator[tuple[Run, yaml.Node]]:
        """A run whose values are allowed; what speaks against one that is not asked for is not told."""
        asked, unset = self.values(chapter, nodes, self.settings), slug(chapter, self.values(chapter, nodes, {}))
        years = [name for name, parameter in chapter.parameters.items() if parameter.type == "Year"]
        values, refusals = self.checked(chapter, asked, years)
        if not refusals:
            left_out = choices.left_out(self.tables, values, years)
            yield Run(slug(chapter, asked), chapter, values, asked, left_out, unset), where
        elif self.asks_for(unset, slug(chapter, asked)):
            for refusal in refusals:
                self.refuse(refusal, nodes, chapter)

    def checked(
        self, chapter: ChapterFile, asked: dict[str, Scalar], years: list[str]
    ) -> tuple[dict[str, Scalar], list[choices.Refusal]]:
        """A run's values with the latest years as they are known, and what speaks against them: each by its type, then
        all together."""
        parameters = chapter.parameters.items() if not self.valid else ()
        unfit = [check_value(parameter, asked[name], self.tables) for name, parameter in parameters]
        if any(unfit):
            return asked, [*filter(None, unfit)]
        values, refusal = choices.resolved(self.tables, asked, years)
        if refusal:
            return asked, [refusal]
        return values, [] if self.valid else [*choices.refusals(self.tables, values)]

    def values(
        self, chapter: ChapterFile, nodes: dict[str, yaml.ScalarNode], settings: dict[str, str]
    ) -> dict[str, Scalar]:
        """A run's values by their declared types, valid or not."""
        found = {name: parameter.default for name, parameter in chapter.parameters.items()}
        for name in found:
            parameter = chapter.parameters[name]
            if name in settings:
                found[name] = convert(settings[name], parameter, quoted=False)
            elif name in nodes:
                found[name] = convert(str(nodes[name].value), parameter, quoted=nodes[name].style in ("'", '"'))
        return choices.completed(self.tables, found, {*settings, *nodes})

    def refuse(self, refusal: choices.Refusal, nodes: dict[str, yaml.ScalarNode], chapter: ChapterFile) -> None:
        """A refusal as a problem, at the place where its parameter was set, or in its chapter where nobody set it."""
        name, found, allowed = refusal
        place = self.at(nodes[name]) if name in nodes else Problem(str(chapter.path), column=name)
        place = Problem("--set", column=name) if name in self.settings else place
        self.problems.append(replace(place, found=f"{name} = {found}", allowed=allowed))

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

    def _check_settings(self, runs: list[tuple[Run, yaml.Node]]) -> None:
        asked = [run.chapter for run, _ in runs if self.asks_for(run.slug, run.unset)]
        chapters = asked if self.only and asked else self.chapters.values()
        declared = sorted({name for chapter in chapters for name in chapter.parameters})
        for name in self.settings if self.chapters else ():
            if name not in declared:
                found = f"the parameter {quoted(name)}{nearest(name, declared)}"
                self.problems.append(Problem("--set", "-", name, found, ", ".join(declared)))

    def _check_slugs(self, runs: list[tuple[Run, yaml.Node]]) -> None:
        for _, node in [one for one in runs if one[0].part == FRONT][1:]:
            self.problem(node, "a second front page", "one page that opens the review")
        seen: dict[str, yaml.Node] = {}
        for run, node in runs:
            if run.slug in seen:
                line = seen[run.slug].start_mark.line + 1
                self.problem(node, f"a second run with the slug {run.slug} (first in row {line})", "each run once")
            if len(run.slug) > LONGEST_NAME:
                found = f"the name {quoted(run.slug)} for a page"
                self.problem(node, found, f"up to {LONGEST_NAME} characters: shorter texts as parameters")
            seen.setdefault(run.slug, node)


def _excluded(nodes: dict[str, yaml.ScalarNode], out: dict[str, yaml.ScalarNode]) -> bool:
    return bool(out) and all(name in nodes and nodes[name].value == node.value for name, node in out.items())


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
    return Reader(path, notebooks, tables, settings or {}, only, valid).read()
