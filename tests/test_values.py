"""What prose is filled with: names that are recorded, names recorded as absent, and parameters by their type."""

from __future__ import annotations

import pytest

from evaluation.records.prose import Values
from evaluation.reviews.parameters import Parameter, Scalar, convert

PROSE = """# A finding

The first paragraph tells of {there}.

## What may be missing

Of {missing} alone.

## What stays

A part with {missing}.

A part without."""


@pytest.fixture
def values() -> Values:
    values = Values("en")
    values.take({"name": "missing", "absent": True})
    values.take({"name": "there", "en": "Ontario", "fr": "l’Ontario"})
    return values


def test_a_paragraph_with_an_absent_name_goes_and_a_heading_left_alone_with_it(values: Values) -> None:
    kept = ["# A finding", "The first paragraph tells of {there}.", "## What stays", "A part without."]
    assert values.present(PROSE) == "\n\n".join(kept)


def test_a_heading_that_never_had_paragraphs_stays(values: Values) -> None:
    assert values.present("## Alone\n\n## Next\n\nof {missing}") == "## Alone"


def test_prose_without_absent_names_is_what_it_is(values: Values) -> None:
    assert values.present("of {there}\n\n\n  as written") == "of {there}\n\n\n  as written"


SCALARS: list[tuple[str, str, bool, Scalar]] = [
    ("bool", "true", False, True),
    ("bool", "false", False, False),
    ("bool", "true", True, "true"),
    ("bool", "yes", False, "yes"),
    ("int", "12", False, 12),
    ("int", "-1", False, -1),
    ("int", "012", False, "012"),
    ("int", "12", True, "12"),
    ("Decimals", "2", False, 2),
    ("float", "0.5", False, 0.5),
    ("str", "12", False, "12"),
]


@pytest.mark.parametrize(("kind", "text", "quoted", "expected"), SCALARS)
def test_a_text_by_its_declared_type(kind: str, text: str, quoted: bool, expected: Scalar) -> None:
    found = convert(text, Parameter("a", kind, "", ""), quoted=quoted)
    assert (found, type(found)) == (expected, type(expected))
