"""The system's Chromium for tests of pages: how it starts, how patient it is, what its pages must not do."""

import os
import shutil
from typing import Any

_PROGRAMS = (
    "chromium-headless-shell",  # the same browser without its own windows: half the work
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _PROGRAMS)), "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
"""No tests run on a graphics card, and none needs what a browser does for itself in the background."""
PATIENCE = 240_000
"""Milliseconds after which a wait is given up; far more than anything takes, because machines are shared."""


def new_page(browser: Any, width: int, *, height: int = 900, **options: Any) -> Any:
    """A page in a context of its own; what breaks in its scripts or is blocked gathers in `page.faults`."""
    from playwright.sync_api import expect

    expect.set_options(timeout=PATIENCE)
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", **options)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on(
        "console", lambda line: page.faults.append(line.text) if "Content Security" in line.text else None
    )
    return page
