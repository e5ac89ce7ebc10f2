"""A small review, from its project to the web and back, within this process: built, asked, verified, compared and
published, with all that it says."""

import json
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import small
from golden import compare
from here import Editions, builds_here

from evaluation.building import manifest
from evaluation.pages.blocks import list_blocks, parse_html
from evaluation.pages.book import book_html
from evaluation.pages.notebook import read_executed
from evaluation.pages.page import build_page
from evaluation.problems import InputError
from evaluation.start import SAMPLE
from evaluation.verification.editions import LIST, publish

SAID, SITE, ASKED, STARTED = "small_review.txt", "small_site.txt", "small_review_asked.txt", "small_project_asked.txt"
HASH = re.compile(r"\b(?:sha256-)?[0-9a-f]{16,64}\b|sha256-[\w+/=]+")
COMMANDS = """
list
list --set since=2024
plan
plan --set since=2024
plan --output ../none
check
check --general
check --set since=1900
build
build --only river
trace change
trace 50,100
trace "plus de 1 200"
trace riders:riders_surveyed --output ../first
trace change --json
trace chang
trace
trace --flips
trace --flips more --json
trace --flips none
trace 1 --output ../none
diff ../first/review outputs/review
diff ../first/review outputs/review --json
diff outputs/review ../first/review
diff outputs/review outputs/review
diff outputs/review ../none
diff outputs/review outputs/review --page none/page.html
diff outputs/review outputs/review --page data/riders.csv
publish ../site
publish ../site --output ../none
verify ../first/review
verify outputs/review/fr/riders.html
verify ../first/review/en/riders.html --against outputs
verify ../first/review/en/riders.html --against outputs/review/manifest.json
verify ../first/review/en/riders.html --against outputs --json
verify ../first/review/en/riders.html --against ../none
verify ../first/review/en/riders.html --against data
verify ../site/changes/second-edition.html
verify ../none
verify outputs/review --against outputs
clean --output data/riders.csv
new chapter riders
new table riders
none
build --timeout 0
publish outputs/review
publish ../spoilt/index.html
verify ../spoilt
verify ../spoilt/en/riders.html
check --data ../fallen
plan --data ../fallen
build --data ../fallen
build --data ../fallen --json
build --data ../fallen --draft --output ../drafts
diff outputs/review ../fallen
verify ../drafts/review.draft
publish data
build --set since=2024 --set since=2025
build --output outputs/review
build --output data
build none.yml
build --output http://example.org
returns
plan --project ../none
"""

ON_A_NEW_PROJECT = """
returns template returns.yml --organization "Harbour House" --language fr --output ../form.xlsx
returns template returns.yml --organization "" --output ../form.xlsx
returns synthetic returns.yml --output ../returns
returns synthetic returns.yml --output ../returns
protect returns.yml --returns ../none --output ../protected
protect returns.yml --returns ../returns
export --png
export review.yml --output ../none --xlsx
audit ../none
audit ../none --jobs 17
import ../none.zip
import data/riders.csv
refresh
refresh --language fr --page data
build --only riders --only people_by_group
new project ../both
new project ../both
new project ../english --language en
new project ../french --language fr --json
new chapter second --project ../english
new chapter "a b" --project ../english
list --project ../english
check --project ../english
check --project ../french --general
new table riders --project ../both
new table trips --project ../both
"""


def words_of(path: Path) -> Iterator[str]:
    """All that a file of a review says, a text a line."""
    content = path.read_bytes()
    if path.suffix == ".html":
        for block in list_blocks(parse_html(content)):
            if block.part != "made" and block.tag:
                yield f"{block.part} | {block.tag} | {block.text}"
    elif path.suffix == ".svg":
        yield from re.findall(r"<(?:title|desc|text)\b[^>]*>([^<]+)<", content.decode())
    elif path.suffix == ".ipynb":
        cells = json.loads(content)["cells"]
        for output in (output for cell in cells for output in cell.get("outputs", [])):
            kinds = [kind for kind in output["data"] if kind != "text/plain"]
            yield f"{', '.join(kinds)}: {' '.join(''.join(output['data'].get('text/plain', '')).split())}"
    elif path.suffix in (".csv", ".bib", ".xml") or path.name in ("numbers.json", "releases.json"):
        yield from content.decode("utf-8-sig").splitlines()


def in_words(folder: Path, *parts: str) -> str:
    """All that the files of a folder say, or of some parts of it."""
    paths = sorted(path for part in parts or ("**/*",) for path in folder.glob(part) if path.is_file())
    lines = (line for path in paths for line in (f"== {path.relative_to(folder).as_posix()}", *words_of(path)))
    return HASH.sub("HASH", "\n".join(lines) + "\n")


def test_all_that_a_review_says(editions: Editions, tmp_path: Path) -> None:
    compare(in_words(editions.second), SAID, tmp_path)


def test_all_that_a_site_of_editions_says(editions: Editions, tmp_path: Path) -> None:
    compare(in_words(editions.site, "*", "changes/*"), SITE, tmp_path)


@pytest.fixture
def project(editions: Editions, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample project, in use; builds need no other process."""
    small.use(editions.project, monkeypatch)
    monkeypatch.chdir(editions.project)
    builds_here(monkeypatch)
    return editions.project


def answer(command: str, folder: Path) -> str:
    """What a command prints, on standard error with an exclamation mark, and its status."""
    result = small.asked(*shlex.split(command))
    lines = [f"$ evaluation {command}", *result.stdout.splitlines()]
    lines += [f"! {line}" for line in result.stderr.splitlines()] + [f"= {result.exit_code}"]
    return HASH.sub("HASH", "\n".join(lines).replace(str(folder), "FOLDER")) + "\n"


def test_all_that_commands_answer(editions: Editions, project: Path, tmp_path: Path) -> None:
    compare("\n".join(answer(command, editions.folder) for command in COMMANDS.strip().splitlines()), ASKED, tmp_path)


def copied(editions: Editions, folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """A copy of the sample project with its review, in use: another process may be at work in the project itself."""
    for name in ("data", "notebooks", "parameters", "outputs/review"):
        shutil.copytree(editions.project / name, folder / "project" / name)
    small.use(folder / "project", patch)
    patch.chdir(folder / "project")
    return folder / "project"


def test_all_that_commands_on_a_new_project_answer(
    editions: Editions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(SAMPLE / "returns.yml", copied(editions, tmp_path, monkeypatch))
    commands = ON_A_NEW_PROJECT.strip().splitlines()
    compare("\n".join(answer(command, tmp_path) for command in commands), STARTED, tmp_path)


ALL_PARTS = """title: {en: Riders on a bridge, fr: Les cyclistes d’un pont}
date: 2026-12-01
repository: https://example.org/repository
contact: mailto:riders@example.org
imprint: {publisher: {en: The bridge, fr: Le pont}, address: 'https://example.org/riders'}
brief:
  title: {en: In short, fr: En bref}
  findings: [riders--since-2024, riders]
  charts: [riders--since-2024/riders_by_year]
chapters:
  - {part: front, chapter: riders}
  - {part: annex, chapter: riders, matrix: {since: [2024, 2025]}, exclude: [{since: 2025}]}
"""


def test_all_that_a_review_of_all_parts_says(
    editions: Editions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A front page with cards, an annex, and a brief; and what commands say of it."""
    project = copied(editions, tmp_path, monkeypatch)
    builds_here(monkeypatch)
    (project / "parameters" / "review.yml").write_text(ALL_PARTS, encoding="utf-8")
    notebook = project / "notebooks" / "riders.ipynb"
    for before, safe, item in (
        ("The survey was", "Safe to say", "It was asked."), ("{surveyed} ont", "On peut dire", "On l’a demandé."),
    ):  # fmt: skip
        small.rewrite(notebook, before, f"**{safe}**\\n\\n- {item}\\n\\n{before}")
    text = [answer(command, tmp_path) for command in ("list", "plan", "check")]
    assert small.asked("build").exit_code == 0
    text += [answer(command, tmp_path) for command in ("plan --only riders--since-2024", "trace 50,100")]
    names = ("index", "brief", "riders--since-2024")
    pages = [f"{language}/{name}.html" for language in ("en", "fr") for name in names]
    compare("\n".join(text) + "\n" + in_words(project / "outputs" / "review", *pages), "small_parts.txt", tmp_path)


Change = Callable[[Path, Path], object]  # of a built review and of the site


def signed_with(**parts: Any) -> Change:
    """A change of a review's manifest, as a build would have written it."""

    def change(review: Path, _: Path) -> None:
        manifest.save(review, json.loads((review / manifest.NAME).read_text(encoding="utf-8")) | parts)

    return change


def edition_with(**parts: Any) -> Change:
    """A change of the edition in a review's manifest."""

    def change(review: Path, site: Path) -> None:
        known = json.loads((review / manifest.NAME).read_text(encoding="utf-8"))["edition"]
        signed_with(edition=known | parts)(review, site)

    return change


def list_with(**parts: Any) -> Change:
    """A change of the last edition in a site's list."""

    def change(_: Path, site: Path) -> None:
        *others, last = json.loads((site / LIST).read_text(encoding="utf-8"))
        (site / LIST).write_text(json.dumps([*others, last | parts]), encoding="utf-8")

    return change


NEW = edition_with(release="third", published_at="https://example.org/riders/releases/third")
OF_REVIEW: dict[str, Change] = {
    "nothing": lambda review, site: None,
    "confidential": signed_with(confidential=True),
    "a draft": signed_with(draft=True),
    "no manifest": lambda review, site: (review / "manifest.json").unlink(),
    "no edition": signed_with(edition={}),
    "no address": edition_with(published_at=""), "another folder": edition_with(release="../../etc"),
    "another site": edition_with(published_at="https://example.com/riders"), "no web": edition_with(address="ftp://a"),
    "a title less": edition_with(title={"en": "Riders"}), "a change that is no text": edition_with(changes={"en": 1}),
    "a page changed": lambda review, site: (review / "en" / "riders.html").write_text("a"),
    "a page gone": lambda review, site: (review / "en" / "riders.html").unlink(),
    "other bytes": edition_with(changes={"en": "More.", "fr": "Plus."}),
}  # fmt: skip
OF_SITE: dict[str, Change] = {
    "a new edition": NEW,
    "a file of an edition gone": lambda review, site: (site / "releases/second-edition/numbers.json").unlink(),
    "a file of an edition changed": lambda review, site: (site / "releases/second-edition/index.html").write_text("a"),
    "a broken list": lambda review, site: (site / "releases.json").write_text("[1]"),
    "a list of another shape": list_with(counts={"cats": 1}),
    "an unlisted edition": lambda review, site: [(site / "releases/odd").mkdir(), NEW(review, site)],
    "a latest that was changed": lambda review, site: [
        (site / "latest/index.html").write_text("a"), NEW(review, site),
    ],
    "no list": lambda review, site: [(site / "releases.json").unlink(), NEW(review, site)],
    "a file": lambda review, site: [shutil.rmtree(site), site.write_text("a")],
    "another page": lambda review, site: [shutil.rmtree(site), site.mkdir(), (site / "index.html").write_text("a")],
}  # fmt: skip


def test_every_refusal_of_publishing(editions: Editions, tmp_path: Path) -> None:
    review, site = tmp_path / "review", Path(shutil.copytree(editions.site, tmp_path / "site"))
    before, lines = small.hashes(site), []
    for name, change in (OF_REVIEW | OF_SITE).items():
        if name in OF_SITE:
            shutil.rmtree(site) if site.is_dir() else site.unlink()
            shutil.copytree(editions.site, site)
        shutil.copytree(editions.second, review)
        change(review, site)
        try:
            target, is_new = publish(review, site)
            lines.append(f"{name}: {target.relative_to(tmp_path)}, {'new' if is_new else 'there already'}")
        except InputError as error:
            lines.append(f"{name}: {error}".replace(str(tmp_path), "FOLDER"))
        assert name in OF_SITE or small.hashes(site) == before
        shutil.rmtree(review)
    compare("\n".join(lines) + "\n", "publishing_refused.txt", tmp_path)


def test_all_that_the_printed_book_says(editions: Editions, tmp_path: Path) -> None:
    """The review as one document, in French, with a brief before its chapter."""
    page = build_page(read_executed(editions.second / "notebooks" / "riders.ipynb"), "fr")
    links = '<a href="riders.html#origins">1</a><a href="#here">2</a><a href="../en/riders.html">3</a>'
    short = f'<h2 id="here">Aperçu</h2><p>{links}<a href="https://example.org">4</a></p>'
    written = book_html([page], "fr", short)
    (tmp_path / "book.html").write_text(written, encoding="utf-8")
    led = re.findall(r'(?:href|\bid|aria-labelledby|aria-describedby)="([^"]{1,200})"', written)
    compare(HASH.sub("HASH", "\n".join([*words_of(tmp_path / "book.html"), *led])) + "\n", "small_book.txt", tmp_path)
