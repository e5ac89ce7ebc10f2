"""The command's work: what was asked, read; every mistake at once; the answer in lines."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from evaluation.methods.multiple_systems import (
    SUPPORT,
    Assessment,
    Doubt,
    HiddenPopulationError,
    NotIdentifiedError,
    Overlap,
    RequestError,
    bounds_as_json,
    checked_draws,
    checked_level,
    drop_lists,
    estimate_population,
    interval_named,
    merge_lists,
    nestings,
    outward,
    read_overlap,
    refusal,
    rule_named,
)
from evaluation.problems import Problem, quoted

# Digits of one script, no sign, no exponent, no "nan": what float() and int() take is more than a level or a number is.
SHARE = re.compile(r"[0-9]{0,3}\.?[0-9]{1,30}", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


def answer(path: Path, *, merge: Sequence[str], drop: Sequence[str], anyway: bool, **asked: Any) -> dict[str, Any]:
    """What is said of a table: the estimate that was asked for with what stands beside it; or, where the lists bear
    none, why (`refused`) and the lower bound.

    Raises HiddenPopulationError with every mistake of the options and of the table, and where a list lies inside
    another.
    """
    problems = [problem for check in checks(**asked) for problem in mistakes(check)]
    tables: list[Overlap] = []
    problems += mistakes(lambda: tables.append(regrouped(path, merge, drop)))
    if problems:
        raise HiddenPopulationError(problems)
    (overlap,) = tables
    level, draws = level_of(asked["level"]), draws_of(asked["draws"])
    if not anyway:
        check_apart(overlap)
        if why := refusal(overlap):
            return refused(overlap, level, why)
    try:
        estimate = estimate_population(overlap, asked["model"], interval=asked["interval"], level=level, draws=draws)
    except NotIdentifiedError as error:
        return refused(overlap, level, Doubt("no-estimate", error.problems[0].found))
    why = None if anyway else refusal(overlap, estimate)
    return refused(overlap, level, why) if why else Assessment(overlap, estimate).as_json()


def checks(model: str | None, interval: str | None, level: str, draws: str) -> Iterator[Callable[[], object]]:
    """What is checked of the options."""
    yield lambda: rule_named(model)
    yield lambda: interval_named(interval) if interval is not None else None
    yield lambda: level_of(level)
    yield lambda: draws_of(draws)


def check_apart(overlap: Overlap) -> None:
    """Raises NotIdentifiedError where lists lie inside others: one problem for each."""
    inside = nestings(overlap)
    if inside:
        allowed = "lists apart from each other: {}; or --anyway, for an estimate that takes them to be"
        lists = len(overlap.lists)
        parts = [(overlap.source, "-", "-", str(one), allowed.format(one.advice(lists))) for one in inside]
        raise NotIdentifiedError([Problem(*part) for part in parts])


def refused(overlap: Overlap, level: float, why: Doubt) -> dict[str, Any]:
    """The answer where there is no estimate: `estimate`, `low` and `high` are None."""
    none, bounds = dict.fromkeys(("estimate", "low", "high")), bounds_as_json(overlap, level)
    found = {"observed": overlap.observed, "lists": list(overlap.lists), **none, "level": level, "refused": vars(why)}
    at_least = (bounds["chao_lower_bound_interval"] or bounds["chao_1987_interval"])[0]
    return found | {"at_least": at_least} | bounds | {"warnings": []}


def mistakes(check: Callable[[], object]) -> list[Problem]:
    """The problems that a check raises, those of a request under the option's name."""
    try:
        check()
    except HiddenPopulationError as error:
        return problems_of(error)
    return []


def problems_of(error: HiddenPopulationError) -> list[Problem]:
    """The problems of an error, as the command shows them."""
    option = "--" * isinstance(error, RequestError)
    return [Problem(option + one.file, one.row, one.column, one.found, one.allowed) for one in error.problems]


def regrouped(path: Path, merge: Sequence[str], drop: Sequence[str]) -> Overlap:
    """The table with lists merged one after the other, then dropped."""
    overlap = read_overlap(path)
    for expression in merge:
        overlap = merge_lists(overlap, expression)
    return drop_lists(overlap, drop)


def level_of(text: str) -> float:
    """Raises RequestError for what is no share in digits."""
    return checked_level(float(text) if SHARE.fullmatch(text) else _refused("level", text, "above 0 and below 1, 0.95"))


def draws_of(text: str) -> int:
    """Raises RequestError for what is no number in digits."""
    return checked_draws(int(text) if NUMBER.fullmatch(text) else _refused("draws", text, "a number of 100 or more"))


def _refused(name: str, text: str, allowed: str) -> int:
    raise RequestError.of(name, found=quoted(text), allowed=allowed)


def lines_of(found: dict[str, Any]) -> Iterator[str]:
    """The answer as lines of name, tab, value."""
    yield f"observed\t{found['observed']}"
    yield f"lists\t{', '.join(found['lists'])}"
    if "refused" in found:
        yield f"estimate\tnone: {found['refused']['says']}"
        at_least = outward(found["at_least"], found["at_least"])[0]
        yield f"at_least\t{at_least} (if lists do not keep people apart: the lower end of Chao's lower bound)"
    else:
        yield from estimate_lines(found)
    yield from bound_lines(found)
    if "refused" not in found:
        yield models_line(found["models"])
        yield f"rules\t{', '.join(f'{rule} {in_words(total)}' for rule, total in found['rules'].items())}"


def estimate_lines(found: dict[str, Any]) -> Iterator[str]:
    """The estimate, its interval, what that takes for granted, and the model."""
    yield f"estimate\t{found['estimate']:.0f}"
    for name, end, error in zip(
        ("low", "high"), outward(found["low"], found["high"]), found["monte_carlo_error"], strict=True
    ):
        yield f"{name}\t{end}{error_in_words(error)}"
    ends = "{} to {}".format(*outward(*found["sensitivity"]))
    yield f"sensitivity\t{ends} (if half or twice as many are hidden as the models give: no list can show which)"
    yield f"terms\t{', '.join(found['terms']) or 'no pair'}"
    yield f"method\t{found['method']}"


def bound_lines(found: dict[str, Any]) -> Iterator[str]:
    """Chao's bounds, each with its interval."""
    about = {"chao_lower_bound": "", "chao_1987": "; a lower bound where all lists reach alike"}
    for name, condition in about.items():
        if found[name] is None:
            yield f"{name}\tnone: too few people on two lists"
        else:
            low, high = outward(*found[f"{name}_interval"])
            yield f"{name}\t{outward(found[name], found[name])[0]} ({found['level']:.0%} interval {low} to {high}{condition})"


def error_in_words(error: float) -> str:
    """A standard error to one digit, where it is half a person or more."""
    return f" (Monte-Carlo error {float(f'{error:.1g}'):g})" if error >= 0.5 else ""


def in_words(total: float | None) -> str:
    """An estimate in whole people, or that there is none."""
    return "no estimate" if total is None else f"{total:.0f}"


def models_line(models: dict[str, Any]) -> str:
    """The range of the models near the lowest BIC: point estimates, each without its interval."""
    among = "of every model" if models["every_model"] else f"of {models['fitted']} models looked at"
    among += "" if models["search_ended"] else " before the search was stopped"
    low, high = outward(models["lowest"], models["highest"])
    return (
        f"models\t{low} to {high} (no interval: estimates of {models['count']} within {SUPPORT:g} of the lowest BIC, "
        f"{among}; the best gives {models['best']:.0f})"
    )


def warning_of(path: Path, doubt: dict[str, str]) -> str:
    """A doubt as a line for stderr."""
    return f"{Problem(str(path)).parts()['file']}:-:-: warning: {doubt['says']} [{doubt['kind']}]"
