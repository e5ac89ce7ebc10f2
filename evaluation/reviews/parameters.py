"""The declared parameters of a chapter, and the check of their values."""

import ast
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..data.contract import CONFIDENTIAL, CONTRACT, means_confidential
from ..data.sources import Tables
from ..language import LANGUAGES
from ..language.comparisons import GENERAL, comparison_word
from ..language.placeholders import NO_NAMES, Official, fill_official_names, mistake_in_title
from ..problems import InputError, Problem, Refused, control_characters, listed, nearest, quoted
from ..problems.foreign import check_shape, parse_python, read_notebook
from ..problems.paths import mistake_in_name
from . import choices

MOST_DIGITS = 40  # digits of a number: Python parses some thousands at most
Scalar = str | int | float | bool


@dataclass(frozen=True)
class Parameter:
    """One declared parameter of a chapter; ``type`` is a key of `choices.parameter_types`, the default is not yet
    checked against it."""

    name: str
    type: str
    default: Scalar


@dataclass(frozen=True)
class ChapterFile:
    """A notebook: its file name without suffix, its titles by language, and its parameters in order of declaration."""

    name: str
    path: Path
    title: dict[str, str]
    parameters: dict[str, Parameter]


def read_chapter(path: Path, names: Official = NO_NAMES, languages: Sequence[str] = LANGUAGES) -> ChapterFile:
    """Read a chapter's title in these languages, in which ``{id}`` of the official ``names`` is replaced, and its
    parameters. Raises InputError with all problems of its name, titles, markers and tagged cell; or else with all of
    its declarations."""
    notebook = read_notebook(path)
    problems = [*check_title(path, notebook["metadata"], names, languages), *check_markers(path, notebook["metadata"])]
    if mistake := mistake_in_name(path.stem):
        problems.append(Problem(str(path), "-", "-", *mistake))
    tagged = [i for i, c in enumerate(notebook["cells"], start=1) if "parameters" in c["metadata"].get("tags", [])]
    if len(tagged) != 1:
        row = tagged[1] if tagged else "-"
        problems.append(Problem(str(path), row, actual=f"{len(tagged)} cells tagged parameters", allowed="one"))
    if problems:
        raise InputError(problems)
    source = "".join(notebook["cells"][tagged[0] - 1]["source"])
    titles = notebook["metadata"]["evaluation"]["title"]
    title = {language: fill_official_names(titles[language], language, names) for language in languages}
    return ChapterFile(path.stem, path, title, parse_parameters(path, tagged[0], source))


def check_title(path: Path, metadata: dict[str, Any], names: Official, languages: Sequence[str]) -> Iterator[Problem]:
    """Problems of a chapter's titles: a missing language; or if none is missing, a text that is unfit for a title, and
    those of `check_general_title`."""
    missing = list(check_shape(metadata, {"evaluation": {"title": dict.fromkeys(languages, str)}}))
    texts = "texts en and fr" if len(languages) > 1 else f"a text {languages[0]}"
    for where, actual, _ in missing:
        yield Problem(str(path), "-", f"metadata.{where}", actual, f"metadata.evaluation.title with {texts}")
    for language in languages if not missing else ():
        if unfit := mistake_in_title(metadata["evaluation"]["title"][language], language, names):
            yield Problem(str(path), "-", f"title.{language}", *unfit)
    if not missing:
        yield from check_general_title(path, metadata["evaluation"], languages)


def check_markers(path: Path, metadata: dict[str, Any]) -> Iterator[Problem]:
    """Problems of metadata that mark a chapter as confidential, without effect: its review or data do that."""
    about = metadata.get("evaluation")
    for key in (*metadata, *(about if isinstance(about, dict) else ())):
        if means_confidential(key):
            allowed = f"{CONFIDENTIAL}: true in the review file, or in data/{CONTRACT}"
            yield Problem(str(path), "-", "metadata", f"the key {quoted(key)} in a chapter", allowed)


def check_general_title(path: Path, about: dict[str, Any], languages: Sequence[str]) -> Iterator[Problem]:
    """Problems of the mark ``general`` in ``about``, the metadata of a chapter: it must stand with a title that
    compares (titles have no claims), and with no other."""
    words = {each: word for each in languages if (word := comparison_word(about["title"][each], each))}
    if words and about.get(GENERAL) is not True:
        (language, word), *_ = words.items()
        allowed = f"metadata.evaluation.{GENERAL}: true, where it says nothing of data"
        yield Problem(str(path), "-", f"title.{language}", f"{quoted(word)} in a title, which no claim covers", allowed)
    elif GENERAL in about and not words:
        actual, allowed = f"{about[GENERAL]} beside a title that compares nothing", "no such mark"
        yield Problem(str(path), "-", f"metadata.evaluation.{GENERAL}", actual, allowed)


def parse_parameters(path: Path, cell: int, source: str) -> dict[str, Parameter]:
    """The parameters that a parameters cell declares (``name: Type = default # comment``, one a line), by name, in
    their order. Raises InputError with all statements that are no declaration or repeat a name; ``path`` and ``cell``
    are for its messages."""
    lines = source.splitlines()
    declared: dict[str, Parameter] = {}
    problems = []
    for statement in parse_python(path, cell, source).body:
        parameter = parse_declaration(statement)
        if parameter is None:
            actual = lines[statement.lineno - 1]
            allowed = f"name: Type = value  # comment, with Type one of {', '.join(choices.parameter_types())}"
            problems.append(Problem(str(path), cell, f"line {statement.lineno}", quoted(actual), allowed))
        elif parameter.name in declared:
            actual = f"{parameter.name} a second time"
            problems.append(Problem(str(path), cell, f"line {statement.lineno}", actual, "each parameter once"))
        else:
            declared[parameter.name] = parameter
    if problems:
        raise InputError(problems)
    return declared


def parse_declaration(statement: ast.stmt) -> Parameter | None:
    """The parameter that a statement declares; None for any other statement, a name that is not in lower case, an
    unknown type, and a default that is missing or no literal text, number or truth value. Whether the default fits the
    type is not checked."""
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id=kind), value=value) if (
            kind in choices.parameter_types() and value is not None and re.fullmatch(r"[a-z][a-z0-9_]*", name)
        ):
            try:
                default = ast.literal_eval(value)
            except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
                return None
            return Parameter(name, kind, default) if isinstance(default, Scalar) else None
    return None


def _declarations(sources: Iterable[str], magics: bool = False) -> dict[str, Parameter]:
    """The parameters that the sources of cells declare, by name; of several declarations of one name the last. Raises
    InputError for invalid Python; if it may contain ``magics`` of IPython, such a cell declares nothing instead."""
    statements = [statement for source in sources for statement in parse_python(Path(), 0, source, magics).body]
    return {parameter.name: parameter for statement in statements if (parameter := parse_declaration(statement))}


def parameter_defaults(cells: Sequence[Any]) -> dict[str, Scalar]:
    """The parameters declared in the cells of a notebook tagged ``parameters``, with their defaults. Raises InputError
    for invalid Python in one."""
    tagged = ["".join(cell["source"]) for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    return {name: parameter.default for name, parameter in _declarations(tagged).items()}


def current_parameters(names: dict[str, Any], cells: Sequence[str]) -> dict[str, Any]:
    """The parameters declared in the ``cells`` (sources) that a kernel has run, with their values, unchecked, among its
    variables ``names``; those that were deleted are left out, and a cell with magics declares nothing."""
    return {name: names[name] for name in _declarations(cells, magics=True) if name in names}


INJECTED = "# Parameters\n"  # the first line of the cell that Papermill injects


def require_valid_parameters(names: dict[str, Any], cells: list[str], tables: Tables) -> None:
    """Check the parameters of a notebook as a build does, for plain Papermill (``-p decimals 9``) and JupyterLab:
    ``cells`` are the sources run so far, ``names`` the kernel's variables. Raises Refused for the first undeclared
    parameter in a cell that Papermill injected, or else for the first value that its type does not allow."""
    declared = _declarations(cells, magics=True)
    injected = [cell for cell in cells if cell.startswith(INJECTED)]
    for statement in (statement for cell in injected for statement in parse_python(Path(), 0, cell, magics=True).body):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]) if name not in declared:
                raise Refused(f"found the parameter {name}{nearest(name, declared)}; allowed: {', '.join(declared)}")
    for name, parameter in declared.items():
        if refusal := check_value(parameter, names[name], tables):
            _, actual, allowed = refusal
            raise Refused(f"{name}: found {actual}; allowed: {allowed}")


def convert(text: str, parameter: Parameter, *, quoted: bool) -> Scalar:
    """A text as a value of a parameter's declared type. Text that does not fit (an exponent, an int with leading zeros)
    stays text, for `check_value` to refuse; so does text that stood in quotation marks (``quoted``), and any number of
    more than MOST_DIGITS characters."""
    base, _ = choices.parameter_types()[parameter.type]
    if base is bool and text in ("true", "false") and not quoted:
        return text == "true"
    if len(text) > MOST_DIGITS or quoted:
        return text
    if base is int and re.fullmatch(r"-?(0|[1-9][0-9]*)", text):
        return int(text)
    if base is float and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        return float(text)
    return text


def check_value(parameter: Parameter, value: Scalar, tables: Tables) -> choices.ParameterRefusal | None:
    """The refusal of a value that the type, range or list of its parameter does not allow, strictly (true is no int; 1,
    NaN and infinity are no float; text has no control characters); None for a valid one, and for ``latest`` as a
    year."""
    if parameter.type == "Year" and value == choices.LATEST:
        return None
    base, rule = choices.parameter_types()[parameter.type]
    fits = type(value) is base and (not isinstance(value, float) or math.isfinite(value))
    if fits and isinstance(value, str) and control_characters(value):
        return parameter.name, f"{quoted(value)} with {control_characters(value)}", "text without control characters"
    actual, allowed = quoted(value), base.__name__
    if callable(rule):
        known = rule(tables)
        fits, actual, allowed = fits and value in known, actual + nearest(str(value), known), listed(known)
    elif rule:
        fits = fits and rule[0] <= value <= rule[1]
        allowed = f"{base.__name__} from {rule[0]:g} to {rule[1]:g}"
        allowed += f", or {choices.LATEST}" if parameter.type == "Year" else ""
    return None if fits else (parameter.name, actual, allowed)
