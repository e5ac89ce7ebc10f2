"""What comes from elsewhere has limits: each that is over one is refused in a line, at once and in little memory."""

import json
import os
import resource
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import small
from small import asked, asked_in
from statcan_files import table, zip_file

from evaluation.building import manifest

pytestmark = [pytest.mark.slow, pytest.mark.linux]  # forks, and reads /proc
SECONDS, MEGABYTES = 5, 300


def refused(*arguments: object, folder: Path | None = None) -> str:
    """What a command says, in another folder where one is given; it ends at once, in little memory: in a fork of this
    process, which has imported what it needs."""
    reads, says = os.pipe()
    if child := os.fork():
        os.close(says)
        with open(reads, encoding="utf-8") as file:
            answer = file.read()
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, arguments
        report: dict[str, Any] = json.loads(answer)
        assert (report["status"], report["stderr"].count("\n")) == (2, 1), report
        assert report["seconds"] < SECONDS
        assert report["kilobytes"] < MEGABYTES * 1024
        return str(report["stderr"])
    try:
        with open(says, "w", encoding="utf-8") as file:
            file.write(json.dumps(measured(folder or Path.cwd(), arguments)))
    finally:
        os._exit(0)


def measured(folder: Path, arguments: tuple[object, ...]) -> dict[str, Any]:
    """How a command ends in this process, what it takes of time, and of memory beyond what was in use."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS * 2, SECONDS * 2))
    Path("/proc/self/clear_refs").write_text("5")  # the most in use until now is forgotten
    before = most_in_use()
    result = asked_in(folder, *arguments)
    seconds = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    kilobytes = most_in_use() - before
    return {"status": result.exit_code, "stderr": result.stderr, "seconds": seconds, "kilobytes": kilobytes}


def most_in_use() -> int:
    """The most memory that this process has had in use, in kB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def member(path: Path, name: str, sign: bytes, count: int, method: int = zipfile.ZIP_DEFLATED) -> None:
    """A member of a zip: a sign many times."""
    with zipfile.ZipFile(path, "a", method) as archive, archive.open(name, "w") as file:
        for _ in range(count // 1_000_000):
            file.write(sign * 1_000_000)


def one_line(path: Path) -> None:
    member(path, "35100177.csv", b"0", 400_000_000)


def large_metadata(path: Path) -> None:
    zip_file(path, table())
    member(path, "35100177_MetaData.csv", b"0", 400_000_000)


def many_members(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(5000):
            archive.writestr(f"{number}.csv", "x")


def damaged(method: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.writestr("35100177.csv", "\n".join(",".join(row) for row in table()))
        content = bytearray(path.read_bytes())
        content[80:120] = bytes(byte ^ 0xFF for byte in content[80:120])
        path.write_bytes(content)

    return write


def of_64_bits(path: Path) -> bytearray:
    """A zip with the words of 64 bits that large ones have."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(zipfile, "ZIP64_LIMIT", 1)
        patched.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 0)
        zip_file(path, table())
    content = bytearray(path.read_bytes())
    assert content.count(b"PK\x06\x06") == 1
    return content


def set_in_list(offset: int, value: int) -> Callable[[Path], None]:
    """A zip of 64 bits with another word of them in its list's own entry."""

    def write(path: Path) -> None:
        content = of_64_bits(path)
        struct.pack_into("<Q", content, content.index(b"PK\x06\x06") + offset, value)
        path.write_bytes(content)

    return write


def long_list(path: Path) -> None:
    """A list of 1.5 GB, of which the disk holds nothing."""
    content, size = of_64_bits(path), 1_500_000_000
    at = content.index(b"PK\x06\x06")
    struct.pack_into("<QQ", content, at + 40, size, 0)
    struct.pack_into("<Q", content, content.index(b"PK\x06\x07") + 8, size)
    with path.open("wb") as file:
        file.write(b"PK")
        file.seek(size)
        file.write(content[at:])


def many_listed(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(25_000):
            archive.writestr(str(number), "")


def twice(path: Path) -> None:
    zip_file(path, table())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr(archive.namelist()[0], "x")


def marked(offset: int, value: int) -> Callable[[Path], None]:
    """A zip whose directory has another word at an offset of its first entry."""

    def write(path: Path) -> None:
        zip_file(path, table())
        content = bytearray(path.read_bytes())
        at = content.index(b"PK\x01\x02") + offset
        struct.pack_into("<H", content, at, value)
        path.write_bytes(content)

    return write


def overlapping(path: Path) -> None:
    zip_file(path, table(), {"35100177_MetaData.csv": "a,b\r\n" * 100})
    content = bytearray(path.read_bytes())
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    struct.pack_into("<L", content, second + 42, 10)
    path.write_bytes(content)


def long_line(path: Path) -> None:
    path.write_text(",".join(table()[0]) + "\n" + "x" * 60_000 + "\n", encoding="utf-8")


IMPORTED = {
    "a line of 400 MB": (one_line, "250 times the packed"),
    "metadata of 400 MB": (large_metadata, "250 times the packed"),
    "many members": (many_members, "20 files at most"),
    "damaged deflate": (damaged(zipfile.ZIP_DEFLATED), "allowed:"),
    "damaged LZMA": (damaged(zipfile.ZIP_LZMA), "not packed by deflate"),
    "damaged bzip2": (damaged(zipfile.ZIP_BZIP2), "not packed by deflate"),
    "a list of 1.5 GB": (long_list, "1000000 at most"),
    "25,000 members": (many_listed, "1000000 at most"),
    "a list that begins nowhere": (set_in_list(48, 2**63 - 1), "lies in another"),
    "a list of all bytes": (set_in_list(40, 2**64 - 1), "cut or broken"),
    "two of one name": (twice, "two files of one name"),
    "encrypted": (marked(8, 1), "encrypted"),
    "another method": (marked(10, 97), "not packed by deflate"),
    "overlapping": (overlapping, "lies in another"),
    "a long line": (long_line, "50000 characters at most"),
}


@pytest.mark.sampled(5)
@pytest.mark.parametrize("what", IMPORTED)
def test_imported_files(what: str, data: Path, tmp_path: Path) -> None:
    write, allowed = IMPORTED[what]
    write(tmp_path / "35100177-eng.zip")
    (tmp_path / "notebooks").mkdir()  # a project of its own: another test may be at work in this one
    before = {path.name: path.read_bytes() for path in data.iterdir()}
    assert allowed in refused("import", tmp_path / "35100177-eng.zip", "--project", data.parent, "--yes")
    assert before == {path.name: path.read_bytes() for path in data.iterdir()}


TITLE = "title: {en: A, fr: A}\n"
NOT_REVIEWS = {
    "an alias": ("&r\n" + TITLE + "chapters: [*r]\n", "an alias, where each value is written out"),
    "a merge": (TITLE + "<<: {date: 2026-01-01}\nchapters: [one]\n", "allowed:"),
    "a matrix": (TITLE + f"chapters: [{{chapter: one, matrix: {{decimals: [{'1,' * 80_000}]}}}}]\n", "bytes"),
    "values": (TITLE + f"chapters: [{{chapter: one, matrix: {{decimals: [{'1,' * 10_000}]}}}}]\n", "1000 at most"),
    "combinations": (
        TITLE + f"chapters: [{{chapter: one, matrix: {{decimals: [{'1,' * 2_000}]}}}}]\n", "1000 at most"
    ),
    "brackets": (TITLE + "chapters: " + "[" * 5000, "allowed:"),
    "lists in the marker": (TITLE + f"chapters: [one]\nconfidential: {'[' * 250}{']' * 250}\n", "true or false"),
    "lists as a title": (f"title: {{en: {'[' * 250}{']' * 250}, fr: A}}\nchapters: [one]\n", "allowed:"),
    "lists as a key": (TITLE + f"chapters: [one]\n? {'[' * 250}{']' * 250}\n: x\n", "a name"),
    "digits": (TITLE + f"chapters: [{{chapter: one, parameters: {{decimals: {'9' * 20_000}}}}}]\n", "allowed:"),
}  # fmt: skip


@pytest.mark.sampled(4)
@pytest.mark.parametrize("what", NOT_REVIEWS)
def test_review_files(what: str, review: Path) -> None:
    text, allowed = NOT_REVIEWS[what]
    review.write_text(text, encoding="utf-8")
    assert allowed in refused("check", review, "--project", review.parents[1])


def test_signs_in_a_cell(review: Path) -> None:
    small.notebook(review.parents[1] / "notebooks" / "one.ipynb", "x=" + "-" * 20_000 + "1")
    assert "too deep in itself" in refused("check", review, "--project", review.parents[1])


MANY = [{"name": f"f{number}", "type": "string"} for number in range(10_000)]
SHORT = {"schema": {"fields": MANY[:1]}}
CONTRACTS = {
    "tables": {"resources": [{"name": f"t{n}", "path": f"t{n}.csv"} | SHORT for n in range(9000)]},
    "names twice": {"resources": [{"name": "t", "path": "t.csv"} | SHORT] * 9000},
    "columns": {"resources": [{"name": "t", "path": "t.csv", "schema": {
        "fields": MANY, "primaryKey": [f"none{number}" for number in range(20_000)]}}]},
    "keys": {f"key{number}": 1 for number in range(50_000)},
    "bytes": {"resources": "x" * 1_000_000},
}  # fmt: skip


@pytest.mark.sampled(4)
@pytest.mark.parametrize("what", CONTRACTS)
def test_contracts_of_many_parts(what: str, review: Path) -> None:
    (review.parents[1] / "data" / "datapackage.json").write_text(json.dumps(CONTRACTS[what]))
    began = time.process_time()
    result = asked("check", review)
    assert time.process_time() - began < SECONDS
    assert (result.exit_code, result.stdout) == (2, "")
    assert 0 < len(result.stderr.splitlines()) <= 20


def test_json_of_brackets_and_digits(review: Path) -> None:
    contract = review.parents[1] / "data" / "datapackage.json"
    for text in ("[" * 100_000, '{"resources": ' + "1" * 10_000 + "}", "[" + "[]," * 4_000_000 + "[]]"):
        contract.write_text(text, encoding="utf-8")
        refused("check", review, "--project", review.parents[1])
        refused("new", "table", "places", "--project", review.parents[1])


def test_more_mistakes_than_a_person_reads_are_counted(review: Path) -> None:
    names = ", ".join(f"none{number}" for number in range(2500))
    review.write_text(f"{TITLE}chapters: [{names}]\n", encoding="utf-8")
    for arguments in ((), ("--json",)):
        lines = asked("check", review, *arguments).stderr.splitlines()
        assert len(lines) == 20
        assert "2481 more mistakes" in lines[-1]


@pytest.fixture
def numbers(built: Path) -> Path:
    return small.output_of(built) / "numbers.json"


@pytest.mark.parametrize("listed", [True, False])
def test_numbers_that_are_not_as_they_were_made(listed: bool, built: Path, numbers: Path) -> None:
    """Of a review with its manifest, and of one without, as somebody may send it."""
    if not listed:
        numbers.with_name("manifest.json").unlink()
    text = numbers.read_text(encoding="utf-8")
    for changed in (
        text.replace('"numbers"', '"number"', 1),
        text.replace('"review"', '"a"', 1),
        text[:-20],
        "[]",
        "1",
        "",
    ):
        numbers.write_text(changed, encoding="utf-8")
        for command in (("trace", "72", "--review", built), ("trace", "--flips", "--review", built)):
            result = asked(*command)
            assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.output
        result = asked("check", built)  # which asks for no more of it than its numbers and sentences
        assert result.exit_code == 0 if '"a":' in changed else 2, result.output
        assert "nothing foresaw" not in result.stderr
        result = asked("diff", numbers.parent, numbers.parent)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.output


NUMBER: dict[str, Any] = {
    "id": "n", "run": "one", "value": 5, "exact": ["5"], "inputs": [], "shown_in": [], "caveats": [], "label": {},
} | dict.fromkeys(("source", "definition", "place", "low", "high"), "")  # fmt: skip


def test_numbers_lead_to_no_file_outside_of_the_data(built: Path, numbers: Path) -> None:
    """Which may be a pipe, or a device without an end."""
    numbers.with_name("manifest.json").unlink()
    whole = json.loads(numbers.read_bytes())
    (built.parents[1] / "outside.csv").write_text("a\nsecret\n")
    (built.parents[1] / "data" / "link.csv").symlink_to("../outside.csv")
    for place in ("../outside.csv:2:a", "link.csv:2:a", f"{built.parents[1]}/outside.csv:2:a", "README.md:2:a"):
        numbers.write_text(json.dumps(whole | {"numbers": [NUMBER | {"data": place}]}))
        result = asked("trace", "n", "--json", "--review", built)
        assert (result.exit_code, result.stderr) == (0, ""), result.output
        assert list(json.loads(result.stdout)["cell"]) == ["file", "row", "column"]


@pytest.mark.parametrize("change", [{"id": 5}, {"id": [1]}, {"run": 5}, {"data": "a:b"}, {"inputs": ["none"]}])
def test_numbers_that_do_not_fit_together(change: dict[str, Any], built: Path, numbers: Path) -> None:
    numbers.with_name("manifest.json").unlink()
    whole = json.loads(numbers.read_bytes())
    numbers.write_text(json.dumps(whole | {"numbers": [NUMBER | {"data": ""} | change, NUMBER | {"id": "m"}]}))
    result = asked("trace", "5", "--review", built)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.output
    assert "no numbers as a build writes them" in result.stderr


def test_manifests_that_no_build_wrote(built: Path, numbers: Path) -> None:
    listed = numbers.with_name("manifest.json")
    whole = json.loads(listed.read_bytes())
    for changed in ("", "[" * 100_000, "{}", json.dumps(whole | {"runs": [1]}), json.dumps(whole)[:-9], "null"):
        listed.write_text(changed, encoding="utf-8")
        for command in (
            ("verify", listed.parent),
            ("verify", listed.parent / "en" / "one.html", "--against", listed),
            ("diff", listed.parent, listed.parent),
        ):
            result = asked(*command)
            assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.output


@pytest.mark.parametrize(
    "run", [{"dependencies": 5}, {"dependencies": {"code": 5}}, {"inputs": {"data/places.csv": 5}}]
)
def test_a_manifest_that_is_sealed_and_that_no_build_wrote(run: dict[str, Any], built: Path, numbers: Path) -> None:
    record = manifest.read(numbers.parent)
    manifest.save(numbers.parent, record | {"runs": [row | run for row in record["runs"]]})
    for command in (("verify", numbers.parent), ("plan", built), ("diff", numbers.parent, numbers.parent)):
        result = asked(*command)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.output


def test_a_page_of_two_gigabytes(built: Path) -> None:
    page = small.output_of(built) / "en" / "large.html"
    with page.open("wb") as file:
        file.truncate(2_000_000_000)
    assert "of up to 3000000 bytes" in refused("verify", page, "--against", page.parents[1], folder=built.parents[1])
