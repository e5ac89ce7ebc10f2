"""`evaluation refresh` against a publisher on loopback: a whole release becomes a page to sign; anything else is one
line, status 2, and nothing written."""

import http.server
import io
import ssl
import subprocess
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import small
from click.testing import Result
from small import asked
from statcan_files import table, zip_file

from evaluation.problems import InputError
from evaluation.verification.download import DownloadRequest, download_zip

Answer = Callable[[http.server.BaseHTTPRequestHandler], None]
NAME = "35100177-eng.zip"


class Publisher:
    """A server of this machine, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.answer: Answer = lambda handler: handler.send_error(404)
        publisher = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                publisher.asked.append(dict(self.headers))
                publisher.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/n1/tbl/csv/{NAME}"


def sends(content: bytes, status: int = 200, promised: int | None = None, **headers: str) -> Answer:
    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(content) if promised is None else promised))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def slowly(handler: http.server.BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(20):
        handler.wfile.write(b"PK")
        time.sleep(0.1)


def zipped() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("35100177.csv", "a")
    return made.getvalue()


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    made = Publisher()
    yield made
    made.server.shutdown()
    made.server.server_close()


BAD: dict[str, tuple[Answer, str]] = {
    "404": (lambda handler: handler.send_error(404), "found status 404; allowed: a file that is there (200)"),
    "elsewhere": (
        sends(b"", 302, Location="http://localhost:9/x.zip"),
        "found a redirect to localhost:9; allowed: 127.0.0.1:",
    ),
    "round": (sends(b"", 302, Location=NAME), "found more than 5 redirects"),
    "half": (sends(zipped()[:60], promised=1500), "found a file that ends before its end"),
    "cut": (sends(zipped()[:60]), "found no zip, or half of one"),
    "html": (
        sends(b"<!DOCTYPE html><title>Sorry</title>"),
        "found a page of HTML; allowed: the zip of the whole table",
    ),
    "heavy": (sends(b"x" * 3000), "found a file of 3000 bytes; allowed: 2000 or fewer"),
    "slow": (slowly, "found a file that takes more than 1 seconds"),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_whole_file_of_the_publisher_is_refused(kind: str, publisher: Publisher, tmp_path: Path) -> None:
    publisher.answer, actual = BAD[kind]
    with pytest.raises(InputError) as error:
        download_zip(DownloadRequest(publisher.address, 2000, seconds=1, quiet_seconds=5), tmp_path)
    (line,) = str(error.value).splitlines()
    assert line.startswith(f"{publisher.address}:-:-: {actual}")
    assert line.endswith("nothing was changed")
    assert list(tmp_path.iterdir()) == []


def test_more_than_was_promised_is_refused(publisher: Publisher, tmp_path: Path) -> None:
    def endless(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b"x" * 200_000)

    publisher.answer = endless
    with pytest.raises(InputError, match="found more than 2000 bytes; allowed: 2000 or fewer"):
        download_zip(DownloadRequest(publisher.address, 2000), tmp_path)


def test_without_a_network_one_line_says_so(publisher: Publisher, tmp_path: Path) -> None:
    publisher.server.server_close()
    with pytest.raises(InputError, match=r"found no connection .*or the file by hand, and `evaluation import FILE`"):
        download_zip(DownloadRequest(publisher.address, 2000, quiet_seconds=2), tmp_path)


def test_another_host_is_asked_with_tls_alone(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"found http://example\.org/x\.zip, without TLS"):
        download_zip(DownloadRequest("http://example.org/x.zip", 2000), tmp_path)


@pytest.mark.linux
def test_a_certificate_that_nobody_vouches_for_is_refused(publisher: Publisher, tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1"]
    subprocess.run([*request, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    publisher.server.socket = context.wrap_socket(publisher.server.socket, server_side=True)
    downloads = tmp_path / "kept"
    downloads.mkdir()
    with pytest.raises(InputError, match="found a certificate that cannot be verified"):
        download_zip(DownloadRequest(publisher.address.replace("http:", "https:"), 2000), downloads)
    assert list(downloads.iterdir()) == []


def test_a_whole_file_is_kept_and_the_publisher_sees_who_asks(publisher: Publisher, tmp_path: Path) -> None:
    publisher.answer = sends(content := zipped())
    path = download_zip(DownloadRequest(publisher.address, 2000, "https://example.org/review"), tmp_path)
    assert (path.name, path.read_bytes()) == (NAME, content)
    assert publisher.asked[0]["User-Agent"].startswith("evaluation/")
    assert publisher.asked[0]["User-Agent"].endswith("(+https://example.org/review)")


def of(publisher: Publisher, data: Path) -> None:
    """Have data/ name the server as its publisher."""
    (data / "downloads.csv").write_text(
        f"source,language,address,kind,most_bytes\nstatcan_table_1525,en,{publisher.address},zip,9000000\n"
    )


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publisher: Publisher) -> Path:
    """A review of one chapter over all the data, whose publisher is on loopback."""
    review = small.project(tmp_path / "project", monkeypatch, 1)
    of(publisher, review.parents[1] / "data")
    return review


def refreshed(review: Path, *options: object) -> Result:
    return asked("refresh", "--review", review, *options)


@pytest.mark.slow
def test_a_release_becomes_a_page_to_sign_and_data_change_when_told(
    project: Path, publisher: Publisher, tmp_path: Path
) -> None:
    publisher.answer = sends(zip_file(tmp_path / NAME, table()).read_bytes())
    data, page = project.parents[1] / "data", tmp_path / "sign.html"
    before = content(data)
    result = refreshed(project, "--page", page)
    assert result.exit_code == 0, result.output
    assert "police_reported\tOntario\t2015 to 2024" in result.stdout
    assert result.stdout.splitlines()[-1] == str(page)
    assert "What the new release changes" in page.read_text(encoding="utf-8")
    assert content(data) == before
    result = refreshed(project, "--page", page, "--yes")
    assert result.exit_code == 0, result.output
    assert content(data) != before
    result = refreshed(project, "--page", page)
    assert result.exit_code == 0
    assert "nothing newer" in result.stderr


OTHER = [["Wert" if cell == "VALUE" else cell for cell in row] for row in table()]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "day", "actual"),
    [
        (OTHER, "Wed, 22 Jul 2026 12:00:00 GMT", "VALUE"),
        (
            table(),
            "Wed, 15 Jan 2025 12:00:00 GMT",
            "found the release of 2025-01-15; allowed: one of 2025-12-08 or later",
        ),
    ],
    ids=["a changed column", "an older release"],
)
def test_a_file_that_cannot_be_added_changes_nothing(
    rows: list[list[str]], day: str, actual: str, project: Path, publisher: Publisher, tmp_path: Path
) -> None:
    publisher.answer = sends(zip_file(tmp_path / NAME, rows).read_bytes(), **{"Last-Modified": day})
    data, page = project.parents[1] / "data", tmp_path / "sign.html"
    before = content(data)
    result = refreshed(project, "--page", page, "--yes")
    assert result.exit_code == 2
    assert actual in result.stderr
    assert len(result.stderr.splitlines()) == 2  # what is asked, and what is refused
    assert content(data) == before
    assert not page.exists()


def test_a_project_without_an_address_is_told_where_one_stands(project: Path) -> None:
    (project.parents[1] / "data" / "downloads.csv").write_text("source,language,address,kind,most_bytes\n")
    result = refreshed(project)
    assert result.exit_code == 2
    assert "downloads.csv" in result.stderr
