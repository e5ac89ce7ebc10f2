"""What `evaluation hidden-population` answers: what was asked, read; every mistake at once; the answer in lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..methods.multiple_systems.bounds import chao_lower_bound
from ..methods.multiple_systems.choice import SUPPORT
from ..methods.multiple_systems.doubts import Doubt, assessed, bound_given, refusal
from ..methods.multiple_systems.estimate import estimate_population, mistakes_in, outward
from ..methods.multiple_systems.nesting import nestings
from ..methods.multiple_systems.table import NotIdentifiedError, Overlap, drop_lists, merge_lists, read_overlap
from ..problems import InputError, Problem

# Digits of one script, no sign, no exponent, no "nan": what float() and int() take is more than a level or a number is.
SHARE, NUMBER = re.compile(r"[0-9]{0,3}\.?[0-9]{1,30}"), re.compile(r"[0-9]{1,9}")


def answer(path: Path, *, merge: Sequence[str], drop: Sequence[str], anyway: bool, **asked: Any) -> dict[str, Any]:
    """What is said of a table: the estimate that was asked for with what stands beside it; or, where the lists bear
    none, why (`refused`) and the lower bound.

    Raises InputError with every mistake of the options and of the table, and where a list lies inside another.
    """
    level, draws = asked["level"], asked["draws"]
    asked["level"] = float(level) if SHARE.fullmatch(level) else level
    asked["draws"] = int(draws) if NUMBER.fullmatch(draws) else draws
    problems = [*mistakes_in(**asked)]
    try:
        overlap = read_overlap(path)
        for expression in merge:
            overlap = merge_lists(overlap, expression)
        overlap = drop_lists(overlap, drop)
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    if problems:
        raise InputError(problems)
    if not anyway and (inside := nestings(overlap)):
        instead = "lists apart from each other: {}; or --anyway, for an estimate that takes them to be"
        raise InputError(
            Problem(str(path), found=str(one), allowed=instead.format(one.advice(len(overlap.lists)))) for one in inside
        )
    if not anyway and (why := refusal(overlap)):
        return refused(overlap, asked["level"], why)
    try:
        estimate = estimate_population(overlap, **asked)
    except NotIdentifiedError as error:
        return refused(overlap, asked["level"], Doubt("no-estimate", error.problems[0].found))
    why = None if anyway else refusal(overlap, estimate)
    return refused(overlap, asked["level"], why) if why else assessed(overlap, estimate)


def refused(overlap: Overlap, level: float, why: Doubt) -> dict[str, Any]:
    """The answer where there is no estimate: `estimate`, `low` and `high` are None; `at_least` is the lower end of
    Chao's bound, or the people seen where there is none."""
    bound, none = chao_lower_bound(overlap, level), dict.fromkeys(("estimate", "low", "high"))
    first = {"observed": overlap.observed, "lists": overlap.lists, **none, "level": level, "refused": why._asdict()}
    return {**first, "at_least": bound.low if bound else overlap.observed, **bound_given(bound), "warnings": []}


def lines_of(found: dict[str, Any]) -> Iterator[str]:
    """The answer as lines of name, tab, value."""
    yield f"observed\t{found['observed']}"
    yield f"lists\t{', '.join(found['lists'])}"
    why, models = found.get("refused"), found.get("models")
    if why:
        yield f"estimate\tnone: {why['says']}"
        at_least = outward(found["at_least"], found["at_least"])[0]
        yield f"at_least\t{at_least} (if lists do not keep people apart: the lower end of Chao's lower bound)"
    else:
        yield from estimate_lines(found)
    total, interval = found["chao_lower_bound"], found["chao_lower_bound_interval"]
    ends = interval and f"{outward(total, total)[0]} ({found['level']:.0%} interval {to_words(*interval)})"
    yield f"chao_lower_bound\t{ends or 'none: too few people on two lists'}"
    if models:
        among = "of every model" if models["every_model"] else f"of {models['fitted']} models looked at"
        among += "" if models["search_ended"] else " before the search was stopped"
        within = f"no interval: estimates of {models['count']} within {SUPPORT:g} of the lowest BIC, {among}"
        ends = to_words(models["lowest"], models["highest"])
        yield f"models\t{ends} ({within}; the best gives {models['best']:.0f})"
        totals = {rule: "no estimate" if total is None else f"{total:.0f}" for rule, total in found["rules"].items()}
        yield f"rules\t{', '.join(f'{rule} {total}' for rule, total in totals.items())}"


def estimate_lines(found: dict[str, Any]) -> Iterator[str]:
    """The estimate, its interval, what that takes for granted, and the model."""
    yield f"estimate\t{found['estimate']:.0f}"
    ends = zip(("low", "high"), outward(found["low"], found["high"]), found["monte_carlo_error"], strict=True)
    for name, end, error in ends:  # an error to one digit, where it is half a person or more
        yield f"{name}\t{end}" + (f" (Monte-Carlo error {float(f'{error:.1g}'):g})" if error >= 0.5 else "")
    assumed = "if half or twice as many are hidden as the models give: no list can show which"
    yield f"sensitivity\t{to_words(*found['sensitivity'])} ({assumed})"
    yield f"terms\t{', '.join(found['terms']) or 'no pair'}"
    yield f"method\t{found['method']}"


def to_words(low: float, high: float) -> str:
    """Two ends in whole people, rounded outward."""
    return "{} to {}".format(*outward(low, high))


def warning_of(path: Path, doubt: dict[str, str]) -> str:
    """A doubt as a line for stderr."""
    return f"{Problem(str(path)).parts()['file']}:-:-: warning: {doubt['says']} [{doubt['kind']}]"
