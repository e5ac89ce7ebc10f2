"""Find a Chromium or Chrome on this machine and open it for the audit."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

BROWSER_VARIABLE = "EVALUATION_BROWSER"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge")
PLACES = {
    "Darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ),
    "Windows": (
        r"${ProgramFiles}\Google\Chrome\Application\chrome.exe",
        r"${ProgramFiles(x86)}\Google\Chrome\Application\chrome.exe",
        r"${LocalAppData}\Google\Chrome\Application\chrome.exe",
        r"${LocalAppData}\Chromium\Application\chrome.exe",
        r"${ProgramFiles(x86)}\Microsoft\Edge\Application\msedge.exe",
    ),
}
INSTALL = {
    "Darwin": "brew install --cask chromium",
    "Windows": "winget install Google.Chrome",
    "Linux": "sudo apt-get install chromium",
}
SWITCHES = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--force-color-profile=srgb",
]


class BrowserMissing(Exception):
    """No Chromium or Chrome was found; the message says how to install one."""


def find_browser() -> Path:
    """The Chromium or Chrome of this machine; raises `BrowserMissing` with the command that installs one.

    The variable EVALUATION_BROWSER, where it is set, names the browser and nothing else is tried.
    """
    named = os.environ.get(BROWSER_VARIABLE)
    found = shutil.which(named) if named else next(_candidates(), None)
    if found is None:
        raise BrowserMissing(_how_to_install(named))
    return Path(found)


def _candidates() -> Iterator[str]:
    yield from filter(None, map(shutil.which, NAMES))
    yield from filter(os.path.isfile, map(os.path.expandvars, PLACES.get(platform.system(), ())))


def _how_to_install(named: str | None) -> str:
    command = INSTALL.get(platform.system(), "install Chromium")
    if named:
        return f"{BROWSER_VARIABLE}: found {named!r}, which is no program; allowed: a Chromium or Chrome ({command})"
    return f"browser: found none; allowed: any Chromium or Chrome; to install one: {command}"


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A headless browser, closed at the end; raises `BrowserMissing`."""
    with sync_playwright() as playwright:
        browser = _launch(playwright, find_browser())
        try:
            yield browser
        finally:
            browser.close()


def _launch(playwright: Playwright, path: Path) -> Browser:
    # Chromium's sandbox refuses to run as root, which is who runs in most containers.
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    try:
        return playwright.chromium.launch(executable_path=path, args=[*SWITCHES, *["--no-sandbox"] * as_root])
    except Error as error:
        reason = error.message.strip().splitlines()[0]
        found = f"a program that does not start ({reason})"
        raise BrowserMissing(f"{path}: found {found}; allowed: Chromium or Chrome") from error


if __name__ == "__main__":
    try:
        print(find_browser())
    except BrowserMissing as error:
        raise SystemExit(str(error)) from None
