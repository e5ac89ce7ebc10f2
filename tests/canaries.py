"""Words and counts of made-up returns that must be nowhere else, and where they are found: as text, in what is
compressed, and as numbers of eight bytes."""

import base64
import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

NAME, OTHER_NAME, NOTE = "Maison Zéphyrine", "ZQX Lodge", "Quillfeather"
RARE, OWN, OTHERS = 4861173, 3917352, 2648115  # counts of one group; the last two of two organizations in one
COUNTS = (RARE, OWN, OTHERS, OWN + OTHERS)
WORDS = (NAME, NAME.casefold(), "Zéphyrine", OTHER_NAME, OTHER_NAME.casefold(), NOTE)


def forms_of_a_count(count: int) -> Iterator[str]:
    """As a program or a page writes it: digits, or groups of three with any sign between."""
    yield str(count)
    for sign in (",", " ", "\u00a0", "\u202f", "\u2009", "&nbsp;", "_", "."):
        yield f"{count:_}".replace("_", sign)


def forms(returns: Path) -> set[bytes]:
    """The bytes of all that may not leave a folder of returns: words, counts, its secret, and hashes of its files."""
    texts = {*WORDS, *(form for count in COUNTS for form in forms_of_a_count(count))}
    texts |= {json.dumps(text)[1:-1] for text in texts}
    texts |= {text.encode("ascii", "xmlcharrefreplace").decode() for text in texts}
    all_forms = {text.encode(code) for text in texts for code in ("utf-8", "utf-16-le", "latin-1") if fits(text, code)}
    all_forms |= {count.to_bytes(8, "little") for count in COUNTS}
    for path in (path for path in returns.iterdir() if path.is_file() and not path.name.startswith(".")):
        content = path.read_bytes()
        all_forms |= {hashed(content).hexdigest().encode() for hashed in (hashlib.sha256, hashlib.md5, hashlib.sha1)}
        if path.name == "secret":
            all_forms |= {content, content.hex().encode(), base64.b64encode(content)}
    return all_forms


def fits(text: str, code: str) -> bool:
    """Whether a text can be written in an encoding."""
    return text.encode(code, "ignore").decode(code) == text


def contents(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and those of what is compressed in it."""
    content = path.read_bytes()
    yield content
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            yield from map(parts.read, parts.namelist())
    for window in (zlib.MAX_WBITS, zlib.MAX_WBITS | 16):
        try:
            yield zlib.decompress(content, window)
        except zlib.error:
            continue


def escaped(canaries: Iterable[bytes], *folders: Path) -> list[str]:
    """The files below some folders, by content or by name, that hold a canary."""
    files = {path for folder in folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink()}
    any_of = re.compile(b"|".join(map(re.escape, sorted(canaries))))
    return [
        f"{match[0]!r} in {path}"
        for path in sorted(files)
        for content in (str(path).encode(), *contents(path))
        if (match := any_of.search(content))
    ]
