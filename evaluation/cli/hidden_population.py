"""The command's work: what was asked, read; every mistake at once; the answer in lines."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from evaluation.methods.multiple_systems import (
    Assessment,
    HiddenPopulationError,
    NotIdentifiedError,
    Overlap,
    RequestError,
    drop_lists,
    estimate_population,
    merge_lists,
    nestings,
    read_overlap,
    refusal,
)
from evaluation.methods.multiple_systems.choice import SUPPORT, rule_named
from evaluation.methods.multiple_systems.doubts import Doubt, bounds_as_json
from evaluation.methods.multiple_systems.intervals import (
    Interval,
    checked_draws,
    checked_level,
    interval_named,
    outward,
)
from evaluation.methods.multiple_systems.nesting import Nesting
from evaluation.problems import InputError, Problem, quoted

# Digits of one script, no sign, no exponent, no "nan": what float() and int() take is more than a level or a number is.
SHARE = re.compile(r"[0-9]{0,3}\.?[0-9]{1,30}", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


def answer(path: Path, *, merge: Sequence[str], drop: Sequence[str], anyway: bool, **asked: Any) -> dict[str, Any]:
    """What is said of a table: the estimate that was asked for with what stands beside it; or, where the lists bear
    none, why (`refused`) and the lower bound.

    Raises InputError with every mistake of the options and of the table, and where a list lies inside another.
    """
    checks: list[Callable[[], object]] = [
        lambda: rule_named(asked["model"]),
        lambda: interval_named(asked["interval"] or Interval.BCA),
        lambda: level_of(asked["level"]),
        lambda: draws_of(asked["draws"]),
        lambda: regrouped(path, merge, drop),
    ]
    if problems := [problem for check in checks for problem in mistakes(check)]:
        raise InputError(problems)
    overlap, level = regrouped(path, merge, drop), level_of(asked["level"])
    if not anyway and (inside := nestings(overlap)):
        raise InputError(Problem(str(path), found=str(one), allowed=instead(one, overlap)) for one in inside)
    if not anyway and (why := refusal(overlap)):
        return refused(overlap, level, why)
    options = {"interval": asked["interval"], "level": level, "draws": draws_of(asked["draws"])}
    try:
        estimate = estimate_population(overlap, asked["model"], **options)
    except NotIdentifiedError as error:
        return refused(overlap, level, Doubt("no-estimate", error.problems[0].found))
    except HiddenPopulationError as error:
        raise InputError(problems_of(error)) from None
    why = None if anyway else refusal(overlap, estimate)
    return refused(overlap, level, why) if why else Assessment(overlap, estimate).as_json()


def instead(inside: Nesting, overlap: Overlap) -> str:
    """What may be asked for where a list lies inside others."""
    advice = inside.advice(len(overlap.lists))
    return f"lists apart from each other: {advice}; or --anyway, for an estimate that takes them to be"


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
    return [Problem(option + one.file, *one[1:]) for one in error.problems]


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
    low, high = outward(found["low"], found["high"])
    yield f"estimate\t{found['estimate']:.0f}"
    yield f"low\t{low}{error_in_words(found['monte_carlo_error'][0])}"
    yield f"high\t{high}{error_in_words(found['monte_carlo_error'][1])}"
    ends = "{} to {}".format(*outward(*found["sensitivity"]))
    yield f"sensitivity\t{ends} (if half or twice as many are hidden as the models give: no list can show which)"
    yield f"terms\t{', '.join(found['terms']) or 'no pair'}"
    yield f"method\t{found['method']}"


def bound_lines(found: dict[str, Any]) -> Iterator[str]:
    """Chao's bounds, each with its interval."""
    for name, condition in (("chao_lower_bound", ""), ("chao_1987", "; a lower bound where all lists reach alike")):
        total, interval = found[name], found[f"{name}_interval"]
        if interval:
            ends = "{} to {}".format(*outward(*interval))
            yield f"{name}\t{outward(total, total)[0]} ({found['level']:.0%} interval {ends}{condition})"
        else:
            yield f"{name}\tnone: too few people on two lists"


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
