"""Start of an installed Chromium or Chrome, for the audit and for PDF."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

from ..problems import InputError, refuse

BROWSER_VARIABLE = "EVALUATION_BROWSER"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
INSTALL = (
    "Debian: sudo apt-get install chromium; macOS: brew install --cask google-chrome; "
    "Windows: winget install Google.Chrome"
)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A headless browser as a context manager, closed at the end, also if this process is killed: Playwright's driver
    ends with the pipe. Only the program in the environment variable EVALUATION_BROWSER is tried, if it is set. Raises
    InputError, with the command to install one, if there is no browser."""
    with sync_playwright() as playwright:
        browser = _launch(playwright)
        try:
            yield browser
        finally:
            browser.close()


def _launch(playwright: Playwright) -> Browser:
    """Start the program that EVALUATION_BROWSER names, else the first of `PROGRAMS` on the path, else Playwright's
    Chrome. Raises InputError if it does not start."""
    named = os.environ.get(BROWSER_VARIABLE)
    program = next(filter(None, map(shutil.which, [named] if named else PROGRAMS)), named)
    try:  # without a path, Playwright tries Chrome's default on macOS and Windows
        channel = None if program else "chrome"
        return playwright.chromium.launch(executable_path=program, channel=channel, args=["--disable-gpu"])
    except Error as error:
        who, reason = BROWSER_VARIABLE if named else "browser", error.message.strip().splitlines()[0]
        raise refuse(who, actual=reason, allowed=f"any Chromium or Chrome ({INSTALL})") from error


if __name__ == "__main__":
    try:
        with open_browser() as opened:
            print(opened.version)
    except InputError as error:
        raise SystemExit(str(error)) from None
