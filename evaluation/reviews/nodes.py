"""YAML read with positions, so that each mistake is told with its row and column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from ..language import LANGUAGES
from ..language.placeholders import with_names, wrong_title
from ..problems import Problem, nearest, quoted

NULL = "tag:yaml.org,2002:null"


class Nodes:
    """A YAML file's nodes read with their places, every mistake collected as a problem."""

    def __init__(self, path: Path):
        self.path = path
        self.problems: list[Problem] = []
        self.languages: tuple[str, ...] = LANGUAGES  # in which a text must be there

    def at(self, node: yaml.Node | None) -> Problem:
        """A problem at the place of a node, yet without words."""
        row, column = (node.start_mark.line + 1, str(node.start_mark.column + 1)) if node else ("-", "-")
        return Problem(str(self.path), row, column)

    def problem(self, node: yaml.Node | None, found: str, allowed: str) -> None:
        """Note what is wrong at a node; the reading goes on, so that all mistakes are told at once."""
        self.problems.append(replace(self.at(node), found=found, allowed=allowed))

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
        """The nodes of a list ``of`` something; an empty list and anything else are problems, none at all is not."""
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            found = f"an empty {of}" if not node.value or is_null(node) else what(node)
            self.problem(node, found, f"a list of one or more {of}")
            return []
        return list(node.value)

    def title(self, node: yaml.Node | None, digits: bool = False) -> dict[str, str]:
        """A text in the languages of the review; one in another language is checked and left out."""
        parts = self.mapping(node, LANGUAGES, required=self.languages)
        for language, part in parts.items():
            is_text = isinstance(part, yaml.ScalarNode) and not is_null(part)
            if wrong := wrong_title(part.value if is_text else "", language, digits):
                self.problem(part, *wrong)
        asked = {language: parts[language] for language in self.languages if language in parts}
        return {language: with_names(str(part.value), language) for language, part in asked.items()}

    def asked_languages(self, node: yaml.Node | None) -> tuple[str, ...]:
        """The languages that a list names, in the order of all; all where there is no list."""
        known = self.only_scalars(self.items(node, "languages"))
        for one in known:
            if one.value not in LANGUAGES:
                self.problem(one, f"the language {quoted(one.value)}", " or ".join(LANGUAGES))
        asked = {one.value for one in known}
        return tuple(language for language in LANGUAGES if language in asked) or LANGUAGES

    def text(self, node: yaml.Node | None, holds: Callable[[str], Any], allowed: str) -> str:
        """A scalar's text, which must be one that ``holds``; empty where there is no node."""
        value = str(node.value) if isinstance(node, yaml.ScalarNode) else ""
        if node is not None and not holds(value):
            self.problem(node, what(node), allowed)
        return value

    def scalars(self, node: yaml.Node | None) -> dict[str, yaml.ScalarNode]:
        """A mapping's keys to their scalars; any other value is a problem, and left out."""
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


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar, YYYY-MM-DD."""
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


@dataclass
class ChapterEntry:
    """What a review file asks of one chapter, each value with its place in the file."""

    chapter: yaml.ScalarNode
    parameters: dict[str, yaml.ScalarNode] = field(default_factory=dict)
    matrix: dict[str, list[yaml.ScalarNode]] = field(default_factory=dict)
    exclude: list[dict[str, yaml.ScalarNode]] = field(default_factory=list)
    keys: dict[str, yaml.Node] = field(default_factory=dict)
    part: str = ""
    bridge: dict[str, str] = field(default_factory=dict)
