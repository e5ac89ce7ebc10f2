"""Bad inputs by what they are: review files, options, contracts, tables, notebooks, wordings. Each is refused in one
line, or in as many lines as it has causes. ``said`` must stand in what is told."""

# ruff: noqa: E501  # a table of bad inputs reads best a row a line
from collections.abc import Callable
from typing import Any

from small import PROSE, prose_source

HEAD = "title: {en: A review, fr: Un examen}\n"
ONE = HEAD + "chapters:\n  - one\n"
NINES = "9" * 5000


def entry(text: str) -> str:
    return HEAD + "chapters:\n  - {chapter: one, " + text + "}\n"


# A review file: its bytes, and what must be said.
REVIEWS: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "an empty file"),
    "3,000 brackets": ("[" * 3000, "too deep"),
    "title blank": (ONE.replace("A review", "'  '"), "no text for en"),
    "an escape of no character": (ONE.replace("A review", '"\\UFFFFFFFF"'), "a YAML error"),
    "a title that compares": (ONE.replace("A review", "Reports rose"), "'rose' in a text, which no claim covers"),
    "a mark in vain": (ONE.replace("Un examen", "Un examen, general: true"), "general: true, beside a text that compares"),
    "a key twice": (HEAD + ONE, "'title' a second time"),
    "an unknown key, which may mean confidential": (ONE + "confidental: true\n", "found what is not allowed here"),
    "a NUL": (ONE.encode() + b"\0", "x0000"),
    "5,000 digits": (entry("parameters: {decimals: " + NINES + "}"), "(5000 characters)"),
    "a text that turns": (entry('parameters: {note: "\\u202eabc"}'), "U+202E"),
    "a text too long for a name": (entry(f"parameters: {{note: {'x' * 300}}}"), "up to 180 characters"),
    "exclude all": (entry("matrix: {decimals: [1]}, exclude: [{decimals: 1}]"), "every combination excluded"),
}  # fmt: skip


# What stands where a file should, and what must be said.
NO_FILES = {"a folder": "a folder", "100 MB": "bytes", "nothing": "no such file"}

# Arguments of commands, with what must be said. {review} is a good one.
ARGUMENTS: dict[str, tuple[list[str], str]] = {
    "an unknown command": (["buld"], "build, clean"),
    "an unknown option": (["build", "{review}", "--onyl", "one"], "'--only'"),
    "an argument too many": (["list", "{review}", "{review}"], "unexpected extra argument"),
    "no argument": (["verify"], "missing argument"),
    "a flag with a value": (["list", "{review}", "--json=1"], "does not take a value"),
    "nothing to audit": (["audit", "no/such/folder"], "no page"),
    "no page to audit": (["audit", "{folder}"], "no page"),
    "an unknown slug": (["build", "{review}", "--only", "onne"], "(nearest: one)"),
    "an unknown parameter": (["list", "{review}", "--set", "decimal=1"], "(nearest: decimals)"),
    "a setting without a value": (["list", "{review}", "--set", "decimals"], "NAME=VALUE"),
    "a setting of 5,000 digits": (["list", "{review}", "--set", f"decimals={NINES}"], "(5000 characters)"),
    "a web page as output": (["build", "{review}", "--output", "https://example.org/x"], "https://example.org/x"),
    "output where nobody writes": (["build", "{review}", "--output", "/dev/null/x"], "allowed: "),
    "output of nothing": (["build", "{review}", "--output", ""], "--output"),
    "data around the built reviews": (["check", "{review}", "--data", "/"], "--data:-:-: found /; allowed"),
    "a file to clean": (["clean", "--output", "{review}"], "not a folder"),
    "data that are a link to itself": (["check", "{review}", "--data", "{folder}/loop"], "levels of symbolic links"),
    "a device to import": (["import", "/dev/zero"], "/dev/zero:-:-: found no regular file"),
    "no data folder": (["check", "{review}", "--data", "no/such"], "no such file"),
    "a review that is not there": (["list", "reviw.yml"], "parameters/small.yml"),
    "nothing built to export": (["export", "{review}", "--output", "{folder}"], "no built review"),
}  # fmt: skip

GONE = object()
FIELD = ("places", "schema", "fields", 0)
ID = ("sources", "schema", "fields", 0, "constraints")


def set_in(whole: dict[str, Any], path: tuple[Any, ...], value: Any) -> Any:
    """A contract or a notebook with another part, or without it, by keys; without keys, another as a whole."""
    if not path:
        return value(whole)
    *ways, last = path
    part = whole
    for way in ways:
        part = part[way]
    part[last] = value
    if value is GONE:
        del part[last]
    return whole


def changed(contract: dict[str, Any], path: tuple[Any, ...], value: Any) -> Any:
    """A contract with another part of a table, which the path begins with by its name."""
    names = [resource["name"] for resource in contract["resources"]]
    return set_in(contract, ("resources", names.index(path[0]), *path[1:]) if path else (), value)


# A part of a contract, what stands there, and what must be said.
CONTRACTS: dict[str, tuple[tuple[Any, ...], Any, str]] = {
    "resources empty": ((), lambda c: {"resources": []}, "no tables"),
    "a table twice": ((), lambda c: {**c, "resources": [*c["resources"], c["resources"][0]]}, "a second time"),
    "a resource without name": (("places", "name"), GONE, "no name"),
    "a resource without schema": (("places", "schema"), GONE, "no schema"),
    "a path outside": (("places", "path"), "../../../../etc/passwd", "beside the contract"),
    "a name that is a path": (("places", "name"), "../places", "lower-case"),
    "fields empty": (("places", "schema", "fields"), [], "no fields"),
    "a field without type": ((*FIELD, "type"), GONE, "no type"),
    "constraints a list": ((*FIELD, "constraints"), [], "a list"),
    "a pattern that is none": ((*ID, "pattern"), "(", "a regular expression"),
    "a minimum that is no number": ((*ID, "minimum"), float("nan"), "NaN; allowed: a whole number"),
    "a minimum that is a text": ((*ID, "minimum"), "x", "the text 'x'; allowed: a whole number"),
    "a title that is no text": ((*FIELD, "title"), 5, "5; allowed: a text"),
    "a key that is no column": (("places", "schema", "primaryKey"), "nobody", "the column 'nobody'"),
    "a reference to no column": (
        ("places", "schema", "foreignKeys"), [{"fields": "within", "reference": {"resource": "", "fields": "y"}}],
        "the column 'y'"),
    "ids without a separator": (
        (*FIELD, "references"), {"resource": "places", "field": "place", "separator": ""}, "an empty separator"),
    "a check that is not": (("places", "checks"), [{"check": "nope"}], "'nope'"),
    "a check without columns": (("places", "checks"), [{"check": "no-duplicate"}], "no fields"),
    "a condition on no column": (("sources", "checks", 0, "when"), {"nobody": "x"}, "the column 'nobody'"),
    "a margin of all": (("police_reported", "checks", 4, "within"), 100, "the check rate-fits-count, which its cells"),
    "a name with half a brace": (("population", "figure_name"), "people_{", "Single '{'"),
}  # fmt: skip

# A contract's text.
CONTRACT_TEXTS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "unreadable JSON"),
    "100,000 brackets": (b"[" * 100_000, "too deep"),
    "5,000 digits": (b'{"resources": ' + b"9" * 5000 + b"}", "digits"),
    "NaN": (b'{"resources": NaN}', "NaN"),
    "a key twice": (b'{"resources": [], "resources": []}', "a second time"),
    "Latin-1": (b'{"resources": "\xe9"}', "Windows-1252"),
    "UTF-16": ('{"resources": []}'.encode("utf-16"), "UTF-16"),
}


def prose(language: str, text: str) -> str:
    """Another first text in a language."""
    return prose_source(PROSE | {language: text})


TITLE = {"en": "One", "fr": "Un"}
CHART = 'chapter.chart("c", bars, title=N_("{a}"), subtitle=%s, description=N_("{a}"))'
TOP, DECLARED, TEXT, CODE = ("cells", 0), ("cells", 1, "source"), ("cells", 2, "source"), ("cells", 3, "source")

# A part of a chapter (its cells: imports, parameters, prose, code), what stands there, and what must be said.
NOTEBOOKS: dict[str, tuple[tuple[Any, ...], Any, str]] = {
    "null": ((), lambda n: None, "nbformat 4"),
    "format 3": (("nbformat",), 3, "nbformat 3"),
    "no cells": (("cells",), GONE, "no cells"),
    "a type that is not": ((*TOP, "cell_type"), "heading", "the type 'heading'"),
    "metadata of a cell a list": ((*TOP, "metadata"), [], "a list"),
    "tags of numbers": ((*TOP, "metadata"), {"tags": [1]}, "1"),
    "a title with a number": (
        ("metadata", "evaluation", "title"), TITLE | {"en": "The 3 rules"}, "'3', typed in a text"),
    "no parameters": (("cells", 1), GONE, "0 cells tagged parameters"),
    "parameters twice": ((), lambda n: n | {"cells": [*n["cells"], n["cells"][1]]}, "2 cells tagged parameters"),
    "a parameter without type": (DECLARED, "decimals = 0", "name: Type = value"),
    "a parameter of 5,000 digits": (DECLARED, f"decimals: Decimals = {NINES}", "Exceeds the limit"),
    "an infinite parameter": (DECLARED, "level: Level = 1e999", "level = inf"),
    "code that turns": (CODE, "a = '\u202e'", "U+202E"),
    "prose that turns": (TEXT, prose("en", "# A finding\n\nThe \u2066answer."), "U+2066"),
    "prose with a typed number": (TEXT, prose("en", "# A finding about {place}\n\nThe answer is 28."), "a typed number (28.)"),
    "prose without a headline": (TEXT, prose_source({"en": "The answer.", "fr": "La réponse."}), "no title and paragraph"),
    "no prose": (TEXT, "a = b", "no prose cell"),
    "prose in Markdown": ((*TOP, "cell_type"), "markdown", ":1:cell_type: found a Markdown cell"),
    "prose in English alone": (TEXT, f"%%prose\n{PROSE['en']}", ":3:source: found no line %%fr"),
    "a typed number in a marked text": (CODE, CHART % 'N_("per 100,000")', "a typed number (100,000)"),
    "a marked text without French": (CODE, CHART % 'N_("no such message")', "no French for 'no such message'"),
}  # fmt: skip

# A notebook's text.
NOTEBOOK_TEXTS: dict[str, tuple[bytes, str]] = {
    name: (content, refusal) for name, (content, refusal) in CONTRACT_TEXTS.items() if b"resources" not in content
} | {"NaN": (b'{"nbformat": NaN}', "nan")}  # fmt: skip

# Files of wordings: name, how their text is changed, what must be said.
WORDINGS: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "a phrase without French": ("phrases.csv", lambda t: t + b"a,b,c,\n", "found 'a,b,c,'; allowed: phrase,choice,en,fr, each filled"),
    "phrases in Latin-1": ("phrases.csv", lambda t: t + "a,b,c,é\n".encode("latin-1"), "Windows-1252"),
    "phrases without a head": ("phrases.csv", lambda t: t.split(b"\n", 1)[1], "phrase,choice,en,fr"),
    "a translation that turns": ("fr/evaluation.po", lambda t: t.replace(b"Mises en garde", "Mises\u202e en garde".encode()), "U+202E"),
}  # fmt: skip
