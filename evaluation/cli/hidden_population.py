"""The command's work: what was asked, read; every mistake at once; the answer in lines."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from evaluation.methods.multiple_systems.bound import chao_1987
from evaluation.methods.multiple_systems.choice import SUPPORT, rule_named
from evaluation.methods.multiple_systems.doubts import Assessment, Doubt
from evaluation.methods.multiple_systems.estimate import estimate_population
from evaluation.methods.multiple_systems.intervals import checked_draws, checked_level, interval_named
from evaluation.methods.multiple_systems.table import (
    HiddenPopulationError,
    Overlap,
    RequestError,
    drop_lists,
    merge_lists,
    read_overlap,
)
from evaluation.problems import Problem, quoted

# Digits of one script, no sign, no exponent, no "nan": what float() and int() take is more than a level or a number is.
SHARE = re.compile(r"[0-9]{0,3}\.?[0-9]{1,30}", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


def assess(
    path: Path, *, merge: Sequence[str], drop: Sequence[str], model: str, interval: str, level: str, draws: str
) -> Assessment:
    """The estimate that was asked for, and what stands beside it.

    Raises HiddenPopulationError with every mistake of the options and of the table.
    """
    problems: list[Problem] = []
    for check in (
        lambda: rule_named(model),
        lambda: interval_named(interval),
        lambda: level_of(level),
        lambda: draws_of(draws),
    ):
        problems += mistakes(check)
    found: list[Overlap] = []
    problems += mistakes(lambda: found.append(regrouped(path, merge, drop)))
    if problems:
        raise HiddenPopulationError(problems)
    estimate = estimate_population(found[0], model, interval=interval, level=level_of(level), draws=draws_of(draws))
    return Assessment(found[0], estimate)


def mistakes(check: Callable[[], object]) -> list[Problem]:
    """The problems that a check raises, those of a request under the option's name."""
    try:
        check()
    except HiddenPopulationError as error:
        return problems_of(error)
    return []


def problems_of(error: HiddenPopulationError) -> list[Problem]:
    if isinstance(error, RequestError):
        return [replace(problem, file=f"--{problem.file}") for problem in error.problems]
    return error.problems


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
    return checked_draws(int(text) if NUMBER.fullmatch(text) else _refused("draws", text, "a number of 100 or more"))


def _refused(name: str, text: str, allowed: str) -> int:
    raise RequestError.of(name, found=quoted(text), allowed=allowed)


def lines_of(found: Assessment) -> Iterator[str]:
    """The answer as lines of name, tab, value. Where models disagree their range leads."""
    estimate = found.estimate
    yield f"observed\t{estimate.observed}"
    yield f"lists\t{', '.join(estimate.lists)}"
    if found.leads == "models":
        yield models_line(found)
    yield f"estimate\t{estimate.estimate:.0f}"
    yield f"low\t{down(estimate.low)}{error_in_words(estimate.low_error)}"
    yield f"high\t{up(estimate.high)}{error_in_words(estimate.high_error)}"
    yield f"terms\t{', '.join(estimate.terms) or 'no pair'}"
    yield f"method\t{estimate.method}"
    yield f"chao_lower_bound\t{'none: too few people on two lists' if found.chao is None else down(found.chao)}"
    yield f"chao_1987\t{down(chao_1987(found.overlap))} (a lower bound where all lists reach alike)"
    if found.leads == "estimate":
        yield models_line(found)
    yield f"rules\t{', '.join(f'{rule} {in_words(total)}' for rule, total in found.by_rule.items())}"


def down(end: float) -> int:
    """A lower end in whole people; what only the last bits of the arithmetic hold apart is the same number."""
    return round(end) if math.isclose(end, round(end), rel_tol=1e-9) else math.floor(end)


def up(end: float) -> int:
    """An upper end in whole people."""
    return -down(-end)


def error_in_words(error: float) -> str:
    return f" (Monte-Carlo error {float(f'{error:.1g}'):g})" if error >= 0.5 else ""


def in_words(total: float | None) -> str:
    return "no estimate" if total is None else f"{total:.0f}"


def models_line(found: Assessment) -> str:
    models = found.models_as_json()
    among = "of every model" if models["every_model"] else f"of {models['fitted']} models looked at"
    among += "" if models["search_ended"] else " before the search was stopped"
    return (
        f"models\t{down(models['lowest'])} to {up(models['highest'])} ({models['count']} within "
        f"{SUPPORT:g} of the lowest BIC, {among}; the best gives {models['best']:.0f})"
    )


def warning_of(path: Path, doubt: Doubt) -> str:
    """A doubt as a line for stderr."""
    return f"{Problem(str(path)).parts()['file']}:-:-: warning: {doubt.says} [{doubt.kind}]"
