"""What a run has nothing for is left out of its prose, its key numbers, its charts and tables."""

from evaluation.records.prose import Values

TEMPLATE = """# Finding {always}

First {there}.

Second {gone}.

## A part

Only {gone}.

## Another

Kept {there} and all."""


def test_a_paragraph_with_an_absent_name_goes_and_its_heading_with_the_last_of_them() -> None:
    left = Values("en", absent={"gone"}).present(TEMPLATE)
    assert left == "# Finding {always}\n\nFirst {there}.\n\n## Another\n\nKept {there} and all."


def test_a_heading_alone_in_its_cell_stays() -> None:
    assert Values("en", absent={"gone"}).present("Text {gone}.\n\n## Heading") == "## Heading"
