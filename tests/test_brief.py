"""The brief of a review: what its pages say, gathered, whose links lead to them."""

from pathlib import Path

import pytest
import small
from small import output_of, run

from evaluation.pages.brief import list_items_below, relocate_html

REVIEW = """title: {en: Small review, fr: Petit examen}
brief:
  title: {en: In short, fr: En bref}
  findings: [one]
chapters: [one]
"""
LIST = "<p><strong>Safe to say</strong></p>\n<ul>\n<li>One.</li>\n<li>Two <a href='#x'>x</a>.</li>\n</ul>"


@pytest.mark.parametrize(
    ("html", "items"),
    [
        (LIST, ["One.", "Two <a href='#x'>x</a>."]),
        ('<h2 id="part-1">Safe to say</h2>\n<ol>\n<li>One.</li>\n</ol>', ["One."]),
        ("<p><strong>Not safe to say</strong></p>\n<ul>\n<li>One.</li>\n</ul>", []),
        ("<p><strong>Safe to say</strong></p>\n<p>Nothing.</p>\n<ul>\n<li>Another list.</li>\n</ul>", []),
    ],
)
def test_the_list_straight_below_its_words_is_taken(html: str, items: list[str]) -> None:
    assert list_items_below(html, "Safe to say") == items


def test_a_piece_of_a_page_leads_back_to_it() -> None:
    html = '<a href="#from-served" id="use-served"><data>5</data></a> <i id="chart-one">x</i> <a href="b.html#c">c</a>'
    assert relocate_html(html, "one") == (
        '<a href="one.html#from-served"><data>5</data></a> <i id="one--chart-one">x</i> <a href="b.html#c">c</a>'
    )


@pytest.mark.slow
def test_a_brief_is_built_of_what_the_pages_say(built: Path) -> None:
    assert not (output_of(built) / "en" / "brief.html").exists()
    prose = {
        "en": "# A finding\n\nAn answer.\n\n**Safe to say**\n\n- Ontario: {served} people.",
        "fr": "# Un constat\n\nUne réponse.\n\n**On peut dire**\n\n- Ontario : {served} personnes.",
    }
    served = """chapter = review.open()
chapter.record(served=chapter.figures.people_served)
chapter.show_caveats(chapter.figures.people_served)"""
    small.notebook(built.parents[1] / "notebooks" / "one.ipynb", served, prose=prose)
    built.write_text(REVIEW, encoding="utf-8")
    result = run(built)
    assert result.exit_code == 0, result.output
    for language, title in (("en", "In short"), ("fr", "En bref")):
        brief = (output_of(built) / language / "brief.html").read_text(encoding="utf-8")
        assert f"<h1>{title}</h1>" in brief
        assert brief.count('href="one.html#from-people_served"') == 1
        answer, headline = {"en": ("An answer.", "A finding"), "fr": ("Une réponse.", "Un constat")}[language]
        assert f'<p>{answer}</p>\n<ol class="findings"><li><a href="one.html">{headline}</a></li>' in brief
        assert 'href="brief.html"' in (output_of(built) / language / "one.html").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("findings: [two]", "found 'two'; allowed: one"),
        ("findings: [one, one, one, one, one, one]", "found 6 findings; allowed: 5 or fewer"),
        ("charts: [one/none]", "found no chart 'none' for the brief; allowed: none"),
        ("charts: [one]", "found 'one'; allowed: slug/chart of one"),
    ],
)
def test_what_a_brief_names_and_the_review_has_not_is_refused(built: Path, given: str, message: str) -> None:
    built.write_text(REVIEW.replace("findings: [one]", f"findings: [one]\n  {given}" if "charts" in given else given))
    result = run(built)
    assert result.exit_code in (1, 2)
    assert message in result.output


@pytest.mark.slow
def test_a_review_with_settings_has_no_brief(built: Path) -> None:
    """Its title and its charts were chosen for the review as its file has it."""
    built.write_text(REVIEW, encoding="utf-8")
    small.built(built)
    assert (output_of(built) / "en" / "brief.html").exists()
    result = run(built, "--set", "decimals=1")
    assert result.exit_code == 0, result.output
    assert not (output_of(built) / "en" / "brief.html").exists()
