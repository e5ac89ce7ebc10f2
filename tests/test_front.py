"""A page that opens a review: where it stands, what leads to it and from it, alone, with settings, failed, mended."""

import json
import re
import shutil
from pathlib import Path

import pytest
import small
from small import output_of, run
from test_in_part import assert_whole

pytestmark = pytest.mark.slow  # builds reviews
REVIEW = """title: {en: Small review, fr: Petit examen}
chapters:
  - {chapter: start, part: front}
  - one
  - {chapter: two, part: annex}
"""


def arrange(review: Path) -> None:
    for name in ("start", "two"):
        small.notebook(review.parents[1] / "notebooks" / f"{name}.ipynb", small.ANSWER)
    review.write_text(REVIEW, encoding="utf-8")


def text(review: Path, path: str) -> str:
    return (output_of(review) / path).read_text(encoding="utf-8")


def cards(review: Path) -> list[str]:
    return re.findall(r'<li data-page="([^"]+)">', text(review, "en/index.html"))


def test_it_opens_the_review_with_the_others_as_cards(built: Path) -> None:
    assert_whole(output_of(built))
    assert not (output_of(built) / "en" / "start.html").exists()
    for language, finding in (("en", "A finding about Ontario"), ("fr", "Un constat sur l’Ontario")):
        page = text(built, f"{language}/index.html")
        assert f"<h1>{finding}</h1>" in page
        assert {"en": "Small review", "fr": "Petit examen"}[language] in page.split("<main")[0].split('class="name"')[1]
    assert cards(built) == ["one", "two"]
    assert '<a rel="prev" href="index.html">start</a>' in text(built, "en/one.html")
    listed = run(built, command="list").output
    assert [line.split()[0] for line in listed.splitlines()] == ["start", "one", "two"]
    assert json.loads(text(built, "manifest.json"))["contents"] == ["start", "one", "two"]


def test_the_way_in_is_a_door_for_each_language(built: Path) -> None:
    door = text(built, "index.html")
    parts = dict(re.findall(r'<section lang="(\w\w)-CA">(.*?)</section>', door, re.DOTALL))
    titles = {"en": "Small review", "fr": "Petit examen"}
    for language, words in (("en", "A finding about Ontario"), ("fr", "Un constat sur l’Ontario")):
        assert re.findall(r"<h[12].*?</h[12]>", parts[language]) == [f"<h2>{titles[language]}</h2>"]
        assert words in parts[language]
        assert f'href="{language}/index.html"' in parts[language]
    assert len(re.findall("<h1", door)) == 1


def test_the_other_pages_alone_have_contents_without_it(built: Path) -> None:
    shutil.rmtree(output_of(built))
    assert run(built, "--only", "one").exit_code == 0
    assert_whole(output_of(built))
    assert "<h1>Small review</h1>" in text(built, "en/index.html")
    assert cards(built) == ["one"]
    assert run(built, "--only", "start").exit_code == 0  # and then it takes the contents' place
    assert_whole(output_of(built))
    assert "<h1>A finding about Ontario</h1>" in text(built, "en/index.html")
    assert cards(built) == ["one"]


def test_a_page_is_signed_under_its_title_with_what_the_review_says(built: Path) -> None:
    def line(path: str) -> str:
        return text(built, path).split('<p class="signed">')[1].split("</p>")[0]

    assert line("en/one.html") == '<a href="#cite">Cite</a> · <a href="#made">About</a>'
    signed = "repository: https://example.org/review\ndate: 2026-12-01\nimprint:\n"
    signed += "  edition: {en: Second edition, fr: Deuxième édition}\n"
    signed += "  about: {en: Made openly., fr: Fait au grand jour.}\n"
    built.write_text(REVIEW + signed, encoding="utf-8")
    assert run(built).exit_code == 0
    assert line("fr/one.html").startswith("Deuxième édition · <time")
    assert '<a href="https://example.org/review">Signaler une erreur</a>' in line("fr/one.html")
    assert "Made openly." in text(built, "en/one.html").split('id="made"')[1]
    assert '<meta property="og:title" content="A finding about Ontario">' in text(built, "en/index.html")


def test_addresses_of_the_review_file_stand_at_the_foot_of_each_page(built: Path) -> None:
    contact, corrections = "mailto:review@example.org", "https://example.org/corrections?a=1&b=2"
    assert "mailto:" not in text(built, "en/one.html")
    given = f"contact: {contact}\ncorrections: {corrections}\n"
    built.write_text(REVIEW + given, encoding="utf-8")
    assert run(built).exit_code == 0
    for path in ("en/index.html", "fr/one.html", "en/where-we-looked.html", "fr/glossary.html"):
        foot = text(built, path).split("<footer>")[1]
        assert f'href="{contact}"' in foot
        assert f'href="{corrections.replace("&", "&amp;")}"' in foot
