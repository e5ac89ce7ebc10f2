"""Download of one file from a publisher, on a person's command, complete or not at all: TLS verified, one host
throughout, limits of bytes and seconds. Uses requests; nothing else in this project connects to a network.
"""

from __future__ import annotations

import os
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests

from ..problems import InputError, refuse
from ..problems.imports import DISTRIBUTION
from ..writing import files

PIECE = 1 << 16  # bytes
SECONDS, QUIET_SECONDS, MOST_REDIRECTS = 600, 30, 5
LOOPBACK = ("127.0.0.1", "::1", "localhost")  # a server of this machine has no certificate


@dataclass(frozen=True)
class DownloadRequest:
    """A requested file: its address, limits of bytes and seconds (in all, and without a byte), and the address of who
    asks for it (empty: not named), for the publisher."""

    address: str
    most_bytes: int
    asker: str = ""
    seconds: float = SECONDS
    quiet_seconds: float = QUIET_SECONDS  # without a byte


def download_zip(request: DownloadRequest, folder: Path) -> Path:
    """Download the zip at an address into a folder, under the name in its address and with the publisher's date; return
    its path. A file of that name is replaced. Raises InputError, leaving no file, for an address without TLS (except of
    this machine), another host, no answer, an answer that is no zip, a truncated one, and one beyond the limits."""
    target = folder / (Path(urlsplit(request.address).path).name or "download.zip")
    with requests.Session() as session, converting_errors(request), request_file(session, request) as response:
        files.put_pieces(target, read_chunks(response, request))
        published = response.headers.get("Last-Modified", "")
    try:
        check_zip(target, request)
    except InputError:
        files.remove(target)
        raise
    set_publication_day(target, published)
    return target


def set_publication_day(path: Path, published: str) -> None:
    """Set a file's times to ``published``, the value of a header Last-Modified, from which the import takes the day of
    a release that names none; do nothing if that is empty or invalid."""
    with suppress(ValueError, TypeError):
        seconds = parsedate_to_datetime(published).timestamp()
        os.utime(path, (seconds, seconds))


def download_error(request: DownloadRequest, actual: str, allowed: str) -> InputError:
    """The InputError for the requested address, to be raised by the caller; it adds that nothing was changed."""
    return refuse(request.address, actual=actual, allowed=f"{allowed}; nothing was changed")


@contextmanager
def converting_errors(request: DownloadRequest) -> Iterator[None]:
    """Within the block, convert exceptions of the library requests to InputErrors of one line."""
    try:
        yield
    except requests.exceptions.SSLError:
        raise download_error(
            request, "a certificate that cannot be verified", "the publisher's own, verified"
        ) from None
    except requests.exceptions.Timeout:
        actual = f"no answer within {request.quiet_seconds:g} seconds"
        raise download_error(request, actual, "a publisher that answers; try again later") from None
    except requests.exceptions.ChunkedEncodingError:
        raise download_error(request, "a file that ends before its end", "the whole file; try again") from None
    except requests.exceptions.RequestException as error:
        actual = f"no connection ({type(error).__name__})"
        allowed = "a network that reaches the publisher; or the file by hand, and `evaluation import FILE`"
        raise download_error(request, actual, allowed) from None


def request_file(session: requests.Session, request: DownloadRequest) -> requests.Response:
    """Ask the publisher for the file, through redirects within its host; sets the session's headers. Returns the open
    response, unread, which the caller closes. Raises InputError for http (except to this machine), another host or
    port, more than MOST_REDIRECTS redirects, and a status other than 200; exceptions of requests otherwise."""
    address = request.address
    requester = f" (+{request.asker})" if request.asker else ""
    session.headers["User-Agent"] = f"evaluation/{version(DISTRIBUTION)}{requester}"
    session.headers["Accept-Encoding"] = "identity"  # so that the content has the declared length
    for _ in range(MOST_REDIRECTS + 1):
        place = urlsplit(address)
        if place.scheme != "https" and place.hostname not in LOOPBACK:
            raise download_error(request, f"{address}, without TLS", "https://")
        response = session.get(address, stream=True, allow_redirects=False, timeout=request.quiet_seconds)
        if not response.is_redirect:
            if response.status_code != requests.codes.ok:
                response.close()
                raise download_error(request, f"status {response.status_code}", "a file that is there (200)")
            return response
        response.close()
        address = urljoin(address, response.headers["Location"])
        if (urlsplit(address).hostname, urlsplit(address).port) != (place.hostname, place.port):
            raise download_error(
                request, f"a redirect to {urlsplit(address).netloc}", f"{place.netloc}, the publisher's own host"
            )
    raise download_error(request, f"more than {MOST_REDIRECTS} redirects", "the file")


def read_chunks(response: requests.Response, request: DownloadRequest) -> Iterator[bytes]:
    """The content of a response in chunks of PIECE bytes. Raises InputError when a limit of bytes or seconds is
    exceeded, and at the end if it is shorter than its header says."""
    began, size, promised = time.monotonic(), 0, int(response.headers.get("Content-Length", "0") or 0)
    if promised > request.most_bytes:
        raise download_error(request, f"a file of {promised} bytes", f"{request.most_bytes} or fewer")
    for piece in response.iter_content(PIECE):
        size += len(piece)
        if size > request.most_bytes:
            raise download_error(request, f"more than {request.most_bytes} bytes", f"{request.most_bytes} or fewer")
        if time.monotonic() - began > request.seconds:
            raise download_error(request, f"a file that takes more than {request.seconds:g} seconds", "a faster answer")
        yield piece
    if size < promised:
        raise download_error(request, f"{size} of {promised} bytes", "the whole file; try again")


def check_zip(path: Path, request: DownloadRequest) -> None:
    """Raise InputError for a file that is no zip or a truncated one; its message says so if that is a page of HTML."""
    if zipfile.is_zipfile(path):
        return
    begins = path.read_bytes()[:512].lstrip().lower()
    page = begins.startswith((b"<!doctype", b"<html", b"<head"))
    raise download_error(request, "a page of HTML" if page else "no zip, or half of one", "the zip of the whole table")
