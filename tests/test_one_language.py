"""A review in one language: its pages, indexes, copies and manifest have no other, and nothing leads to one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import small
from click.testing import CliRunner, Result

from evaluation.audit import audit
from evaluation.cli import main
from evaluation.data.sources import Tables
from evaluation.problems import InputError
from evaluation.reviews.review_file import read_review

TITLES = "title: {fr: Petit examen, en: Small review}\n"
CHAPTERS = "chapters:\n  - {chapter: start, part: front}\n  - one\n  - {chapter: two, part: annex}\n"
TITLE = {"en": "Small review", "fr": "Petit examen"}
OTHER = {"en": "fr", "fr": "en"}
LANGUAGE = 23  # the rule of the audit on languages and the links between them
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


def run(review: Path, *arguments: str, command: str = "build") -> Result:
    return CliRunner().invoke(main, [command, str(review), *arguments])


def build(review: Path, *arguments: str) -> Path:
    result = run(review, *arguments)
    assert result.exit_code == 0, result.output
    return review.parent.parent / "outputs" / "small"


def assert_only(language: str, folder: Path) -> None:
    """One language in all that there is, whole, and nothing of the other."""
    other = OTHER[language]
    found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert found["languages"] == [language]
    assert {key for each in found["runs"] for key in each["entry"]} == {language}
    assert not [path for path in small.hashes(folder) if path.split("/")[0] == other]
    for path in folder.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        assert f'hreflang="{other}' not in html, path
        assert html.startswith(f'<!DOCTYPE html>\n<html lang="{language}'), path
        assert not re.search(rf'href="[^"]*\b{other}/', html), path
        assert CALLED[other] not in html, path
    door = (folder / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'href="([^"#]+)"', door) == [f"{language}/index.html"]
    assert re.findall("<h1>(.*?)</h1>", door) == [TITLE[language]]
    for path in (folder / "notebooks").glob("*.ipynb"):
        shown = path.read_text(encoding="utf-8")
        assert f'<div lang=\\"{language}\\"' in shown
        assert f'<div lang=\\"{other}\\"' not in shown


@pytest.mark.parametrize("written", [("en",), ("fr",), ("en", "fr"), ("fr", "en"), ()])
def test_a_review_says_its_languages(written: tuple[str, ...], project: Path) -> None:
    ask(project, *written)
    found = read_review(project, project.parent.parent / "notebooks", Tables(project.parent.parent / "data"))
    wanted = written if len(written) == 1 else ("en", "fr")
    assert found.languages == wanted
    assert list(found.title) == list(wanted)


BAD = {
    "languages: [de]\n": "2:13: found the language 'de'; allowed: en or fr",
    "languages: [en, en]\n": "2:17: found the value 'en' a second time; allowed: each value once",
    "languages: []\n": "2:12: found an empty languages; allowed: a list of one or more languages",
    "languages: en\n": "2:12: found 'en'; allowed: a list of one or more languages",
    "languages: [en, [fr]]\n": "2:17: found a list or a mapping; allowed: one str",
    "language: [en]\n": "2:1: found the key 'language' (nearest: languages)",
}


@pytest.mark.parametrize("line", BAD)
def test_bad_languages_are_refused_where_they_stand(line: str, project: Path) -> None:
    project.write_text(TITLES + line + CHAPTERS, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_review(project, project.parent.parent / "notebooks", Tables(project.parent.parent / "data"))
    (problem,) = refused.value.problems
    assert BAD[line] in str(problem)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_title_is_asked_for_in_the_languages_of_the_review(language: str, project: Path) -> None:
    title = f"title: {{{language}: A}}\n"
    ask(project, language, title=title)
    assert read_review(project, project.parent.parent / "notebooks", Tables(project.parent.parent / "data"))
    ask(project, title=title)
    with pytest.raises(InputError, match=f"1:8: found no {OTHER[language]}"):
        read_review(project, project.parent.parent / "notebooks", Tables(project.parent.parent / "data"))


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_build_has_that_language_alone(language: str, project: Path) -> None:
    ask(project, language)
    folder = build(project)
    assert_only(language, folder)
    names = sorted(path.name for path in (folder / language).glob("*.html"))
    assert names == ["glossary.html", "index.html", "one.html", "two.html"]
    assert LANGUAGE not in {found.rule for found in audit(folder / language / "one.html")}
    assert LANGUAGE not in {found.rule for found in audit(folder / "index.html")}
    assert run(project, "--xlsx", "--pdf", command="export").exit_code == 0
    copies = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in (".pdf", ".xlsx")}
    pages = {f"{language}/{slug}.{end}" for slug in ("start", "one", "two") for end in ("pdf", "xlsx")}
    assert copies == pages | {f"{language}/small.pdf"}
    assert_only(language, folder)


@pytest.mark.slow
def test_other_languages_make_the_review_anew(project: Path) -> None:
    folder = build(project)
    assert json.loads((folder / "manifest.json").read_text())["languages"] == ["en", "fr"]
    both = small.hashes(folder)
    ask(project, "en")
    assert_only("en", build(project))
    ask(project, "fr", "en")
    assert small.hashes(build(project)) == both


@pytest.mark.slow
def test_in_part_and_with_settings_it_stays_in_its_language(project: Path) -> None:
    build(project)
    ask(project, "en")
    folder = build(project, "--only", "one")
    assert_only("en", folder)
    assert {path.name for path in (folder / "en").glob("*.html")} == {"glossary.html", "index.html", "one.html"}
    build(project, "--only", "start", "--only", "two", "--set", "decimals=1")
    assert_only("en", folder)
    assert (folder / "en" / "two--decimals-1.html").is_file()
    assert (folder / "en" / "one.html").is_file()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_confidential_one_says_so_in_its_language(language: str, project: Path) -> None:
    ask(project, language, title="confidential: true\n" + TITLES)
    folder = build(project)
    assert_only(language, folder)
    words = {"en": "Confidential. Not to be passed on.", "fr": "Confidentiel. Ne pas diffuser."}
    for path in folder.rglob("*.html"):
        body = path.read_text(encoding="utf-8").split("</style>")[1]
        assert words[language] in body, path
        assert words[OTHER[language]] not in body, path


@pytest.mark.slow
def test_the_audit_asks_for_the_languages_that_the_manifest_names(project: Path) -> None:
    folder = build(project)
    page = folder / "en" / "one.html"
    page.write_text(re.sub(r'<li><a href="../fr/.*?</li>', "", page.read_text(encoding="utf-8")), encoding="utf-8")
    assert [found.allowed for found in audit(page) if found.rule == LANGUAGE] == [
        "a link to ../fr/one.html with hreflang=fr-CA and lang=fr-CA"
    ]
    manifest = folder / "manifest.json"
    found = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(found | {"languages": ["en"]}), encoding="utf-8")
    assert [found for found in audit(page) if found.rule == LANGUAGE] == []
