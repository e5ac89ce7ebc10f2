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


def test_a_template_without_absent_names_stays_as_it_is() -> None:
    assert Values("en", absent={"other"}).present(TEMPLATE) == TEMPLATE


def test_a_heading_alone_in_its_cell_stays() -> None:
    assert Values("en", absent={"gone"}).present("Text {gone}.\n\n## Heading") == "## Heading"


BRIEFING = """## In a briefing

**Safe to say**

- One {there}.
- Two {gone}.
- Three.

**Not safe to say**

- Four {gone}.

## Next

Five."""


def test_a_point_of_a_list_goes_alone_and_a_bold_line_with_the_last_of_them() -> None:
    left = Values("en", absent={"gone"}).present(BRIEFING)
    assert left == "## In a briefing\n\n**Safe to say**\n\n- One {there}.\n- Three.\n\n## Next\n\nFive."
    left = Values("en", absent={"gone", "there"}).present(BRIEFING.replace("- Three.", "- Three {gone}."))
    assert left == "## Next\n\nFive."


def test_the_first_point_may_go() -> None:
    left = Values("en", absent={"gone"}).present("**Safe to say**\n\n- One {gone}.\n- Two.")
    assert left == "**Safe to say**\n\n- Two."
