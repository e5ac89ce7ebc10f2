"""Editions published: to the byte, once, each reachable by every link of every page, listed, fed and mapped."""

import functools
import http.server
import json
import os
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag
from urllib.request import urlopen
from xml.etree import ElementTree

import pytest
import small
from lxml import html
from small import asked

from evaluation.building.manifest import BuiltFolder
from evaluation.start import new_project
from evaluation.verification.editions import site_files
from evaluation.writing import files

pytestmark = pytest.mark.slow
SITE = "https://example.org/riders"
SIGNED = """date: {date}
imprint:
  address: https://example.org/riders
  edition: {{en: {name} edition, fr: Édition {name}}}
  changes: {{en: A year more., fr: Un an de plus., general: true}}
chapters:"""


def sign(project: Path, name: str, date: str) -> None:
    """Sign the sample's review as an edition and build it."""
    review = project / "parameters" / "review.yml"
    missing_imprint = "title:" + review.read_text(encoding="utf-8").partition("title:")[2]
    plain = re.sub(r"(?ms)^date:.*?^chapters:", "chapters:", missing_imprint)
    review.write_text(plain.replace("chapters:", SIGNED.format(name=name, date=date)), encoding="utf-8")
    result = asked("build")
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A project, and a site with two editions of it, of which the second has another number."""
    project = new_project(tmp_path_factory.mktemp("published") / "project")
    site = project.parent / "site"
    with pytest.MonkeyPatch.context() as patch:
        small.use(project, patch)
        sign(project, "first", "2026-10-01")
        assert asked("publish", site).exit_code == 0
        table = project / "data" / "riders.csv"
        text = table.read_text(encoding="utf-8")
        assert "Bridge,2023,43900," in text
        table.write_text(text.replace("Bridge,2023,43900,", "Bridge,2023,43800,"), encoding="utf-8")
        sign(project, "second", "2026-11-01")
        assert asked("publish", site).exit_code == 0
    return project, site


@pytest.fixture
def project(published: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    small.use(published[0], monkeypatch)
    return published[0]


@pytest.fixture
def site(published: tuple[Path, Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(published[1], tmp_path / "site"))


def test_what_is_published_is_what_was_built_to_the_byte(project: Path, site: Path) -> None:
    built = small.hashes(project / "outputs" / "review")
    assert small.hashes(site / "latest") == built == small.hashes(site / "releases" / "second-edition")
    assert small.hashes(site / "releases" / "first-edition").keys() >= {"index.html", "manifest.json"}
    assert asked("verify", site / "latest" / "en" / "riders.html").exit_code == 0


def test_a_page_says_where_it_stands_for_good(site: Path) -> None:
    page = (site / "latest" / "fr" / "riders.html").read_text(encoding="utf-8")
    at = f"{SITE}/releases/second-edition/"
    assert f'<link rel="canonical" href="{at}fr/riders.html">' in page
    assert f'<link rel="alternate" hreflang="en-CA" href="{at}en/riders.html">' in page
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
    assert data["url"] == f"{at}fr/riders.html"
    cited = re.search(r'<dt id="cite">.*?</dd>', page, re.DOTALL)[0]  # type: ignore[index]
    assert "Édition second" in cited
    assert f'<a href="{at}fr/riders.html">' in cited
    assert f"url = {{{at}}}" in (site / "latest" / "references.bib").read_text(encoding="utf-8")


def test_a_reader_finds_what_changed_from_index_and_feed(site: Path) -> None:
    index = (site / "index.html").read_text(encoding="utf-8")
    assert "A year more. Numbers: " in index
    assert "Un an de plus. Chiffres\u00a0: " in index
    editions = json.loads((site / "releases.json").read_text(encoding="utf-8"))
    assert [edition["release"] for edition in editions] == ["first-edition", "second-edition"]
    assert all(edition["manifest"] in index for edition in editions)
    names = {"a": "http://www.w3.org/2005/Atom", "s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    entries = ElementTree.parse(site / "feed.xml").findall("a:entry", names)
    assert [entry.findtext("a:id", "", names) for entry in entries] == [
        f"{SITE}/releases/{name}-edition/" for name in ("second", "first")
    ]
    assert entries[0].findtext("a:summary", "", names).startswith("A year more. Numbers: ")
    places = [place.text or "" for place in ElementTree.parse(site / "sitemap.xml").iterfind("s:url/s:loc", names)]
    assert f"{SITE}/releases/first-edition/fr/riders.html" in places
    assert all((site / place.removeprefix(f"{SITE}/") / ("" if "html" in place else ".")).exists() for place in places)


@pytest.fixture
def served(site: Path) -> Iterator[str]:
    """The site on loopback."""
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_every_link_of_every_page_leads_somewhere(served: str) -> None:
    seen = followed(served)
    assert {address: status for address, status in seen.items() if status != 200} == {}
    assert len([address for address in seen if address.endswith("riders.html")]) == 6  # two languages, three places


def followed(served: str) -> dict[str, int]:
    """The status of each address of a site that links lead to, from its front on."""
    waiting, seen = [served], dict[str, int]()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        with urlopen(address) as response:
            seen[address], content = response.status, response.read()
        if not address.endswith((".html", "/")):
            continue
        page = html.document_fromstring(content, base_url=address)
        page.make_links_absolute()
        others = "//*[@href][not(@rel='canonical' or @rel='alternate' and @hreflang)]/@href"
        inside = [urldefrag(link) for link in page.xpath(others)]
        waiting += [link.url for link in inside if link.url.startswith(served)]
        here = {link.fragment for link in inside if link.url == address} - {""}
        assert here <= {*page.xpath("//@id")}, address
    return seen


def test_an_edition_with_other_bytes_is_refused_and_the_same_is_not(project: Path, site: Path) -> None:
    before = small.hashes(site)
    assert asked("publish", site).exit_code == 0
    (site / "releases" / "second-edition" / "index.html").write_text("other", encoding="utf-8")
    before = small.hashes(site)
    result = asked("publish", site)
    assert result.exit_code == 2
    assert "found second-edition, published already with other bytes; allowed: another imprint.edition" in result.stderr
    assert small.hashes(site) == before


def test_a_folder_of_something_else_is_refused(project: Path, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine", encoding="utf-8")
    result = asked("publish", tmp_path)
    assert result.exit_code == 2
    assert "index.html, which no publishing made" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]


@pytest.mark.parametrize("call", range(7))
def test_what_ended_anywhere_is_published_whole_by_the_next(
    published: tuple[Path, Path], project: Path, tmp_path: Path, call: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill before any one renaming of the second edition's publishing; then it is published again."""
    site = Path(shutil.copytree(published[1], tmp_path / "site"))
    whole = small.hashes(site)
    take_back(site)
    rename, times = files._rename, iter(range(1000))

    def killed(path: Path, target: Path) -> None:
        if next(times) >= call:
            raise KeyboardInterrupt
        rename(path, target)

    monkeypatch.setattr(files, "_rename", killed)
    ended = asked("publish", site)
    monkeypatch.setattr(files, "_rename", rename)
    if ended.exit_code == 0:
        assert call == 6  # the list is the sixth
        return
    assert asked("publish", site).exit_code == 0
    assert small.hashes(site) == whole


def take_back(site: Path) -> None:
    """Have a site be as it was with its first edition alone."""
    editions = json.loads((site / "releases.json").read_text(encoding="utf-8"))[:1]
    for name in ("releases/second-edition", "latest", "changes"):
        shutil.rmtree(site / name)
    shutil.copytree(site / "releases" / "first-edition", site / "latest")
    for name, content in site_files(editions).items():
        (site / name).write_text(content, encoding="utf-8")


def test_an_edition_whose_publishing_did_not_end_is_named_by_another(project: Path, site: Path) -> None:
    take_back(site)
    (site / "releases" / "half").mkdir()
    before = small.hashes(site)
    result = asked("publish", site)
    assert result.exit_code == 2
    assert "half:-:-: found an edition that is not in the list: its publishing did not end; allowed: " in result.stderr
    assert small.hashes(site) == before


@pytest.mark.parametrize("kind", ["missing", "changed", "none", "draft", "confidential"])
def test_what_is_not_as_it_was_built_is_refused(project: Path, tmp_path: Path, kind: str) -> None:
    outputs = Path(shutil.copytree(project / "outputs", tmp_path / "outputs"))
    built = outputs / "review"
    if kind == "missing":
        (built / "numbers.json").unlink()
    elif kind == "changed":
        (built / "numbers.json").write_text("{}", encoding="utf-8")
    elif kind == "none":
        shutil.rmtree(built)
    else:
        from evaluation.building import manifest

        manifest.save(built, BuiltFolder(built).manifest | {kind: True})
    result = asked("publish", tmp_path / "site", "--output", outputs)
    assert result.exit_code == 2
    if kind in ("draft", "confidential"):
        assert f"found a review that is {kind}; allowed: one that is for everybody" in result.stderr
    assert not (tmp_path / "site").exists()


def edited(project: Path, folder: Path, **edition: object) -> Path:
    """The outputs of a project with another edition in the review's manifest, sealed as a build does."""
    from evaluation.building import manifest

    outputs = Path(shutil.copytree(project / "outputs", folder / "outputs"))
    record = BuiltFolder(outputs / "review").manifest
    manifest.save(outputs / "review", record | {"edition": record["edition"] | edition})
    return outputs


@pytest.mark.parametrize(
    "edition",
    [
        {"release": "../../evil"}, {"release": "/tmp/evil"}, {"release": "."}, {"release": ""}, {"release": 5},
        {"address": "javascript:alert(1)", "published_at": "javascript:alert(1)/"}, {"published_at": "https://a.example/"},
        {"title": {}}, {"title": {"en": 1, "fr": 2}}, {"edition": {"en": []}}, {"changes": "x"},
    ],
)  # fmt: skip
def test_an_edition_that_no_build_wrote_is_published_nowhere(
    edition: dict[str, object], project: Path, tmp_path: Path
) -> None:
    outputs = edited(project, tmp_path, **edition)
    before = {*tmp_path.iterdir()}
    result = asked("publish", tmp_path / "a" / "site", "--output", outputs)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.output
    assert {*tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    "change",
    [{"release": "../../evil"}, {"title": {}}, {"counts": {"none": 1}}, {"languages": ["xx"]}, {"address": "x"}],
)
def test_a_list_of_editions_that_nobody_wrote_is_refused(change: dict[str, object], project: Path, site: Path) -> None:
    take_back(site)
    path = site / "releases.json"
    path.write_text(json.dumps([json.loads(path.read_bytes())[0] | change]))
    before = small.hashes(site)
    result = asked("publish", site)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.output
    assert small.hashes(site) == before


@pytest.mark.linux
def test_a_pipe_in_the_place_of_the_list_is_refused_and_stays(project: Path, site: Path) -> None:
    take_back(site)
    (site / "releases.json").unlink()
    os.mkfifo(site / "releases.json")
    result = asked("publish", site)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result.output
    assert (site / "releases.json").is_fifo()


def test_nothing_that_a_kill_left_is_served(project: Path, site: Path) -> None:
    take_back(site)
    (site / "changes").mkdir()
    left = [site / ".12-34.part", site / "changes" / ".12-34.part"]
    for path in left:
        path.write_text("<p>Half")
    assert asked("publish", site).exit_code == 0
    assert not any(path.exists() for path in left)


def test_a_review_that_is_built_meanwhile_is_not_published_in_part(
    project: Path, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_back(site)
    copy = files.copy

    def of_another_build(source: Path, target: Path) -> None:
        copy(source, target)
        if source.name == "numbers.json":
            target.write_text("{}")

    monkeypatch.setattr(files, "copy", of_another_build)
    before = small.hashes(site)
    result = asked("publish", site)
    assert (result.exit_code, "built meanwhile" in result.stderr) == (2, True), result.output
    assert small.hashes(site) == before
