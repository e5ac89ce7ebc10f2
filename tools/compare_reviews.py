"""Compare two builds of a review, old beside new: what a change of the code alone must leave as it was.

    python tools/compare_reviews.py OLD NEW [--report FILE.html]

Compared are the bytes of every CSV and of numbers.json, the visible texts of every page as sorted lines, and for each
chart the words in its SVG and the SVG itself. Run keys, which change with any code, count as equal. The report shows
every drawing that differs, old beside new. It imports nothing of the package, so that a fault there cannot hide a
difference. Exit status: 0 equal, 1 not, 2 no such folder.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

BLOCKS = ["p", "li", "h1", "h2", "h3", "h4", "td", "th", "dt", "dd", "summary", "figcaption", "caption", "pre"]
PASSAGES = f"//*[{' or '.join(f'self::{name}' for name in BLOCKS)}]"
UNSEEN = ".//script | .//style | .//svg"
SHOWN = 10  # differing lines of a file that are printed; the rest is counted


@dataclass(frozen=True)
class Difference:
    """What differs in one file: its kind (csv, json, text, words, drawing, missing, new) and the lines that differ."""

    path: str
    kind: str
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


def files(folder: Path, suffix: str) -> dict[str, Path]:
    """The files of a build with a suffix, by their path within it."""
    return {str(path.relative_to(folder)): path for path in sorted(folder.rglob(f"*{suffix}"))}


def passages(page: Path) -> Counter[str]:
    """Every block of visible text of a page, whitespace normalized, with how often it occurs."""
    root = etree.HTML(page.read_bytes())
    for hidden in root.xpath(UNSEEN):
        remove_element(hidden)
    texts = (" ".join("".join(block.itertext()).split()) for block in root.xpath(PASSAGES))
    return Counter(filter(None, texts))


def remove_element(element: etree._Element) -> None:
    """Remove an element and leave the text that follows it."""
    parent = element.getparent()
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)


def drawing_words(drawing: Path) -> Counter[str]:
    """The numbers and names of a chart: the texts of its SVG, accessible name and description included."""
    root = etree.parse(drawing).getroot()
    labels = (value for element in root.iter() for name, value in element.attrib.items() if name.startswith("aria-"))
    texts = ("".join(element.itertext()).strip() for element in root.iter("{*}text", "{*}title", "{*}desc"))
    return Counter(filter(None, [*labels, *texts]))


def leaves(value: object, path: str = "") -> Iterator[str]:
    """Every leaf of a JSON value as ``path = value``."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from leaves(part, f"{path}.{name}")
    elif isinstance(value, list):
        for part in value:
            key = part.get("id") or part.get("name") if isinstance(part, dict) else None
            yield from leaves(part, f"{path}[{key or ''}]")
    else:
        yield f"{path} = {json.dumps(value, ensure_ascii=False)}"


def lines(path: Path) -> Counter[str]:
    """The lines of a text file, with how often each occurs."""
    return Counter(path.read_text(encoding="utf-8-sig").splitlines())


def run_keys(folder: Path) -> list[str]:
    """The run keys that a build's manifest names, in full and as pages cut them."""
    path = folder / "manifest.json"
    runs = json.loads(path.read_text(encoding="utf-8"))["runs"] if path.is_file() else []
    return [run["key"] for run in runs] + [run["key"][:16] for run in runs]


def mask_run_keys(texts: Counter[str], keys: list[str]) -> Counter[str]:
    """Texts with one word in place of every run key."""
    pattern = re.compile("|".join(map(re.escape, keys)) or "(?!)")
    masked: Counter[str] = Counter()
    for text, number in texts.items():
        masked[pattern.sub("KEY", text)] += number
    return masked


READERS = {
    ".csv": ("csv", lines),
    ".json": ("json", lambda path: Counter(leaves(json.loads(path.read_text(encoding="utf-8"))))),
    ".html": ("text", passages),
    ".svg": ("words", drawing_words),
}
BY_BYTES = {".csv", ".svg"}  # what must be equal to the byte, not in its words alone
UNCOMPARED = {"manifest.json"}  # hashes of everything else


def differences(old: Path, new: Path) -> Iterator[Difference]:
    """What differs between two builds, file by file."""
    keys = run_keys(old) + run_keys(new)
    for suffix, (kind, read) in READERS.items():
        before, after = files(old, suffix), files(new, suffix)
        for path in sorted(before.keys() | after.keys()):
            if path in UNCOMPARED:
                continue
            if path not in after or path not in before:
                yield Difference(path, "new" if path in after else "missing")
            elif before[path].read_bytes() != after[path].read_bytes():
                was, now = (mask_run_keys(read(file), keys) for file in (before[path], after[path]))
                if was != now:
                    yield Difference(
                        path, kind, tuple(sorted((was - now).elements())), tuple(sorted((now - was).elements()))
                    )
                elif suffix in BY_BYTES:
                    yield Difference(path, "drawing" if suffix == ".svg" else "bytes")


def difference_lines(difference: Difference) -> Iterator[str]:
    """A difference as lines for the terminal."""
    yield f"{difference.path}: {difference.kind}"
    changed = [f"  - {line}" for line in difference.removed] + [f"  + {line}" for line in difference.added]
    yield from changed[:SHOWN]
    if len(changed) > SHOWN:
        yield f"  and {len(changed) - SHOWN} more"


def drawings_page(old: Path, new: Path, changed: list[Difference]) -> str:
    """An HTML page with every drawing that differs, old beside new."""
    rows = [
        f'<tr><th>{html.escape(each.path)}<td><img src="{(old / each.path).resolve().as_uri()}" alt="old">'
        f'<td><img src="{(new / each.path).resolve().as_uri()}" alt="new">'
        for each in changed
        if each.path.endswith(".svg") and each.kind in ("words", "drawing")
    ]
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Drawings</title><table>{"".join(rows)}</table>'


def main() -> int:
    """Compare, print, and say by the exit status whether anything differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--report", type=Path, help="an HTML page with the drawings that differ, old beside new")
    request = parser.parse_args()
    if absent := [folder for folder in (request.old, request.new) if not folder.is_dir()]:
        print(f"{absent[0]}:-:-: found no such folder; allowed: a built review", file=sys.stderr)
        return 2
    result = list(differences(request.old, request.new))
    for each in result:
        print("\n".join(difference_lines(each)))
    if request.report:
        request.report.write_text(drawings_page(request.old, request.new, result), encoding="utf-8")
    count = Counter(each.kind for each in result)
    print(", ".join(f"{number} {kind}" for kind, number in sorted(count.items())) or "no difference")
    return bool(result)


if __name__ == "__main__":
    sys.exit(main())
