"""Open a Chromium or Chrome of this machine, for the audit and for PDF."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

BROWSER_VARIABLE = "EVALUATION_BROWSER"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
CHANNELS = ("chrome", "msedge")  # which Playwright finds where their makers install them on macOS and Windows
INSTALL = {
    "Darwin": "brew install --cask google-chrome",
    "Windows": "winget install Google.Chrome",
    "Linux": "sudo apt-get install chromium",
}


class BrowserMissing(Exception):
    """No Chromium or Chrome was found; the message says how to install one."""


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A headless browser, closed at the end. It ends with this process too, however that ends: Playwright's driver
    closes it when the pipe to the process breaks.

    The variable EVALUATION_BROWSER, where it is set, names the browser and nothing else is tried. Raises
    `BrowserMissing` with the command that installs one.
    """
    with sync_playwright() as playwright:
        browser = _launch(playwright)
        try:
            yield browser
        finally:
            browser.close()


def _launch(playwright: Playwright) -> Browser:
    command = INSTALL.get(platform.system(), "install Chromium")
    named = os.environ.get(BROWSER_VARIABLE)
    program = next(filter(None, map(shutil.which, [named] if named else PROGRAMS)), None)
    if named and not program:
        raise BrowserMissing(
            f"{BROWSER_VARIABLE}: found {named!r}, which is no program; allowed: a Chromium or Chrome ({command})"
        )
    for path, channel in [(program, None)] if program else [(None, channel) for channel in CHANNELS]:
        try:
            return playwright.chromium.launch(executable_path=path, channel=channel, args=["--disable-gpu"])
        except Error as error:
            reason = error.message.strip().splitlines()[0]
    if program:
        found = f"a program that does not start ({reason})"
        raise BrowserMissing(f"{program}: found {found}; allowed: Chromium or Chrome")
    raise BrowserMissing(f"browser: found none; allowed: any Chromium or Chrome; to install one: {command}")


if __name__ == "__main__":
    try:
        with open_browser() as opened:
            print(opened.version)
    except BrowserMissing as error:
        raise SystemExit(str(error)) from None
