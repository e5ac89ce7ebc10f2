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
class Wanted:
    """A requested file: its address, limits of bytes and seconds, and the requester."""

    address: str
    most_bytes: int
    asker: str = ""
    seconds: float = SECONDS
    quiet_seconds: float = QUIET_SECONDS  # without a byte

    @property
    def user_agent(self) -> str:
        """The project, its version, and the contact of its makers."""
        return f"evaluation/{version(DISTRIBUTION)}" + (f" (+{self.asker})" if self.asker else "")


def fetch(wanted: Wanted, folder: Path) -> Path:
    """Download the zip at an address into a folder, under its own name. Raises InputError, without writing anything,
    for an address without TLS, another host, no answer, an answer that is no zip, a truncated one, and one beyond the
    limits."""
    target = folder / (Path(urlsplit(wanted.address).path).name or "download.zip")
    with requests.Session() as session, refusing_in_one_line(wanted), request_file(session, wanted) as response:
        files.put_pieces(target, pieces(response, wanted))
        published = response.headers.get("Last-Modified", "")
    try:
        refuse_no_zip(target, wanted)
    except InputError:
        files.remove(target)
        raise
    keep_day(target, published)
    return target


def keep_day(path: Path, published: str) -> None:
    """Set a file's date to the publisher's: the vintage of a release that names no day."""
    with suppress(ValueError, TypeError):
        seconds = parsedate_to_datetime(published).timestamp()
        os.utime(path, (seconds, seconds))


def wrong(wanted: Wanted, actual: str, allowed: str) -> InputError:
    """The error for an address."""
    return refuse(wanted.address, actual=actual, allowed=f"{allowed}; nothing was changed")


@contextmanager
def refusing_in_one_line(wanted: Wanted) -> Iterator[None]:
    """Within the block, convert exceptions of requests to one-line refusals."""
    try:
        yield
    except requests.exceptions.SSLError:
        raise wrong(wanted, "a certificate that cannot be verified", "the publisher's own, verified") from None
    except requests.exceptions.Timeout:
        actual = f"no answer within {wanted.quiet_seconds:g} seconds"
        raise wrong(wanted, actual, "a publisher that answers; try again later") from None
    except requests.exceptions.ChunkedEncodingError:
        raise wrong(wanted, "a file that ends before its end", "the whole file; try again") from None
    except requests.exceptions.RequestException as error:
        actual = f"no connection ({type(error).__name__})"
        allowed = "a network that reaches the publisher; or the file by hand, and `evaluation import FILE`"
        raise wrong(wanted, actual, allowed) from None


def request_file(session: requests.Session, wanted: Wanted) -> requests.Response:
    """Ask the publisher for the file, through redirects within its host. Returns the open response, unread, which the
    caller closes. Raises InputError for http, another host, too many redirects, and a status other than 200."""
    address = wanted.address
    session.headers["User-Agent"] = wanted.user_agent
    session.headers["Accept-Encoding"] = "identity"  # so that the content has the declared length
    for _ in range(MOST_REDIRECTS + 1):
        place = urlsplit(address)
        if place.scheme != "https" and place.hostname not in LOOPBACK:
            raise wrong(wanted, f"{address}, without TLS", "https://")
        response = session.get(address, stream=True, allow_redirects=False, timeout=wanted.quiet_seconds)
        if not response.is_redirect:
            if response.status_code != requests.codes.ok:
                response.close()
                raise wrong(wanted, f"status {response.status_code}", "a file that is there (200)")
            return response
        response.close()
        address = urljoin(address, response.headers["Location"])
        if (urlsplit(address).hostname, urlsplit(address).port) != (place.hostname, place.port):
            raise wrong(
                wanted, f"a redirect to {urlsplit(address).netloc}", f"{place.netloc}, the publisher's own host"
            )
    raise wrong(wanted, f"more than {MOST_REDIRECTS} redirects", "the file")


def pieces(response: requests.Response, wanted: Wanted) -> Iterator[bytes]:
    """The content of a response in chunks. Raises InputError beyond a limit and for a truncated one."""
    began, size, promised = time.monotonic(), 0, int(response.headers.get("Content-Length", "0") or 0)
    if promised > wanted.most_bytes:
        raise wrong(wanted, f"a file of {promised} bytes", f"{wanted.most_bytes} or fewer")
    for piece in response.iter_content(PIECE):
        size += len(piece)
        if size > wanted.most_bytes:
            raise wrong(wanted, f"more than {wanted.most_bytes} bytes", f"{wanted.most_bytes} or fewer")
        if time.monotonic() - began > wanted.seconds:
            raise wrong(wanted, f"a file that takes more than {wanted.seconds:g} seconds", "a faster answer")
        yield piece
    if size < promised:
        raise wrong(wanted, f"{size} of {promised} bytes", "the whole file; try again")


def refuse_no_zip(path: Path, wanted: Wanted) -> None:
    """Raise InputError for a file that is no zip, or a broken one."""
    if zipfile.is_zipfile(path):
        return
    begins = path.read_bytes()[:512].lstrip().lower()
    page = begins.startswith((b"<!doctype", b"<html", b"<head"))
    raise wrong(wanted, "a page of HTML" if page else "no zip, or half of one", "the zip of the whole table")
