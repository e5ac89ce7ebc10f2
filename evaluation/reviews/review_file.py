"""A review file parsed into checked runs: YAML with positions, all problems at once with row and column."""

import itertools
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from ..data.checking import DAY
from ..data.sources import Tables
from ..language import LANGUAGES
from ..language.comparisons import GENERAL, comparison_word
from ..language.formats import is_moment
from ..language.placeholders import Official, fill_official_names, mistake_in_title
from ..problems import InputError, Problem, listed, nearest, quoted, refuse, sorted_problems
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
MOST_FINDINGS = 5  # of a brief: what a reader of two pages keeps
KEYS = ("title", "date", *ADDRESSES, "imprint", "brief", "confidential", "languages", "chapters")
ENTRY = ("chapter", "parameters", "matrix", "exclude", "part", "bridge", "box")
MOST_RUNS = 1000  # runs of one entry: ten times the largest known review, and hours of work
NULL = "tag:yaml.org,2002:null"

PlacedRun = tuple[Run, yaml.Node]  # with its place in the file
Scalars = dict[str, yaml.ScalarNode]


def read_review(path: Path, notebooks: Path, tables: Tables, **options: Any) -> Review:
    """Parse a review file into a review with checked runs; ``options`` are the fields ``settings``, ``only`` and
    ``valid`` of `ReviewReader`. Raises InputError with all problems of the file, the settings and the chapters it
    names, in order of file and row."""
    return ReviewReader(path, notebooks, tables, **options).read()


@dataclass
class ReviewReader:
    """Parses one review file, once: its methods add to ``problems``, ``general`` and ``chapters``, and return empty
    values for what is wrong, so that parsing goes on."""

    path: Path
    notebooks: Path
    tables: Tables
    settings: dict[str, str] = field(default_factory=dict)  # by ``--set``
    only: tuple[str, ...] = ()  # slugs
    valid: bool = False  # known to be valid, so not checked again: some rules import slow modules
    problems: list[Problem] = field(default_factory=list)
    languages: tuple[str, ...] = LANGUAGES  # the required languages of texts
    general: list[tuple[int, str]] = field(default_factory=list)  # texts that say nothing of data, by their rows
    chapters: dict[str, ChapterFile] = field(default_factory=dict)

    @cached_property
    def official_names(self) -> Official:
        """The official names of the data, by id; empty for an unreadable contract, which is reported elsewhere."""
        try:
            return self.tables.names
        except InputError:
            return {}

    def read(self) -> Review:
        """Parse the file into its review. Raises InputError with all problems of the file, each with row and column."""
        names = sorted(f"parameters/{path.name}" for path in (self.notebooks.parent / "parameters").glob("*.yml"))
        root = read_yaml(self.path, f"a review file{f', such as {listed(names)}' if names else ''}")
        if root is None:
            raise refuse(self.path, actual="an empty file", allowed="title and chapters")
        keys = self.mapping(root, KEYS, required=("title", "chapters"))
        self.languages = self.read_languages(keys.get("languages"))
        entries = self.list_items(keys.get("chapters"), "chapters")
        runs = self.without_duplicates([run for node in entries for run in self.read_entry(node)])
        imprint = self.mapping(keys.get("imprint"), (*IMPRINT, PUBLISHED))
        site = self.scalar_text(
            imprint.pop(PUBLISHED, None), SITE.fullmatch, "https://..., where `evaluation publish` is served"
        )
        addresses = {name: keys[name] for name in ADDRESSES if name in keys}
        confidential = self.scalar_text(keys.get("confidential"), ("true", "false").__contains__, "true or false")
        review = Review(
            self.path.stem,
            self.path,
            self.localized_text(keys.get("title")),
            [run for run, _ in runs],
            confidential == "true",
            self.languages,
            self.scalar_text(keys.get("date"), is_day, "a day, YYYY-MM-DD"),
            {
                name: self.scalar_text(value, ADDRESS.fullmatch, "https://... or mailto:...")
                for name, value in addresses.items()
            }
            | ({PUBLISHED: site} if site else {}),
            self.read_brief(keys.get("brief"), [run.slug for run, _ in runs]),
            {name: self.localized_text(title, name == "help", name in NAMES) for name, title in imprint.items()},
            self.general,
        )
        self.check_settings(runs)
        self.check_slugs(runs)
        if self.problems:
            raise InputError(sorted_problems(self.problems))
        return review

    def read_brief(self, node: yaml.Node | None, slugs: list[str]) -> dict[str, Any]:
        """The brief's ``title``, ``findings`` (slugs of pages, MOST_FINDINGS at most) and ``charts`` (slug/chart, of
        which the chart is not looked up); slugs other than ``slugs`` are problems. Empty without a brief, and with
        ``--set``, since title and choice of charts refer to the review as its file defines it."""
        if node is None or self.settings:
            return {}
        keys = self.mapping(node, BRIEF, required=BRIEF[:2])
        lists = {name: self.scalars_in(self.list_items(keys.get(name), name)) for name in BRIEF[1:]}
        for item in [*lists["findings"], *lists["charts"]]:
            slug, _, chart = item.value.partition("/")
            if slug not in slugs or bool(chart) != (item in lists["charts"]):
                self.add_problem(
                    item, quoted(item.value), f"{'slug/chart of ' * (item in lists['charts'])}{listed(slugs)}"
                )
        if (count := len(lists["findings"])) > MOST_FINDINGS:
            self.add_problem(keys["findings"], f"{count} findings", f"{MOST_FINDINGS} or fewer")
        title = self.localized_text(keys["title"]) if "title" in keys else {}
        return {"title": title} | {name: [str(item.value) for item in items] for name, items in lists.items()}

    # Runs

    def read_entry(self, node: yaml.Node) -> Iterator[PlacedRun]:
        """The runs of an entry of ``chapters`` (a name or a mapping), each with the node of the chapter's name: one for
        each valid combination of its matrix."""
        is_name = isinstance(node, yaml.ScalarNode)
        keys = {"chapter": node} if is_name else self.mapping(node, ENTRY, required=("chapter",))
        name = keys.get("chapter")
        if name is not None and not isinstance(name, yaml.ScalarNode):
            self.add_problem(name, describe_node(name), "a chapter's name")
        if not isinstance(name, yaml.ScalarNode) or not (chapter := self.chapter_file(name)):
            return
        part = self.scalar_text(keys.get("part"), (FRONT, ANNEX).__contains__, f"{FRONT}, once, or {ANNEX}")
        bridge = self.localized_text(keys["bridge"]) if "bridge" in keys else {}
        box = self.scalar_text(keys.get("box"), ("true", "false").__contains__, "true or false") != "false"
        for nodes in self.combinations(chapter, keys):
            if run := self.make_run(chapter, nodes):
                yield replace(run, part=part, bridge=bridge, box=box), name

    def chapter_file(self, node: yaml.ScalarNode) -> ChapterFile | None:
        """The chapter that a node names, read once; None for a missing or invalid one, which is a problem."""
        name, known = str(node.value), sorted(path.stem for path in self.notebooks.glob("*.ipynb"))
        if name not in known:
            self.add_problem(node, f"the chapter {quoted(name)}{nearest(name, known)}", listed(known))
        elif name not in self.chapters:
            try:
                self.chapters[name] = read_chapter(
                    self.notebooks / f"{name}.ipynb", self.official_names, self.languages
                )
            except InputError as error:
                self.problems += error.problems
        return self.chapters.get(name)

    def combinations(self, chapter: ChapterFile, keys: dict[str, yaml.Node]) -> list[Scalars]:
        """The nodes of each run of an entry (``keys``) by parameter: the fixed ``parameters`` with each combination of
        the ``matrix``, the last of its lists varying fastest, without those that match an item of ``exclude``. Unknown
        parameters are problems and dropped; more than MOST_RUNS combinations are one, and none is returned."""
        parameters = self.scalar_mapping(keys.get("parameters"))
        lists = self.mapping(keys.get("matrix"), ())
        matrix = {name: self.scalars_in(self.list_items(node, f"values for {name}")) for name, node in lists.items()}
        excluded: list[Scalars] = []
        if isinstance(keys.get("matrix"), yaml.MappingNode) and not matrix:
            self.add_problem(keys["matrix"], "an empty matrix", "name: [values]")
        if "exclude" in keys and "matrix" not in keys:
            self.add_problem(keys["exclude"], "exclude without a matrix", "exclude beside matrix")
        elif "exclude" in keys:
            excluded = [self.scalar_mapping(item) for item in self.list_items(keys["exclude"], "combinations")]
        for name in [*parameters, *matrix, *itertools.chain(*excluded)]:
            if name not in chapter.parameters:
                node = next(iter([*matrix.get(name, []), parameters.get(name, keys["chapter"])]))
                actual = f"the parameter {quoted(name)}{nearest(name, chapter.parameters)}"
                self.add_problem(node, actual, ", ".join(chapter.parameters) or "no parameters")
        for name in parameters.keys() & matrix.keys():
            self.add_problem(parameters[name], f"{name} in parameters and in matrix", "one of them")
        varied = {name: nodes for name, nodes in matrix.items() if name in chapter.parameters}
        fixed = {name: node for name, node in parameters.items() if name in chapter.parameters}
        if (count := math.prod(map(len, varied.values()))) > MOST_RUNS:
            self.add_problem(keys.get("matrix"), f"a matrix of {count} combinations", f"{MOST_RUNS} at most")
            return []
        combinations = [fixed | dict(zip(varied, nodes, strict=True)) for nodes in itertools.product(*varied.values())]
        excluded = [item for item in excluded if item and item.keys() <= chapter.parameters.keys()]
        for item in excluded:
            if not any(_matches(nodes, item) for nodes in combinations):
                node = next(iter(item.values()))
                self.add_problem(node, "an item that excludes nothing", "a combination of the matrix")
        remaining = [nodes for nodes in combinations if not any(_matches(nodes, item) for item in excluded)]
        if combinations and not remaining:
            self.add_problem(keys.get("exclude"), "every combination excluded", "a matrix that leaves one")
        return remaining

    def make_run(self, chapter: ChapterFile, nodes: Scalars) -> Run | None:
        """The run of a chapter with the values of ``nodes`` and of ``--set``; None if one is not allowed, which is a
        problem if the run is requested: at ``--set``, or else at the node that sets it, or in the chapter that declares
        it."""
        requested = self.run_values(chapter, nodes, self.settings)
        unset = slug(chapter, self.run_values(chapter, nodes, {}))
        years = [name for name, parameter in chapter.parameters.items() if parameter.type == "Year"]
        values, refusals = self.resolve_and_check(chapter, requested, years)
        if not refusals:
            left_out = choices.omitted_years(self.tables, values, years)
            return Run(slug(chapter, requested), chapter, values, requested, left_out, unset)
        for name, actual, allowed in refusals if self.is_requested(unset, slug(chapter, requested)) else ():
            # reported where the parameter is set, or else in its chapter
            place = self.problem_at(nodes[name]) if name in nodes else Problem(str(chapter.path), column=name)
            place = Problem("--set", column=name) if name in self.settings else place
            self.problems.append(replace(place, actual=f"{name} = {actual}", allowed=allowed))
        return None

    def resolve_and_check(
        self, chapter: ChapterFile, requested: dict[str, Scalar], years: list[str]
    ) -> tuple[dict[str, Scalar], list[choices.ParameterRefusal]]:
        """A run's values with latest years resolved, and the refusals of the first kind that there are: of values by
        their types, of a latest year without a series (with both the values are unchanged), of rules across parameters.
        If the file is known to be ``valid``, only latest years are checked."""
        parameters = chapter.parameters.items() if not self.valid else ()
        checks = [check_value(parameter, requested[name], self.tables) for name, parameter in parameters]
        if any(checks):
            return requested, [*filter(None, checks)]
        values, refusal = choices.resolve_latest(self.tables, requested, years)
        if refusal:
            return requested, [refusal]
        return values, [] if self.valid else [*choices.rule_violations(self.tables, values)]

    def run_values(self, chapter: ChapterFile, nodes: Scalars, settings: dict[str, str]) -> dict[str, Scalar]:
        """A run's values converted to their declared types, valid or not: from ``settings``, or else the file, or else
        derived from others or the chapter's default."""
        values = {name: parameter.default for name, parameter in chapter.parameters.items()}
        for name, parameter in chapter.parameters.items():
            if name in settings:
                values[name] = convert(settings[name], parameter, quoted=False)
            elif name in nodes:
                values[name] = convert(str(nodes[name].value), parameter, quoted=nodes[name].style in ("'", '"'))
        return choices.with_derived_values(self.tables, values, {*settings, *nodes})

    def is_requested(self, *slugs: str) -> bool:
        """Whether one of a run's slugs (with and without ``--set``) is in ``only``; always without ``only``."""
        return not self.only or bool({*slugs} & {*self.only})

    def without_duplicates(self, runs: list[PlacedRun]) -> list[PlacedRun]:
        """The runs without repetitions of a slug, which ``--set`` can produce: all requested ones, repeated or not (for
        `check_slugs` to refuse), and of others the first of each slug that no requested one has."""
        requested = {run.slug for run, _ in runs if self.is_requested(run.slug, run.unset)}
        first = {run.slug: run for run, _ in reversed(runs)}
        return [
            (run, node)
            for run, node in runs
            if self.is_requested(run.slug, run.unset) or (run.slug not in requested and first[run.slug] is run)
        ]

    def check_settings(self, runs: list[PlacedRun]) -> None:
        """Add a problem for each ``--set`` that names no parameter of a requested chapter (without requested runs, of
        any chapter of the file); none if no chapter could be read."""
        requested = [run.chapter for run, _ in runs if self.is_requested(run.slug, run.unset)]
        chapters = requested if self.only and requested else self.chapters.values()
        declared = sorted({name for chapter in chapters for name in chapter.parameters})
        for name in self.settings if self.chapters else ():
            if name not in declared:
                actual = f"the parameter {quoted(name)}{nearest(name, declared)}"
                self.problems.append(Problem("--set", "-", name, actual, ", ".join(declared)))

    def check_slugs(self, runs: list[PlacedRun]) -> None:
        """Add a problem for each repeated slug, for each that is too long for a file's name, and for each front page
        after the first."""
        for node in [node for run, node in runs if run.part == FRONT][1:]:
            self.add_problem(node, "a second front page", "one page that opens the review")
        first: dict[str, yaml.Node] = {}
        for run, node in runs:
            if run.slug in first:
                line = first[run.slug].start_mark.line + 1
                self.add_problem(node, f"a second run with the slug {run.slug} (first in row {line})", "each run once")
            if len(run.slug) > LONGEST_NAME:
                actual = f"the name {quoted(run.slug)} for a page"
                self.add_problem(node, actual, f"up to {LONGEST_NAME} characters: shorter texts as parameters")
            first.setdefault(run.slug, node)

    # Nodes

    def problem_at(self, node: yaml.Node | None) -> Problem:
        """A problem at the position of a node (of the whole file without one), its text still empty; it is not added to
        ``problems``."""
        row, column = (node.start_mark.line + 1, str(node.start_mark.column + 1)) if node else ("-", "-")
        return Problem(str(self.path), row, column)

    def add_problem(self, node: yaml.Node | None, actual: str, allowed: str) -> None:
        """Collect a problem at a node; parsing continues, so that all problems are reported at once."""
        self.problems.append(replace(self.problem_at(node), actual=actual, allowed=allowed))

    def mapping(
        self, node: yaml.Node | None, allowed: tuple[str, ...], required: tuple[str, ...] = ()
    ) -> dict[str, yaml.Node]:
        """A mapping's nodes by key, the first of each; duplicate, missing and unknown keys are problems (any is known
        if ``allowed`` is empty). Empty without a node, and for anything else, which is a problem."""
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            self.add_problem(node, describe_node(node), "keys " + ", ".join(allowed or ("name: value",)))
            return {}
        nodes: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""  # no text of what may be deep
            if not isinstance(key, yaml.ScalarNode):
                self.add_problem(key, f"{describe_node(key)} as a key", "a name")
            elif name in nodes:
                self.add_problem(key, f"the key {quoted(name)} a second time", "each key once")
            elif allowed and name not in allowed:
                self.add_problem(key, f"the key {quoted(name)}{nearest(name, allowed)}", ", ".join(allowed))
            else:
                nodes[name] = value
        for name in required:
            if name not in nodes:
                self.add_problem(node, f"no {name}", ", ".join(required))
        return nodes

    def list_items(self, node: yaml.Node | None, items: str) -> list[yaml.Node]:
        """The nodes of a list, whose ``items`` (a plural) a message names. Empty without a node, and for an empty list
        or anything else, which is a problem."""
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            actual = f"an empty {items}" if not node.value or is_null(node) else describe_node(node)
            self.add_problem(node, actual, f"a list of one or more {items}")
            return []
        return list(node.value)

    def localized_text(self, node: yaml.Node | None, digits: bool = False, is_name: bool = False) -> dict[str, str]:
        """A text by the languages of the review, official names filled in; other languages are checked and dropped.
        Typed numbers are problems unless ``digits`` are allowed; a text that compares must be marked as general, unless
        it ``is_name``."""
        parts = self.mapping(node, (*LANGUAGES, GENERAL), required=self.languages)
        general = parts.pop(GENERAL, None)
        if not is_name or general is not None:
            self.check_general(node, parts, general)
        for language, part in parts.items():
            is_text = isinstance(part, yaml.ScalarNode) and not is_null(part)
            if mistake := mistake_in_title(part.value if is_text else "", language, self.official_names, digits):
                self.add_problem(part, *mistake)
        required = {language: parts[language] for language in self.languages if language in parts}
        texts = {language: str(part.value) for language, part in required.items() if isinstance(part, yaml.ScalarNode)}
        return {language: fill_official_names(text, language, self.official_names) for language, text in texts.items()}

    def check_general(self, node: yaml.Node | None, parts: dict[str, yaml.Node], general: yaml.Node | None) -> None:
        """Add a problem for a text (``parts``, by language) that compares and lacks the mark ``general`` (no claim
        covers it here), and for a mark that is not true or stands with a text that compares nothing. A marked text is
        added to ``self.general`` with its row."""
        texts = {language: str(part.value) for language, part in parts.items() if isinstance(part, yaml.ScalarNode)}
        words = {language: word for language, text in texts.items() if (word := comparison_word(text, language))}
        if general is not None and (describe_node(general) != quoted("true") or not words):
            self.add_problem(
                general, f"{GENERAL}: {describe_node(general)}", f"{GENERAL}: true, beside a text that compares"
            )
        elif general is not None:
            self.general.append((general.start_mark.line + 1, next(iter(texts.values()))))
        for language, word in words.items() if general is None else ():
            actual = f"{quoted(word)} in a text, which no claim covers"
            self.add_problem(parts[language], actual, f"{GENERAL}: true beside it, where it says nothing of data")

    def read_languages(self, node: yaml.Node | None) -> tuple[str, ...]:
        """The languages in a list, in standard order (English first); all without a list or a known one in it. Unknown
        ones are problems."""
        items = self.scalars_in(self.list_items(node, "languages"))
        for item in items:
            if item.value not in LANGUAGES:
                self.add_problem(item, f"the language {quoted(item.value)}", " or ".join(LANGUAGES))
        listed_languages = {item.value for item in items}
        return tuple(language for language in LANGUAGES if language in listed_languages) or LANGUAGES

    def scalar_text(self, node: yaml.Node | None, is_valid: Callable[[str], Any], allowed: str) -> str:
        """The text of a scalar, empty without a node and for a list or mapping. If it does not satisfy ``is_valid``, it
        is a problem, and returned all the same."""
        value = str(node.value) if isinstance(node, yaml.ScalarNode) else ""
        if node is not None and not is_valid(value):
            self.add_problem(node, describe_node(node), allowed)
        return value

    def scalar_mapping(self, node: yaml.Node | None) -> Scalars:
        """A mapping's scalars by key, any key allowed; other values are problems and dropped."""
        keys = self.mapping(node, ())
        scalars = self.scalars_in([*keys.values()])
        return {name: value for name, value in keys.items() if value in scalars}

    def scalars_in(self, nodes: list[yaml.Node]) -> list[yaml.ScalarNode]:
        """The scalars among nodes; others, and null, are problems and dropped."""
        for node in nodes:
            if not isinstance(node, yaml.ScalarNode) or is_null(node):
                actual = "null" if is_null(node) else "a list or a mapping"
                self.add_problem(node, actual, "one str, int, float or bool")
        return [node for node in nodes if isinstance(node, yaml.ScalarNode) and not is_null(node)]


def _matches(nodes: Scalars, values: Scalars) -> bool:
    """Whether the nodes of a run have all the ``values``, compared as text."""
    return all(name in nodes and nodes[name].value == node.value for name, node in values.items())


def is_day(text: str) -> bool:
    """Whether a text is an existing day of the years 1900 to 2099, YYYY-MM-DD."""
    return bool(DAY.fullmatch(text)) and is_moment(text)


def is_null(node: yaml.Node) -> bool:
    """Whether a node is null in YAML: null, ~ or an empty value."""
    return isinstance(node, yaml.ScalarNode) and node.tag == NULL


def describe_node(node: yaml.Node) -> str:
    """A node in a message: its text in quotation marks, or "null", "a list", "a mapping"."""
    if isinstance(node, yaml.ScalarNode):
        return "null" if is_null(node) else quoted(node.value)
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"
