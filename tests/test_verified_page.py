"""One page alone, from an e-mail: untouched it agrees with itself; a planted mistake is named."""

import base64
import bz2
import json
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from small import asked

from evaluation.pages.blocks import kept_in, parsed
from evaluation.verification import page_check

pytestmark = pytest.mark.slow
UNREAD = re.compile(r"<(script|style|pre|code)\b.*?</\1>|<section data-explorer.*?</section>", re.DOTALL)
# What is swapped, by kind, in the words of either language.
SWAPS: dict[str, list[tuple[str, str]]] = {
    "rose and fell": [
        ("rose", "fell"), ("fell", "rose"), ("a rise", "a fall"), ("a fall", "a rise"), ("unchanged", "higher"),
        ("augmenté", "diminué"), ("diminué", "augmenté"), ("une hausse", "une baisse"), ("en hausse", "en baisse"),
    ],
    "bound": [
        ("more than", "less than"), ("about", "exactly"), ("up to", "at least"), ("between", "up to"),
        ("plus de", "moins de"), ("environ", "exactement"), ("jusqu’à", "au moins"), ("entre", "jusqu’à"),
    ],
    "unit": [("%", "‰"), ("$", "€"), ("million", "billion"), ("M$", "G$")],
    "place": [("Ontario", "Alberta"), ("Canada", "Manitoba"), ("Toronto", "Ontario"), ("Alberta", "Ontario")],
}  # fmt: skip


class Mistake(NamedTuple):
    """Where a mistake stands in a page's text, and of which kind: what stands for what."""

    kind: str
    start: int
    old: str
    new: str

    def in_page(self, page: str) -> str:
        return page[: self.start] + self.new + page[self.start + len(self.old) :]


def mistakes(page: str) -> Iterator[Mistake]:
    """Every mistake that a page can have: in its texts, and in what a machine reads of numbers and dates."""
    main = UNREAD.sub(lambda found: "\0" * len(found[0]), page)
    for text in re.finditer(r"(?<=>)[^<>\0]+(?=<)", main[: main.index("</main>")]):
        if text.start() > main.index("<main") and text[0].strip():
            yield from in_text(text[0], text.start())
    for attribute in re.finditer(r' (?:value|data-low|data-high|datetime)="([^"]+)"', main):
        for digit in re.finditer(r"\d", attribute[1]):
            yield Mistake("machine", attribute.start(1) + digit.start(), digit[0], another(digit[0]))
    for table in re.finditer("<tbody>.*?</tbody>", main, re.DOTALL):
        cells = list(re.finditer(r"(?<=<td>)[^<\0]{7,}(?=</td>)", table[0]))
        for cell in cells:
            if cell[0] != cells[0][0]:
                yield Mistake("verdict", table.start() + cell.start(), cell[0], cells[0][0])


def another(digit: str) -> str:
    return str((int(digit) + 3) % 10)


def in_text(text: str, start: int) -> Iterator[Mistake]:
    for kind, swaps in SWAPS.items():
        for old, new in swaps:
            for found in re.finditer(rf"(?<!\w){re.escape(old)}(?!\w)" if old[0].isalpha() else re.escape(old), text):
                yield Mistake(kind, start + found.start(), old, new)
    for found in re.finditer(r"\d", text):
        yield Mistake("digit", start + found.start(), found[0], another(found[0]))
    for found in re.finditer(r"\b20\d\d\b", text):
        yield Mistake("year", start + found.start(), found[0], str(int(found[0]) - 7))


def chosen(page: str, count: int, chance: random.Random) -> Iterator[Mistake]:
    """So many mistakes, of each kind as many as of the others."""
    by_kind: dict[str, list[Mistake]] = {}
    for mistake in mistakes(page):
        by_kind.setdefault(mistake.kind, []).append(mistake)
    for number in range(count):
        yield chance.choice(by_kind[sorted(by_kind)[number % len(by_kind)]])


def test_untouched_pages_agree_with_themselves(whole_review: Path) -> None:
    alarms = [
        f"{path.name}: {one}" for path in whole_review.glob("??/*.html") for one in page_check.verify_page(path)[0]
    ]
    assert alarms == []


@pytest.mark.parametrize("count", [25, pytest.param(500, marks=pytest.mark.long)])
def test_mistakes_are_named(count: int, whole_review: Path, tmp_path: Path) -> None:
    """So many pages with a mistake: 99 of 100 are named, and what is not is told."""
    chance = random.Random(22)
    every = sorted(whole_review.glob("??/*.html"))
    chance.shuffle(every)
    each, missed, tried = -(-count // len(every)), [], 0
    for path in every:
        page = path.read_text(encoding="utf-8")
        for mistake in chosen(page, min(each, count - tried), chance):
            tried += 1
            (tmp_path / "false.html").write_text(mistake.in_page(page), encoding="utf-8")
            if not page_check.verify_page(tmp_path / "false.html")[0]:
                missed.append(f"{path.parent.name}/{path.name}: {mistake}")
    assert tried == count
    assert len(missed) <= count / 100, missed


def test_a_copied_page_is_as_good_and_what_it_is_not_is_said(whole_review: Path, tmp_path: Path) -> None:
    page = Path(shutil.copy(whole_review / "en" / "people_served.html", tmp_path / "from an e-mail.html"))
    result = asked("verify", page)
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("consistent with itself, which is not to say genuine\n")
    assert "not checked: " in result.stderr
    known = asked("verify", whole_review / "en" / "people_served.html").stderr
    assert "the same bytes as en/people_served.html" in known
    page.write_text(page.read_text("utf-8").replace(">more than 9,666<", ">more than 9,966<", 1), encoding="utf-8")
    result = asked("verify", page)
    assert result.exit_code == 1
    assert "found more than 9,966 (9666 more-than); expected more than 9,666" in result.stdout


def test_a_rule_of_another_project_is_not_asked(whole_review: Path) -> None:
    page = page_check.LonePage(whole_review / "en" / "reported_incidents.html")
    claim = next(one for one in page.claims if one.get("rule"))
    claim["rule"][0] = "rule_of_a_fork"
    assert list(page_check.rules(page)) == []
    assert any("rule_of_a_fork" in what for what in page_check.unchecked(page))


@pytest.fixture
def page(whole_review: Path) -> str:
    """A page of the review, of which a test makes another."""
    return (whole_review / "en" / "people_served.html").read_text(encoding="utf-8")


def verified(folder: Path, page: str) -> list[str]:
    """What is told of a page that stands alone, written with its own ends of lines."""
    (folder / "a.html").write_bytes(page.encode())
    return [str(one) for one in page_check.verify_page(folder / "a.html")[0]]


# What stands for what in a page, and what is then said of it.
OTHERWISE: dict[str, tuple[str, str, str]] = {
    "policy": ("default-src 'none'", "default-src *", "content of <meta>: found"),
    "script": ("</body>", "<script>alert(1)</script></body>", "the page: its elements"),
    "hidden": ('<section class="care"', '<section hidden class="care"', "its elements and attributes"),
    "label": ('aria-label="On this page"', 'aria-label="Trafficking fell"', "found 'Trafficking fell'"),
    "address": ('href="https://', 'href="https://a.', "its elements and attributes"),
    "marks": ("<path ", '<path opacity="0" ', "drawing of chart people_by_group, wide: its elements"),
    "code": ("chapter.record", "chapter.recorded", "its elements and attributes"),
    "behind": ("</html>", "</html><p>Trafficking fell.</p>", "found 'Trafficking fell.'"),
    "quirks": ("<!DOCTYPE html>", "", "the first line: found"),
    "kept": ("</main>", "<p data-kept>Trafficking fell.</p></main>", "found 'Trafficking fell.'"),
    "a text of a drawing": ("</text>", "<![CDATA[9]]></text>", "found '"),
    "programs": ('"@type"', '"@kind"', "the page: its elements"),
}  # fmt: skip


@pytest.mark.parametrize("what", OTHERWISE)
def test_a_page_that_is_made_otherwise_is_named(page: str, tmp_path: Path, what: str) -> None:
    old, new, told = OTHERWISE[what]
    assert old in page
    found = " ".join(verified(tmp_path, page.replace(old, new, 1)))
    assert told in found
    assert not re.search(r" x[0-9a-f]{8}", found)


# What who reads, saves or sends a page does to it.
HANDLED: dict[str, tuple[str, str]] = {
    "unfolded": ("<details", "<details open"),
    "a comment in a number": (">more than 29,000<", ">more than 29,<!-- 1 -->000<"),
    "saved from": ("<!DOCTYPE html>", "<!DOCTYPE html>\n<!-- saved from url=(0014)about:internet -->"),
    "a charset": ("<head>", '<head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8">'),
    "ends of lines": ("\n", "\r\n"),
    "a mark of bytes": ("<!DOCTYPE html>", "\ufeff<!doctype html>"),
    "spaces": ("\n<p", "\n    <p"),
}


@pytest.mark.parametrize("what", HANDLED)
def test_what_a_reader_or_a_mail_does_to_a_page_alarms_nobody(page: str, tmp_path: Path, what: str) -> None:
    old, new = HANDLED[what]
    assert old in page
    assert verified(tmp_path, page.replace(old, new)) == []


def test_lines_that_a_mail_broke_are_read_and_a_number_that_a_machine_reads_wrong_is_named(
    page: str, tmp_path: Path
) -> None:
    tree = parsed(page.encode())
    (script,) = tree.xpath("//script[@data-kept]")
    broken = "\r\n".join(script.text[at : at + 76] for at in range(0, len(script.text), 76))
    assert verified(tmp_path, page.replace(script.text, broken)) == []
    kept = json.dumps(kept_in(tree) | {"texts": []}, ensure_ascii=False)
    for old, new in {"29000": "39000", '"more-than"': '"about"', '"÷"': '"×"'}.items():
        assert old in kept
        false = json.loads(kept.replace(old, new)) | {"texts": kept_in(tree)["texts"]}
        packed = base64.b64encode(bz2.compress(json.dumps(false).encode())).decode()
        assert verified(tmp_path, page.replace(script.text, packed)), old


def test_a_page_that_is_not_as_its_manifest_lists_it(whole_review: Path, tmp_path: Path) -> None:
    for name in ("manifest.json", "en/people_served.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(whole_review / name, tmp_path / name)
    page = tmp_path / "en" / "people_served.html"
    assert asked("verify", page).exit_code == 0
    page.write_bytes(page.read_bytes() + b"\n")
    result = asked("verify", page)
    assert result.exit_code == 1
    assert "the manifest of" in result.stdout


def test_what_is_no_page_of_ours(page: str, tmp_path: Path) -> None:
    bad = {
        "none.html": None, "empty.html": b"", "text.html": b"29,000", "picture.html": b"\x89PNG\r\n\x1a\n\x00",
        "other.html": b"<!DOCTYPE html><html lang='en'><body><p>29,000</p></body></html>",
        "cut.html": page[: len(page) // 2].encode(), "cut-late.html": page[: page.index("data-kept") + 200].encode(),
        "block.html": page.replace("data-kept>", "data-kept>x").encode(),
    }  # fmt: skip
    for name, content in bad.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
        result = asked("verify", tmp_path / name)
        assert (result.exit_code, len(result.stderr.splitlines()), result.stdout) == (2, 1, ""), (name, result.output)
