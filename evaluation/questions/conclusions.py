"""What would change each conclusion of a built review, as its runs worked it out (see `numbers.flips`)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction

from .trace import BuiltReview, Record, conclusions_with


def asked(review: BuiltReview, what: str) -> list[Record]:
    """The conclusions of a page, of a name, or whose words hold some words, in any language; all where none is told."""
    named = [one for one in review.whole["claims"] if what in (one["run"], one["name"])]
    return named or conclusions_with(review, what)


def lines_of(claim: Record, language: str) -> Iterator[str]:
    """A conclusion for a terminal, with what would change it, a figure a line."""
    yield f"{claim['run']}:{claim['name']} [{claim['choice']}]: “{claim['words'][language]}”"
    if claim["rule"]:
        yield f"  rule: {json.dumps(claim['rule'], ensure_ascii=False)}"
    if claim["flips"] is None:
        yield "  not worked out: a parameter chose it, or which data there are, or a rule that is no @rule"
    elif not claim["flips"]:
        yield "  no value in its range, from nothing to ten times as much, of any of its figures changes it"
    for flip in claim["flips"] or ():
        beyond = f" or {flip['way']}" if flip["beyond"] and (flip["way"], flip["value"]) != ("lower", "0") else ""
        choices = ", then ".join([flip["choice"], *flip["then"]])
        yield f"  if {flip['input']} were {decimal(flip['value'])}{beyond}: {choices}"


def decimal(value: str) -> str:
    """An exact fraction as a published number is written."""
    number = Fraction(value)
    return f"{int(number):,}" if number.denominator == 1 else f"{float(number):g}"
