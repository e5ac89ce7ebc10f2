"""A review in one language: its pages, indexes, copies and manifest have no other, and nothing leads to one."""

import json
import re
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import small
from small import built, output_of, run

from evaluation.audit import Finding
from evaluation.data.sources import Tables
from evaluation.language import LANGUAGES, MissingText, Text, requiring_languages, translate
from evaluation.language.prose_cells import NoProse, texts_by_language
from evaluation.problems import InputError
from evaluation.reviews.review import Review
from evaluation.reviews.review_file import read_review

TITLES = "title: {fr: Petit examen, en: Small review}\n"
CHAPTERS = "chapters:\n  - {chapter: start, part: front}\n  - one\n  - {chapter: two, part: annex}\n"
TITLE = {"en": "Small review", "fr": "Petit examen"}
OTHER = {"en": "fr", "fr": "en"}
CALLED = {"en": "English", "fr": "Français"}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A review file without its languages, and chapters in both."""
    path = small.project(tmp_path, monkeypatch)
    for name in ("start", "two"):
        small.notebook(tmp_path / "notebooks" / f"{name}.ipynb", small.ANSWER)
    ask(path)
    return path


def ask(review: Path, *languages: str, title: str = TITLES, chapters: str = CHAPTERS) -> None:
    line = f"languages: [{', '.join(languages)}]\n" if languages else ""
    review.write_text(title + line + chapters, encoding="utf-8")


def read(review: Path) -> Review:
    folder = review.parent.parent
    return read_review(review, folder / "notebooks", Tables(folder / "data"))


def assert_only(language: str, folder: Path) -> None:
    """One language in all that there is, whole, and nothing of the other."""
    other = OTHER[language]
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert content["languages"] == [language]
    assert {key for each in content["runs"] for key in each["entry"]} == {language}
    assert not [path for path in small.hashes(folder) if path.split("/")[0] == other]
    for path in folder.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        assert f'hreflang="{other}' not in html, path
        assert html.startswith(f'<!DOCTYPE html>\n<html lang="{language}'), path
        assert not re.search(rf'href="(\.\./)*{other}/', html), path
        assert CALLED[other] not in html, path
    door = (folder / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'href="([^"#]+)"', door) == [f"{language}/index.html"]
    assert f'<meta http-equiv="refresh" content="0; url={language}/index.html">' in door
    assert re.findall("<h1>.*?>(.*?)<", door) == [TITLE[language]]
    for path in (folder / "notebooks").glob("*.ipynb"):
        shown = path.read_text(encoding="utf-8")
        assert f'<div lang=\\"{language}\\"' in shown
        assert f'<div lang=\\"{other}\\"' not in shown


@pytest.mark.parametrize("written", [("en",), ("fr",), ("en", "fr"), ("fr", "en"), ()])
def test_a_review_says_its_languages(written: tuple[str, ...], project: Path) -> None:
    ask(project, *written)
    review = read(project)
    wanted = written if len(written) == 1 else ("en", "fr")
    assert review.languages == wanted
    assert list(review.title) == list(wanted)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_title_is_asked_for_in_the_languages_of_the_review(language: str, project: Path) -> None:
    title = f"title: {{{language}: A}}\n"
    ask(project, language, title=title)
    assert read(project)
    ask(project, title=title)
    with pytest.raises(InputError, match=f"1:8: found no {OTHER[language]}"):
        read(project)


@pytest.mark.long
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_build_has_that_language_alone(language: str, project: Path, audited: Callable[..., list[Finding]]) -> None:
    ask(project, language)
    folder = output_of(built(project))
    assert_only(language, folder)
    names = sorted(path.name for path in (folder / language).glob("*.html"))
    assert names == ["glossary.html", "index.html", "one.html", "two.html", "where-we-looked.html"]
    findings_of_pages = [audited(folder / path) for path in (f"{language}/one.html", f"{language}/index.html")]
    # the rule of the audit on languages and the links between them
    assert 23 not in {finding.rule for findings in findings_of_pages for finding in findings}
    assert run(project, "--xlsx", "--pdf", command="export").exit_code == 0
    copies = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in (".pdf", ".xlsx")}
    pages = {f"{language}/{slug}.{end}" for slug in ("start", "one", "two") for end in ("pdf", "xlsx")}
    assert copies == pages | {f"{language}/small.pdf"}
    assert_only(language, folder)


ENGLISH = """from evaluation import N_
chapter = review.open()
chapter.say(where={"en": "Elsewhere"})
part = chapter.figures.people_served.labelled(N_("People, never labelled so"))
chapter.chart("bars", bars, title=N_("People never counted like this"))"""


def titled(path: Path, title: dict[str, str]) -> None:
    """A chapter with another title, its prose in English alone."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][2]["source"] = "%%prose\n# Provinces grew\n\nSee {where}."
    notebook["metadata"]["evaluation"]["title"] = title
    path.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("command", ["check", "build"])
def test_a_review_in_both_asks_for_both(command: str, project: Path) -> None:
    path = small.notebook(project.parents[1] / "notebooks" / "unseen.ipynb", ENGLISH)
    titled(path, {"en": "Unseen"})
    assert run(project, command="check").exit_code == 0  # a chapter that this review does not have
    ask(project, chapters="chapters: [unseen, one]\n")
    result = run(project, command=command)
    assert result.exit_code == 2
    assert "unseen.ipynb:-:metadata.evaluation.title.fr: found" in result.stderr
    titled(path, {"en": "Unseen", "fr": "Inédit"})
    message = run(project, command=command).stderr
    assert "unseen.ipynb:3:source: found no line %%fr in a prose cell" in message
    assert "no French for 'People never counted like this'" in message
    assert "no French for 'People, never labelled so'" in message
    assert "a text without both languages; allowed: en and fr" in message


@pytest.mark.slow
def test_what_a_run_for_one_language_left_is_no_page_of_both(project: Path) -> None:
    """A label that only a run can see: the English one never stands on a French page."""
    code = 'chapter = review.open()\nlabel = dict(en="Bare")\nfrom evaluation.numbers import measures\n'
    code += 'chapter.record(n=measures.without_origin("n", label, 3, "people", dict(en="counted")))'
    prose = {"en": "# A finding\n\nThe answer is {n}.", "fr": "# Un constat\n\nLa réponse est {n}."}
    small.notebook(project.parent.parent / "notebooks" / "one.ipynb", code, prose=prose)
    ask(project, "en", chapters="chapters: [one]\n")
    folder = output_of(built(project))
    ask(project, chapters="chapters: [one]\n")
    result = run(project)
    assert result.exit_code == 1
    assert "found no fr text beside {'en': " in result.output
    assert_only("en", folder)


@pytest.mark.slow
def test_a_label_joined_of_one_language_is_made_again_from_the_store(project: Path) -> None:
    code = "chapter = review.open()\nfrom evaluation.numbers import measures\n"
    code += "label = measures.with_words('No message', 'alone')\n"
    code += "chapter.record(n=measures.without_origin('n', label, 3, 'people', 'counted'))"
    prose = {"en": "# A finding\n\nIt is {n}.", "fr": "# Un constat\n\nC’est {n}."}
    small.notebook(project.parent.parent / "notebooks" / "one.ipynb", code, prose=prose)
    ask(project, "en", chapters="chapters: [one]\n")
    page = output_of(built(project)) / "en" / "one.html"
    whole = page.read_text()
    assert "No message, alone" in whole
    page.unlink()
    built(project)
    assert page.read_text() == whole


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        ({"en": "A"}, ["en"], {"en": "A", "fr": "A"}),
        ({"fr": "B"}, ["fr"], {"en": "B", "fr": "B"}),
        ("No message", ["en"], {"en": "No message", "fr": "No message"}),
        ({"en": "A", "fr": "B"}, ["en"], {"en": "A", "fr": "B"}),
        ({"en": "A"}, ["fr"], None),
        ("No message", ["fr"], None),
        ({"en": "A", "fr": ""}, ["en", "fr"], None),
    ],
)
def test_a_text_is_missed_in_a_language_that_is_asked_for_alone(text: Text, asked: list[str], expected: Any) -> None:
    with requiring_languages(asked), nullcontext() if expected else pytest.raises(MissingText):
        assert {language: translate(text, language) for language in LANGUAGES} == expected


@pytest.mark.parametrize(
    ("source", "languages", "expected"),
    [
        ("%%prose\nA", ("en",), {"en": "A"}),
        ("%%prose\nA\n%%fr\nB", ("en",), {"en": "A"}),
        ("%%prose\n%%fr\nB", ("fr",), {"fr": "B"}),
        ("%%prose\nA", ("en", "fr"), "no line %%fr"),
        ("%%prose\n%%fr\nB", ("en",), "no words in en"),
        ("%%prose\nA\n%%de\nB", ("en",), "%%de"),
        ("%%prose\nA\n%%fr\nB\n%%fr\nC", ("en",), "%%fr, %%fr"),
    ],
)
def test_a_cell_of_prose_has_the_languages_asked_for(source: str, languages: tuple[str, ...], expected: Any) -> None:
    if isinstance(expected, dict):
        assert texts_by_language(source, languages) == expected
    else:
        with pytest.raises(NoProse, match=re.escape(expected)):
            texts_by_language(source, languages)
