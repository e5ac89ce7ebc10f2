"""One page alone, from an e-mail: untouched it agrees with itself; a planted mistake is named."""

from __future__ import annotations

import os
import random
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin

import pytest
from lxml import etree, html
from small import asked

from evaluation.pages.blocks import parsed
from evaluation.verification import lone_page

pytestmark = pytest.mark.slow
APART = {"script", "style", "pre", "code"}
# What is swapped, by kind, in the words of either language.
SWAPS: dict[str, list[tuple[str, str]]] = {
    "rose and fell": [
        ("rose", "fell"), ("fell", "rose"), ("a rise", "a fall"), ("a fall", "a rise"), ("unchanged", "higher"),
        ("augmenté", "diminué"), ("diminué", "augmenté"), ("une hausse", "une baisse"), ("une baisse", "une hausse"),
        ("en hausse", "en baisse"), ("inchangé", "plus élevé"), ("was up", "was down"), ("was down", "was up"),
    ],
    "bound": [
        ("more than", "less than"), ("less than", "more than"), ("about", "exactly"), ("up to", "at least"),
        ("between", "up to"), ("plus de", "moins de"), ("moins de", "plus de"), ("environ", "exactement"),
        ("jusqu’à", "au moins"), ("entre", "jusqu’à"),
    ],
    "unit": [("%", "‰"), ("$", "€"), ("million", "billion"), ("M$", "G$")],
    "place": [
        ("Ontario", "Alberta"), ("Canada", "Manitoba"), ("Toronto", "Ontario"), ("Alberta", "Ontario"),
    ],
}  # fmt: skip


class Mutant(NamedTuple):
    """A page with one mistake: of which kind, and what stands for what."""

    kind: str
    old: str
    new: str
    where: str
    content: bytes


class Spot(NamedTuple):
    """A place in a page where a mistake can be planted: a text of an element, or the one after it."""

    kind: str
    element: Any
    part: str  # text, tail
    start: int
    old: str
    new: str


def spots(tree: Any) -> Iterator[Spot]:
    """Every place of a page where a mistake can stand: its texts, and what a machine reads of numbers and dates."""
    for element in tree.xpath("//main")[0].iter(etree.Element):
        around = {one.tag for one in (element, *element.iterancestors())}
        if APART & around or element.xpath("ancestor-or-self::*[@data-explorer]"):
            continue
        for part in ("text", "tail"):
            text = getattr(element, part) or ""
            if text.strip() and not (part == "tail" and element.tag == "main"):
                yield from in_text(text, part, element, element if part == "text" else element.getparent())
        for name in (
            {"value", "data-low", "data-high", "datetime"} & {*element.keys()} if "li" not in element.tag else ()
        ):
            for found in re.finditer(r"\d", element.get(name)):
                yield Spot("machine", element, name, found.start(), found[0], another(found[0]))


def another(digit: str) -> str:
    return str((int(digit) + 3) % 10)


def in_text(text: str, part: str, element: Any, holder: Any) -> Iterator[Spot]:
    for kind, swaps in SWAPS.items():
        for old, new in swaps:
            for found in re.finditer(rf"(?<!\w){re.escape(old)}(?!\w)" if old[0].isalpha() else re.escape(old), text):
                yield Spot(kind, element, part, found.start(), old, new)
    for found in re.finditer(r"\d", text):
        yield Spot("digit", element, part, found.start(), found[0], another(found[0]))
    for found in re.finditer(r"\b20\d\d\b", text):
        yield Spot("year", element, part, found.start(), found[0], str(int(found[0]) - 7))
    if holder.tag in ("td", "th") and holder.xpath("ancestor::section[@data-table or @data-chart]/.//tbody"):
        cells = [one.text for one in holder.getparent().getparent().iter(holder.tag) if one.text and one.text != text]
        if len(text) > 6 and cells and part == "text" and not len(holder):
            yield Spot("verdict", element, part, 0, text, cells[0])


def mutants(path: Path, count: int, chance: random.Random) -> Iterator[Mutant]:
    """So many mutants of a page, of each kind as many as of the others."""
    content = path.read_bytes()
    tree = parsed(content)
    by_kind: dict[str, list[Spot]] = {}
    for spot in spots(tree):
        by_kind.setdefault(spot.kind, []).append(spot)
    for number in range(count):
        kind = sorted(by_kind)[number % len(by_kind)]
        spot = chance.choice(by_kind[kind])
        whole = planted(spot)
        holder = spot.element.getparent()
        where = " ".join(holder.text_content().split())[:160]
        yield Mutant(kind, spot.old, spot.new, f"{spot.element.tag}: {where}", html.tostring(tree, encoding="utf-8"))
        put(spot, whole)
    assert content == path.read_bytes()


def planted(spot: Spot) -> str:
    """Plant a mistake; what stood there before."""
    attribute = spot.part not in ("text", "tail")
    whole = str(spot.element.get(spot.part) if attribute else getattr(spot.element, spot.part))
    put(spot, whole[: spot.start] + spot.new + whole[spot.start + len(spot.old) :])
    return whole


def put(spot: Spot, text: str) -> None:
    if spot.part in ("text", "tail"):
        setattr(spot.element, spot.part, text)
    else:
        spot.element.set(spot.part, text)


def pages(review: Path) -> list[Path]:
    """Every page of the review."""
    return sorted(path for language in ("en", "fr") for path in review.glob(f"{language}/*.html"))


@pytest.fixture(scope="module")
def review(built_review: Callable[[str], Path]) -> Path:
    return built_review("review")


def test_untouched_pages_agree_with_themselves(review: Path) -> None:
    alarms = [f"{path.name}: {one}" for path in pages(review) for one in lone_page.verify_page(path)[0]]
    assert alarms == []


def named(review: Path, count: int, folder: Path) -> None:
    """So many mutants over all pages: 99 of 100 are named, and what is not is told."""
    chance = random.Random(22)
    every = pages(review)
    chance.shuffle(every)
    each, missed, tried = -(-count // len(every)), [], 0
    for path in every:
        for mutant in mutants(path, min(each, count - tried), chance):
            tried += 1
            false = folder / "mutant.html"
            false.write_bytes(mutant.content)
            if not lone_page.verify_page(false)[0]:
                missed.append(f"{path.parent.name}/{path.name}: {mutant[:4]}")
    assert tried == count
    assert len(missed) <= count / 100, missed


def test_some_mutants_are_named(review: Path, tmp_path: Path) -> None:
    named(review, 25, tmp_path)


@pytest.mark.long
def test_many_mutants_are_named(review: Path, tmp_path: Path) -> None:
    named(review, int(os.environ.get("PAGE_MUTANTS", "500")), tmp_path)


def test_a_copied_page_is_as_good_and_what_it_is_not_is_said(review: Path, tmp_path: Path) -> None:
    page = Path(shutil.copy(review / "en" / "people_served.html", tmp_path / "from an e-mail.html"))
    result = asked("verify", page)
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("consistent with itself, which is not to say genuine\n")
    assert "not checked: " in result.stderr
    assert "the same bytes as en/people_served.html" in asked("verify", review / "en" / "people_served.html").stderr
    page.write_text(page.read_text("utf-8").replace(">more than 9,666<", ">more than 9,966<", 1), encoding="utf-8")
    result = asked("verify", page)
    assert result.exit_code == 1
    assert "found more than 9,966 (9666 more-than); expected more than 9,666" in result.stdout


def test_a_page_that_a_browser_saved_is_as_good(review: Path, tmp_path: Path) -> None:
    """As Chromium saves a complete page: links absolute, a comment, markup of its own."""
    for page in pages(review)[::5]:
        tree = parsed(page.read_bytes())
        for link in tree.xpath("//a[@href][not(@download)]"):
            link.set("href", urljoin(f"file:///home/reader/{page.parent.name}/{page.name}", link.get("href")))
        for folded in tree.xpath("//details"):
            folded.set("open", "")
        tree.insert(0, etree.Comment(" saved from url=(0014)about:internet "))
        saved = tmp_path / page.name
        saved.write_bytes(b"<!DOCTYPE html>\n" + html.tostring(tree, encoding="utf-8"))
        assert lone_page.verify_page(saved)[0] == []


FORBIDDEN = "<script>alert(1)</script>"
# What stands for what in a page, and what is then said; nothing stands for its security policy.
POWERS: dict[str, tuple[str, str, str]] = {
    "policy": ("POLICY", "", "the security policy of the page: found nothing"),
    "other policy": ("default-src 'none'", "default-src *", "another than pages have"),
    "script": ("</body>", f"{FORBIDDEN}</body>", "<script that runs>: found 1; expected 0"),
    "style": ("</head>", "<style>.care{display:none}</style></head>", "<style>: found 2; expected 1"),
    "other style": ("</style>", ".care{display:none}</style>", "another than pages have with this style sheet"),
    "hidden": ('<section class="care"', '<section hidden class="care"', "<section>, attribute hidden"),
    "template": ('<section class="care"', '<template><section class="care"', "<template>: found an element"),
    "picture": ("</main>", '<img alt="Trafficking fell"></main>', "found 'Trafficking fell'"),
    "frame": ("</main>", "<iframe></iframe></main>", "<iframe>: found an element"),
    "field": ("</main>", '<input value="5"></main>', "<input>: found an element"),
    "refresh": ("</head>", '<meta http-equiv="Refresh" content="0; url=x"></head>', "to browsers (refresh)"),
    "base": ("</head>", '<base href="https://a.example"></head>', "<base>: found an element"),
    "on": ("<main", '<main onclick="a()"', "<main>, attribute onclick: found a()"),
    "own style": ("<h1", '<h1 style="color:#fff"', "<h1>, attribute style"),
    "label": ('aria-label="On this page"', 'aria-label="Trafficking fell"', "aria-label of <nav>"),
    "title": ("<h1", '<h1 title="It fell"', "title of <h1>: found 'It fell'"),
    "telephone": ("tel:+18339001010", "tel:+18339001011", "or to a telephone does not lead where"),
    "another page": ('href="glossary.html', 'href="other.html', "to another page or to a telephone does not lead"),
    "class": ('<section class="care"', '<section class="whole"', "is not as it was published"),
    "marks": ("<path ", '<path opacity="0" ', "the marks of this drawing are not those that were published"),
    "programs": ('"@type"', '"@kind"', "what this page tells programs and search engines is not what was published"),
}  # fmt: skip


@pytest.mark.parametrize("what", POWERS)
def test_what_a_page_may_not_do_is_named(review: Path, tmp_path: Path, what: str) -> None:
    page = (review / "en" / "people_served.html").read_text(encoding="utf-8")
    old, new, told = POWERS[what]
    if old == "POLICY":
        (old,) = re.findall(r"<meta http-equiv[^>]*>", page)
    assert old in page
    (tmp_path / "false.html").write_text(page.replace(old, new, 1), encoding="utf-8")
    found = [str(one) for one in lone_page.verify_page(tmp_path / "false.html")[0]]
    assert any(told in one for one in found), found
    assert not re.search(r" x[0-9a-f]{8}", " ".join(found))


def test_a_number_that_a_machine_reads_wrong_is_named(review: Path, tmp_path: Path) -> None:
    page = (review / "en" / "people_served.html").read_text(encoding="utf-8")
    start = page.index("data-numbers>")
    changes = {"29000": "39000", '"more-than"': '"about"', '"÷"': '"×"', '"Ontario"': '"Canada"', '"people"': '"cases"'}
    for old, new in changes.items():
        if old in page[start:]:
            false = tmp_path / "false.html"
            false.write_text(page[:start] + page[start:].replace(old, new, 1), encoding="utf-8")
            assert lone_page.verify_page(false)[0], old
    assert sum(old in page[start:] for old in changes) > 3


def test_a_page_that_is_not_as_its_manifest_lists_it(review: Path, tmp_path: Path) -> None:
    for name in ("manifest.json", "en/people_served.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(review / name, tmp_path / name)
    page = tmp_path / "en" / "people_served.html"
    assert asked("verify", page).exit_code == 0
    page.write_bytes(page.read_bytes() + b"\n")
    result = asked("verify", page)
    assert result.exit_code == 1
    assert "the manifest of" in result.stdout


def test_what_is_no_page_of_ours(review: Path, tmp_path: Path) -> None:
    whole = (review / "en" / "people_served.html").read_bytes()
    with zipfile.ZipFile(tmp_path / "pages.zip", "w") as file:
        file.writestr("a.html", whole)
    bad = {
        "cut.zip": (tmp_path / "pages.zip").read_bytes()[:1000],
        "other.html": b"<!DOCTYPE html><html lang='en'><body><p>29,000</p></body></html>",
        "empty.html": b"",
        "cut.html": whole[: len(whole) // 2],
        "cut-late.html": whole[: whole.index(b"data-texts") + 200],
        "block.html": whole.replace(b"data-numbers>", b"data-numbers>x"),
        "text.html": b"29,000",
        "picture.html": b"\x89PNG\r\n\x1a\n\x00",
    }
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
    for name in (*bad, "none.html"):
        result = asked("verify", tmp_path / name)
        assert (result.exit_code, len(result.stderr.splitlines()), result.stdout) == (2, 1, ""), (name, result.output)
