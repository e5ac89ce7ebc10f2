"""One page, from an e-mail: the same bytes as the page of its address or not, and what differs."""

import random
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from small import ROOT, asked, output_of

from evaluation.verification import page_check
from evaluation.verification.page_markup import KINDS, AmbiguousMarkup, read_markup

NAME = "en/one.html"


@pytest.fixture
def page(built: Path) -> str:
    """A page of a built review, of which a test makes another."""
    return (output_of(built) / NAME).read_text(encoding="utf-8")


def received(built: Path, content: str | bytes, name: str = "one.html") -> Path:
    """A page as it came, in a folder of its own."""
    path = built.parents[1] / "mail" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def differing(page: str, content: str) -> list[str]:
    """The differences of a page that was made another, as they are told."""
    return [
        str(difference)
        for difference in page_check.markup_differences(read_markup(content.encode()), read_markup(page.encode()))
    ]


# What stands for what in a page, and how what differs is called; nothing where it can only be read in several ways.
TAMPERED: dict[str, tuple[str, str, str]] = {
    "words": (">The answer.", ">Another answer.", "visible text: found 'Another answer.'"),
    "a script of another address": ("<head>", '<head><script src="http://a.example/x.js"></script>', "link: found"),
    "a script": ("</body>", "<script>alert(1)</script></body>", "script: found"),
    "what an event runs": ("<main ", '<main onclick="alert(1)" ', "script: found"),
    "a redirect": ("<head>", '<head><meta charset="utf-8" http-equiv="refresh" content="0;url=//a.example">', "meta"),
    "a page that is hidden": ("</body>", "</body></html><html hidden>", "element: found '<html hidden"),
    "a page that is turned": ("</body>", '</body></html><html dir="rtl">', "element: found '<html dir"),
    "another encoding": ('<meta charset="utf-8">', '<meta charset="windows-1252">', "meta element: found"),
    "no encoding": ('<meta charset="utf-8">', "", "meta element: found nothing; expected '<meta charset"),
    "a base": ("<head>", '<head><base href="http://a.example/">', "link: found '<base href"),
    "another policy": ("default-src 'none'", "default-src *", "meta element: found"),
    "an address": ('href="#main"', 'href="https://a.example"', "link: found"),
    "a style": ("</head>", "<style>main {display: none}</style></head>", "style: found '<style>'"),
    "what is styled": ("<main ", '<main style="display:none" ', "style: found"),
    "behind the end": ("</html>", "</html><p>Trafficking fell.</p>", "visible text: found 'Trafficking fell.'"),
    "no doctype": ("<!DOCTYPE html>", "", "element: found nothing; expected '<!doctype>'"),
    "a sign that is not seen": (">The answer.", ">The an\u202eswer.", "visible text: found"),
    "an order": ("</title>", "</title><i></i>", "element: found '<i>'"),
    "a comment in the title": ("</title>", "<!-- x --></title>", "visible text: found"),
    "a comment that ends at once": ("</body>", "<!--><script>alert(1)</script>--></body>", ""),
    "a comment that ends elsewhere": ("</body>", "<!-- x --!><script>alert(1)</script><!-- --></body>", ""),
    "a CDATA": ("</body>", "<![CDATA[x]]></body>", ""),
    "an attribute without quotes": ("<main ", "<main onclick=alert(1) ", ""),
    "an attribute behind a slash": ("<main ", '<main/onclick="alert(1)" ', ""),
    "an attribute twice": ("<main ", '<main id="other" ', ""),
    "a name in other letters": ("</body>", "<\u017fcript>alert(1)</\u017fcript></body>", ""),
    "a blank that is none": ("<main ", "<main\u00a0hidden ", ""),
    "half a reference": ("The answer.", "The answer&period", ""),
    "a tag that is not ended": ("</body>", "<b", ""),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_is_named(page: str, what: str) -> None:
    old, new, expected = TAMPERED[what]
    assert old in page
    changed = page.replace(old, new, 1)
    if expected:
        assert expected in " ".join(differing(page, changed))
    else:
        with pytest.raises(AmbiguousMarkup):
            read_markup(changed.encode())


@pytest.mark.slow
def test_any_changed_sign_is_a_difference_unless_no_reader_sees_it(page: str) -> None:
    """Each of many random changes of one sign within a tag or a text; what is left out is blanks between blocks."""
    chance = random.Random(35)
    missed = []
    body = page.index("<body>")
    for at in (chance.randrange(body, len(page)) for _ in range(300)):
        other = chance.choice("aZ9<>\"'&/= -\u202e\x00".replace(page[at], ""))
        changed = page[:at] + other + page[at + 1 :]
        try:
            if not differing(page, changed) and not (page[at] + other).isspace():
                missed.append((page[at - 20 : at + 20], other))
        except AmbiguousMarkup:
            continue
    assert missed == []


HANDLED: dict[str, tuple[str, str]] = {
    "unfolded": ("<details", "<details open"),
    "a comment": ("<p", "<!-- a comment --><p"),
    "saved from": ("<!DOCTYPE html>", "<!DOCTYPE html>\n<!-- saved from url=(0014)about:internet -->"),
    "a charset": ("<head>", '<head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8">'),
    "ends of lines": ("\n", "\r\n"),
    "a mark of bytes": ("<!DOCTYPE html>", "\ufeff<!doctype html>"),
    "spaces": ("\n<p", "\n    <p"),
    "quotes": ('href="#main"', "href='#main'"),
    "references": ("’", "&rsquo;"),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", HANDLED)
def test_what_a_browser_writes_otherwise_is_the_same_in_other_bytes(page: str, what: str) -> None:
    old, new = HANDLED[what]
    assert differing(page, page.replace(old, new)) == []


@pytest.mark.slow
def test_a_page_that_a_browser_saved_is_the_same_in_other_bytes(built: Path, in_browser: Callable[..., Any]) -> None:
    def content(browser: Browser) -> str:
        with browser.new_page() as opened:
            opened.goto((output_of(built) / NAME).as_uri())
            return opened.content()

    saved = received(built, in_browser(content))
    result = asked("verify", saved, "--against", output_of(built))
    assert (result.exit_code, result.stderr) == (1, ""), result.output
    same = "its visible text, links, scripts, styles, meta elements and drawings are all the same\n"
    assert result.stdout.endswith(f"not the same bytes as {output_of(built) / NAME}; {same}")


@pytest.mark.slow
def test_the_page_of_its_address_is_found(built: Path, page: str) -> None:
    """By its bytes under any name, by the run key that it shows, by its folder and name, by its language and name."""
    folder, changed = output_of(built), page.replace("<h1>A finding about", "<h1>Nothing about")
    for against in ((), ("--against", folder), ("--against", folder.parent)):
        same = asked("verify", received(built, page, "from an e-mail.html"), *against)
        assert (same.exit_code, same.stderr) == (0, ""), same.output
        assert same.stdout.endswith(f": the same bytes as {folder / NAME}\n")
        for name in ("any.html", "one (1).html", "one - copy.html"):
            other = asked("verify", received(built, changed, name), *against)
            assert other.exit_code == 1
            assert other.stdout.splitlines() == [
                "visible text: found 'Nothing about Ontario'; expected 'A finding about Ontario'",
                f"{received(built, changed, name)}: not the same bytes as {folder / NAME}: 1 difference",
            ]


@pytest.mark.slow
def test_a_manifest_says_whether_the_bytes_are_the_same_and_no_more(built: Path, page: str) -> None:
    listed = shutil.copy(output_of(built) / "manifest.json", built.parents[1] / "their manifest.json")
    same = asked("verify", received(built, page), "--against", listed)
    assert (same.exit_code, same.stdout.endswith(f"the same bytes as {NAME}, as {listed} lists it\n")) == (0, True)
    other = asked("verify", received(built, page + "\n"), "--against", listed)
    assert (other.exit_code, other.stdout.count("\n")) == (1, 1)
    assert "what differs is said against a folder that has that page" in other.stdout


@pytest.mark.slow
def test_a_folder_without_a_manifest_is_enough_but_a_page_is_not_held_against_itself(built: Path, page: str) -> None:
    folder = built.parents[1] / "copied"
    (folder / "en").mkdir(parents=True)
    (folder / NAME).write_text(page, encoding="utf-8")
    assert asked("verify", received(built, page), "--against", folder).exit_code == 0
    assert asked("verify", received(built, page + "<p>x</p>"), "--against", folder).exit_code == 1
    assert asked("verify", folder / NAME, "--against", folder).exit_code == 2


@pytest.mark.slow
def test_a_page_in_the_review_itself_is_held_against_its_manifest(built: Path, page: str) -> None:
    path = output_of(built) / NAME
    assert asked("verify", path).exit_code == 0
    path.write_text(page.replace("The answer.", "Another answer."), encoding="utf-8")
    result = asked("verify", path)
    assert result.exit_code == 1
    assert "not the same bytes" in result.stdout
    copied = asked("verify", received(built, path.read_bytes()))  # nor is a changed page what another is held against
    assert copied.exit_code == 1


@pytest.mark.slow
def test_where_there_is_nothing_to_compare_with_how_to_get_it_is_said(built: Path, page: str) -> None:
    shutil.rmtree(output_of(built))
    for against in ((), ("--against", built.parent), ("--against", built), ("--against", built.parent / "none")):
        result = asked("verify", received(built, page), *against)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.output
    assert "`evaluation build` gives the same bytes" in asked("verify", received(built, page)).stderr


@pytest.mark.slow
def test_differences_are_told_so_that_nothing_moves_a_terminal_and_no_more_than_twenty(built: Path, page: str) -> None:
    odd = "".join(f"<p>\x1b]0;PWNED\x07\x1b[2J\u202e{number}</p>" for number in range(100))
    path = received(built, page.replace("</main>", odd + "</main>"))
    for arguments in ((), ("--json",)):
        result = asked("verify", path, *arguments)
        assert result.exit_code == 1
        assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", result.output)
        assert len(result.output.splitlines()) == 22


def repeated(text: str, size: int) -> bytes:
    return (text * (size // len(text) + 1)).encode()


HOSTILE = {
    "no bytes": lambda: b"",
    "words": lambda: b"29,000",
    "a picture": lambda: b"\x89PNG\r\n\x1a\n\x00",
    "another encoding": lambda: '<html lang="en-CA">é'.encode("latin-1"),
    "too large": lambda: b"a" * 3_000_001,
    "tags": lambda: repeated("<b>", 2_900_000),
    "ends": lambda: repeated("</b>", 2_900_000),
    "attributes": lambda: b"<b" + b"".join(b' a%d="1"' % n for n in range(240_000)) + b">",
    "blanks in a tag": lambda: b"<b" + b" " * 2_900_000,
    "a comment": lambda: b"<!--" + b"- " * 1_400_000,
    "a quote": lambda: b'<b a="' + b"x" * 2_900_000,
    "references": lambda: repeated("&amp;", 2_900_000),
    "scripts": lambda: repeated("<script>", 2_900_000),
    "lines": lambda: repeated("<p>a</p>\n", 300_000),
    "one line": lambda: b"<p>" + b"a " * 1_400_000,
    "languages": lambda: repeated('<html lang="', 2_900_000),
}


@pytest.mark.sampled(4)
@pytest.mark.slow
@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_page_of_ours_is_another_page_at_once(built: Path, what: str) -> None:
    path, began = received(built, HOSTILE[what]()), time.process_time()
    result = asked("verify", path, "--against", output_of(built) / "en")
    assert time.process_time() - began < 5
    assert result.exit_code in (1, 2)
    assert len(result.output.splitlines()) <= 22
    assert "an unexpected error" not in result.output


def test_a_page_that_no_build_made_is_compared_by_what_a_reader_and_a_browser_take_from_it() -> None:
    page = (ROOT / "tests" / "fixtures" / "audit" / "en" / "people-served.html").read_text(encoding="utf-8")
    assert differing(page, page) == []
    (words,) = differing(page, page.replace("More people", "Fewer people", 1))
    assert words.startswith("visible text: found 'Fewer people were served")
    assert differing(page, page.replace("<main", '<main onclick="a()"', 1))[0].startswith("script: found")
    with pytest.raises(AmbiguousMarkup):
        read_markup(page.replace("</body>", "<b", 1).encode())


def test_every_kind_that_differs_has_a_name_of_its_own() -> None:
    assert len(set(KINDS)) == len(KINDS) == 7


@pytest.mark.slow
def test_a_page_says_its_version_its_run_and_where_its_manifest_is(built: Path) -> None:
    text = built.read_text(encoding="utf-8") + "imprint: {address: 'https://example.org/review/'}\n"
    built.write_text(text, encoding="utf-8")
    assert asked("build", built).exit_code == 0
    address = '<a href="https://example.org/review/manifest.json">'
    for name in (NAME, "fr/one.html", "en/glossary.html"):
        page = (output_of(built) / name).read_text(encoding="utf-8")
        assert address in page
        assert "0.1.0" in page
    assert re.search(r"<code>[0-9a-f]{16}</code>", (output_of(built) / NAME).read_text(encoding="utf-8"))
    for odd in ("javascript:alert(1)", "http://example.org/", "https://example.org/a?b=c"):
        built.write_text(text.replace("https://example.org/review/", odd), encoding="utf-8")
        assert asked("check", built).exit_code == 2, odd
