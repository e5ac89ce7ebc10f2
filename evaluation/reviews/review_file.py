"""A review file as checked runs: YAML read with positions, every mistake at once with its row and column."""

import itertools
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from ..data.checking import DAY
from ..data.sources import Tables
from ..language import LANGUAGES, is_moment
from ..language.comparisons import GENERAL, comparison
from ..language.placeholders import with_names, wrong_title
from ..problems import InputError, Problem, in_order, listed, nearest, quoted, refuse
from ..problems.foreign import read_yaml
from ..problems.paths import LONGEST_NAME
from . import choices
from .parameters import ChapterFile, Scalar, check_value, convert, read_chapter
from .review import ANNEX, FRONT, Review, Run, slug

ADDRESSES = ("contact", "corrections", "repository")  # where readers write to, see what was corrected, fork it
ADDRESS = re.compile(r"https://[^\s/]+\S*|mailto:[^\s@]+@[^\s@]+")
SITE = re.compile(r"https://[^\s/?#]+[^\s?#]*")
# Who publishes and made the review, which edition it is, what it is and is not, where it looked, whom a reader in need
# can call, how it was made and what changed since the edition before.
IMPRINT = ("publisher", "makers", "edition", "notice", "searched", "help", "about", "changes")
NAMES = ("publisher", "makers", "edition")  # which say nothing of data: "First edition" compares none
PUBLISHED = "address"  # in the imprint: of the folder that the review is published in
BRIEF = ("title", "findings", "charts")  # of the brief: its title, pages whose findings it has, charts as slug/chart
KEYS = ("title", "date", *ADDRESSES, "imprint", "brief", "confidential", "languages", "chapters")
ENTRY = ("chapter", "parameters", "matrix", "exclude", "part", "bridge", "box")
MOST_RUNS = 1000  # of one entry: ten times the largest review that was asked for, and hours of runs
NULL = "tag:yaml.org,2002:null"

PlacedRun = tuple[Run, yaml.Node]  # with its place in the file
Scalars = dict[str, yaml.ScalarNode]


def read_review(path: Path, notebooks: Path, tables: Tables, **options: Any) -> Review:
    """A review file as checked runs, with the ``settings``, ``only`` and ``valid`` of `Reader`. Raises InputError with
    every mistake in it, in the settings and in the chapters it names."""
    return Reader(path, notebooks, tables, **options).read()


@dataclass
class Reader:
    """Reads a review file into runs, collecting every mistake."""

    path: Path
    notebooks: Path
    tables: Tables
    settings: dict[str, str] = field(default_factory=dict)  # by ``--set``
    only: tuple[str, ...] = ()  # slugs
    valid: bool = False  # known to be, so not judged again: some rules import what takes seconds
    problems: list[Problem] = field(default_factory=list)
    languages: tuple[str, ...] = LANGUAGES  # in which a text must be there
    general: list[tuple[int, str]] = field(default_factory=list)  # texts that say nothing of data, by their rows
    chapters: dict[str, ChapterFile] = field(default_factory=dict)

    def read(self) -> Review:
        """The review. Raises InputError with every mistake in the file, each with its row and column."""
        names = sorted(f"parameters/{path.name}" for path in (self.notebooks.parent / "parameters").glob("*.yml"))
        root = read_yaml(self.path, f"a review file{f', such as {listed(names)}' if names else ''}")
        if root is None:
            raise refuse(self.path, actual="an empty file", allowed="title and chapters")
        keys = self.mapping(root, KEYS, required=("title", "chapters"))
        self.languages = self.asked_languages(keys.get("languages"))
        entries = self.items(keys.get("chapters"), "chapters")
        runs = self.without_twins([run for node in entries for run in self.runs(node)])
        imprint = self.mapping(keys.get("imprint"), (*IMPRINT, PUBLISHED))
        site = self.text(
            imprint.pop(PUBLISHED, None), SITE.fullmatch, "https://..., where `evaluation publish` is served"
        )
        addresses = {name: keys[name] for name in ADDRESSES if name in keys}
        yes_or_no = self.text(keys.get("confidential"), ("true", "false").__contains__, "true or false")
        review = Review(
            self.path.stem,
            self.path,
            self.title(keys.get("title")),
            [run for run, _ in runs],
            yes_or_no == "true",
            self.languages,
            self.text(keys.get("date"), lambda text: DAY.fullmatch(text) and is_moment(text), "a day, YYYY-MM-DD"),
            {
                name: self.text(value, ADDRESS.fullmatch, "https://... or mailto:...")
                for name, value in addresses.items()
            }
            | ({PUBLISHED: site} if site else {}),
            self.brief(keys.get("brief"), [run.slug for run, _ in runs]),
            {name: self.title(one, name == "help", name in NAMES) for name, one in imprint.items()},
            self.general,
        )
        self.check_settings(runs)
        self.check_slugs(runs)
        if self.problems:
            raise InputError(in_order(self.problems))
        return review

    def brief(self, node: yaml.Node | None, slugs: list[str]) -> dict[str, Any]:
        """What the brief is made of, its findings and charts of the review's pages; nothing where there is none, and
        with settings: its title and its choice of charts are of the review as its file has it."""
        if node is None or self.settings:
            return {}
        keys = self.mapping(node, BRIEF, required=BRIEF[:2])
        lists = {name: self.only_scalars(self.items(keys.get(name), name)) for name in BRIEF[1:]}
        for item in [*lists["findings"], *lists["charts"]]:
            slug, _, chart = item.value.partition("/")
            if slug not in slugs or bool(chart) != (item in lists["charts"]):
                self.problem(item, quoted(item.value), f"{'slug/chart of ' * (item in lists['charts'])}{listed(slugs)}")
        title = self.title(keys["title"]) if "title" in keys else {}
        return {"title": title} | {name: [str(item.value) for item in items] for name, items in lists.items()}

    # Runs

    def runs(self, node: yaml.Node) -> Iterator[PlacedRun]:
        """The runs of an entry of ``chapters``, a name or a mapping: one for each combination of its matrix."""
        named = isinstance(node, yaml.ScalarNode)
        keys = {"chapter": node} if named else self.mapping(node, ENTRY, required=("chapter",))
        where = keys.get("chapter")
        if where is not None and not isinstance(where, yaml.ScalarNode):
            self.problem(where, what(where), "a chapter's name")
        if not isinstance(where, yaml.ScalarNode) or not (chapter := self.chapter(where)):
            return
        part = self.text(keys.get("part"), (FRONT, ANNEX).__contains__, f"{FRONT}, once, or {ANNEX}")
        bridge = self.title(keys["bridge"]) if "bridge" in keys else {}
        box = self.text(keys.get("box"), ("true", "false").__contains__, "true or false") != "false"
        for nodes in self.combinations(chapter, keys):
            if run := self.run(chapter, nodes):
                yield replace(run, part=part, bridge=bridge, box=box), where

    def chapter(self, node: yaml.ScalarNode) -> ChapterFile | None:
        """The chapter that a node names; None where there is none, or it is not valid."""
        name, known = str(node.value), sorted(path.stem for path in self.notebooks.glob("*.ipynb"))
        if name not in known:
            self.problem(node, f"the chapter {quoted(name)}{nearest(name, known)}", listed(known))
        elif name not in self.chapters:
            try:
                self.chapters[name] = read_chapter(self.notebooks / f"{name}.ipynb", self.languages)
            except InputError as error:
                self.problems += error.problems
        return self.chapters.get(name)

    def combinations(self, chapter: ChapterFile, keys: dict[str, yaml.Node]) -> list[Scalars]:
        """The values of each run that an entry asks for, by parameter."""
        given = self.scalars(keys.get("parameters"))
        lists = self.mapping(keys.get("matrix"), ())
        matrix = {name: self.only_scalars(self.items(node, f"values for {name}")) for name, node in lists.items()}
        excluded: list[Scalars] = []
        if isinstance(keys.get("matrix"), yaml.MappingNode) and not matrix:
            self.problem(keys["matrix"], "an empty matrix", "name: [values]")
        if "exclude" in keys and "matrix" not in keys:
            self.problem(keys["exclude"], "exclude without a matrix", "exclude beside matrix")
        elif "exclude" in keys:
            excluded = [self.scalars(item) for item in self.items(keys["exclude"], "combinations")]
        for name in [*given, *matrix, *itertools.chain(*excluded)]:
            if name not in chapter.parameters:
                node = next(iter([*matrix.get(name, []), given.get(name, keys["chapter"])]))
                actual = f"the parameter {quoted(name)}{nearest(name, chapter.parameters)}"
                self.problem(node, actual, ", ".join(chapter.parameters) or "no parameters")
        for name in given.keys() & matrix.keys():
            self.problem(given[name], f"{name} in parameters and in matrix", "one of them")
        varied = {name: nodes for name, nodes in matrix.items() if name in chapter.parameters}
        fixed = {name: node for name, node in given.items() if name in chapter.parameters}
        if (count := math.prod(map(len, varied.values()))) > MOST_RUNS:
            self.problem(keys.get("matrix"), f"a matrix of {count} combinations", f"{MOST_RUNS} at most")
            return []
        every = [fixed | dict(zip(varied, nodes, strict=True)) for nodes in itertools.product(*varied.values())]
        left = [nodes for nodes in every if not any(out and _holds(nodes, out) for out in excluded)]
        if every and not left:
            self.problem(keys.get("exclude"), "every combination excluded", "a matrix that leaves one")
        return left

    def run(self, chapter: ChapterFile, nodes: Scalars) -> Run | None:
        """A run whose values are allowed; what speaks against one that is not asked for is not told."""
        asked, unset = self.values(chapter, nodes, self.settings), slug(chapter, self.values(chapter, nodes, {}))
        years = [name for name, parameter in chapter.parameters.items() if parameter.type == "Year"]
        values, refusals = self.checked(chapter, asked, years)
        if not refusals:
            left_out = choices.left_out(self.tables, values, years)
            return Run(slug(chapter, asked), chapter, values, asked, left_out, unset)
        for name, actual, allowed in refusals if self.asks_for(unset, slug(chapter, asked)) else ():
            # told where the parameter was set, or in its chapter where nobody set it
            place = self.at(nodes[name]) if name in nodes else Problem(str(chapter.path), column=name)
            place = Problem("--set", column=name) if name in self.settings else place
            self.problems.append(replace(place, actual=f"{name} = {actual}", allowed=allowed))
        return None

    def checked(
        self, chapter: ChapterFile, asked: dict[str, Scalar], years: list[str]
    ) -> tuple[dict[str, Scalar], list[choices.Refusal]]:
        """A run's values with the latest years as known, and what speaks against them, each by its type, then all."""
        parameters = chapter.parameters.items() if not self.valid else ()
        unfit = [check_value(parameter, asked[name], self.tables) for name, parameter in parameters]
        if any(unfit):
            return asked, [*filter(None, unfit)]
        values, refusal = choices.resolved(self.tables, asked, years)
        if refusal:
            return asked, [refusal]
        return values, [] if self.valid else [*choices.refusals(self.tables, values)]

    def values(self, chapter: ChapterFile, nodes: Scalars, settings: dict[str, str]) -> dict[str, Scalar]:
        """A run's values by their declared types, valid or not."""
        values = {name: parameter.default for name, parameter in chapter.parameters.items()}
        for name, parameter in chapter.parameters.items():
            if name in settings:
                values[name] = convert(settings[name], parameter, quoted=False)
            elif name in nodes:
                values[name] = convert(str(nodes[name].value), parameter, quoted=nodes[name].style in ("'", '"'))
        return choices.completed(self.tables, values, {*settings, *nodes})

    def asks_for(self, *slugs: str) -> bool:
        """Whether a run is asked for, by its slug or by the one that it has without ``--set``."""
        return not self.only or bool({*slugs} & {*self.only})

    def without_twins(self, runs: list[PlacedRun]) -> list[PlacedRun]:
        """All that is asked for, and each other run once: ``--set`` may make several one."""
        asked = {run.slug for run, _ in runs if self.asks_for(run.slug, run.unset)}
        first = {run.slug: run for run, _ in reversed(runs)}
        return [
            (run, node)
            for run, node in runs
            if self.asks_for(run.slug, run.unset) or (run.slug not in asked and first[run.slug] is run)
        ]

    def check_settings(self, runs: list[PlacedRun]) -> None:
        """Each ``--set`` is of a parameter of the chapters that are asked for."""
        asked = [run.chapter for run, _ in runs if self.asks_for(run.slug, run.unset)]
        chapters = asked if self.only and asked else self.chapters.values()
        declared = sorted({name for chapter in chapters for name in chapter.parameters})
        for name in self.settings if self.chapters else ():
            if name not in declared:
                actual = f"the parameter {quoted(name)}{nearest(name, declared)}"
                self.problems.append(Problem("--set", "-", name, actual, ", ".join(declared)))

    def check_slugs(self, runs: list[PlacedRun]) -> None:
        """Each run has a name of its own that a file can have, and one at most opens the review."""
        for _, node in [run_node for run_node in runs if run_node[0].part == FRONT][1:]:
            self.problem(node, "a second front page", "one page that opens the review")
        seen: dict[str, yaml.Node] = {}
        for run, node in runs:
            if run.slug in seen:
                line = seen[run.slug].start_mark.line + 1
                self.problem(node, f"a second run with the slug {run.slug} (first in row {line})", "each run once")
            if len(run.slug) > LONGEST_NAME:
                actual = f"the name {quoted(run.slug)} for a page"
                self.problem(node, actual, f"up to {LONGEST_NAME} characters: shorter texts as parameters")
            seen.setdefault(run.slug, node)

    # Nodes

    def at(self, node: yaml.Node | None) -> Problem:
        """A problem at the place of a node, yet without words."""
        row, column = (node.start_mark.line + 1, str(node.start_mark.column + 1)) if node else ("-", "-")
        return Problem(str(self.path), row, column)

    def problem(self, node: yaml.Node | None, actual: str, allowed: str) -> None:
        """Note what is wrong at a node; the reading goes on, so that all mistakes are told at once."""
        self.problems.append(replace(self.at(node), actual=actual, allowed=allowed))

    def mapping(
        self, node: yaml.Node | None, allowed: tuple[str, ...], required: tuple[str, ...] = ()
    ) -> dict[str, yaml.Node]:
        """A mapping's keys to their nodes; duplicates, unknown keys and missing ones are problems."""
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            self.problem(node, what(node), "keys " + ", ".join(allowed or ("name: value",)))
            return {}
        nodes: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""  # no text of what may be deep
            if not isinstance(key, yaml.ScalarNode):
                self.problem(key, f"{what(key)} as a key", "a name")
            elif name in nodes:
                self.problem(key, f"the key {quoted(name)} a second time", "each key once")
            elif allowed and name not in allowed:
                self.problem(key, f"the key {quoted(name)}{nearest(name, allowed)}", ", ".join(allowed))
            else:
                nodes[name] = value
        for name in required:
            if name not in nodes:
                self.problem(node, f"no {name}", ", ".join(required))
        return nodes

    def items(self, node: yaml.Node | None, of: str) -> list[yaml.Node]:
        """The nodes of a list ``of`` something; an empty list and anything else are problems, none at all is not."""
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            actual = f"an empty {of}" if not node.value or is_null(node) else what(node)
            self.problem(node, actual, f"a list of one or more {of}")
            return []
        return list(node.value)

    def title(self, node: yaml.Node | None, digits: bool = False, is_name: bool = False) -> dict[str, str]:
        """A text in the languages of the review; one in another language is checked and left out. What compares is
        marked as general, but in a name."""
        parts = self.mapping(node, (*LANGUAGES, GENERAL), required=self.languages)
        general = parts.pop(GENERAL, None)
        if not is_name or general is not None:
            self.covered(node, parts, general)
        for language, part in parts.items():
            is_text = isinstance(part, yaml.ScalarNode) and not is_null(part)
            if wrong := wrong_title(part.value if is_text else "", language, digits):
                self.problem(part, *wrong)
        asked = {language: parts[language] for language in self.languages if language in parts}
        words = {language: part.value for language, part in asked.items() if isinstance(part, yaml.ScalarNode)}
        return {language: with_names(str(text), language) for language, text in words.items()}

    def covered(self, node: yaml.Node | None, parts: dict[str, yaml.Node], general: yaml.Node | None) -> None:
        """A text here has no claim, so one with a word that compares is marked as general, and no other is."""
        said = {language: str(part.value) for language, part in parts.items() if isinstance(part, yaml.ScalarNode)}
        words = {language: word for language, text in said.items() if (word := comparison(text, language))}
        if general is not None and (what(general) != quoted("true") or not words):
            self.problem(general, f"{GENERAL}: {what(general)}", f"{GENERAL}: true, beside a text that compares")
        elif general is not None:
            self.general.append((general.start_mark.line + 1, next(iter(said.values()))))
        for language, word in words.items() if general is None else ():
            found = f"{quoted(word)} in a text, which no claim covers"
            self.problem(parts[language], found, f"{GENERAL}: true beside it, where it says nothing of data")

    def asked_languages(self, node: yaml.Node | None) -> tuple[str, ...]:
        """The languages that a list names, in the order of all; all where there is no list."""
        known = self.only_scalars(self.items(node, "languages"))
        for language_node in known:
            if language_node.value not in LANGUAGES:
                self.problem(language_node, f"the language {quoted(language_node.value)}", " or ".join(LANGUAGES))
        asked = {language_node.value for language_node in known}
        return tuple(language for language in LANGUAGES if language in asked) or LANGUAGES

    def text(self, node: yaml.Node | None, holds: Callable[[str], Any], allowed: str) -> str:
        """A scalar's text, which must be one that ``holds``; empty where there is no node."""
        value = str(node.value) if isinstance(node, yaml.ScalarNode) else ""
        if node is not None and not holds(value):
            self.problem(node, what(node), allowed)
        return value

    def scalars(self, node: yaml.Node | None) -> Scalars:
        """A mapping's keys to their scalars; any other value is a problem, and left out."""
        keys = self.mapping(node, ())
        known = self.only_scalars([*keys.values()])
        return {name: value for name, value in keys.items() if value in known}

    def only_scalars(self, nodes: list[yaml.Node]) -> list[yaml.ScalarNode]:
        """The nodes that are scalars; any other is a problem, and nothing at all is one."""
        for node in nodes:
            if not isinstance(node, yaml.ScalarNode) or is_null(node):
                actual = "null" if is_null(node) else "a list or a mapping"
                self.problem(node, actual, "one str, int, float or bool")
        return [node for node in nodes if isinstance(node, yaml.ScalarNode) and not is_null(node)]


def _holds(nodes: Scalars, wanted: Scalars) -> bool:
    return all(name in nodes and nodes[name].value == node.value for name, node in wanted.items())


def is_null(node: yaml.Node) -> bool:
    """Whether a node is YAML's nothing: null, ~ or an empty value."""
    return isinstance(node, yaml.ScalarNode) and node.tag == NULL


def what(node: yaml.Node) -> str:
    """What a node is, in words: a text as it stands, or the kind of anything else."""
    if isinstance(node, yaml.ScalarNode):
        return "null" if is_null(node) else quoted(node.value)
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"
