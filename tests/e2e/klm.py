"""How long a person's way through pages would take, from its interactions: the keystroke-level model.

Operators and their times are those of Card, Moran and Newell, "The keystroke-level model for user performance
time with interactive systems", Communications of the ACM 23 (7), 1980, pages 396-410. It models somebody who
knows the way and makes no mistake; reading is not in it. What it gives is computed from counts: how fast this
machine is does not matter.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from playwright.sync_api import Error, Locator, Page, expect
from pypinyin import lazy_pinyin

KEY: Final = 0.28
"""Seconds for a key, or a mouse button: an average typist who is no secretary."""
POINT: Final = 1.1
"""Seconds to point at something with the mouse."""
HOME: Final = 0.4
"""Seconds to move the hand between mouse and keyboard."""
THINK: Final = 1.35
"""Seconds to make up one's mind; here before every interaction, which is more often than the model asks."""
LOAD: Final = 1.0
"""Seconds that a page takes to answer, for every new page: our own estimate, the model leaves it open."""


@dataclass
class Hands:
    """A person at a page who does everything by mouse and keyboard, and of whom everything is counted."""

    page: Page
    name: str
    counts: Counter[str] = field(default_factory=Counter)
    keyboard: bool = False
    """Where the hand is."""

    @property
    def interactions(self) -> int:
        """Clicks, fields written in, things chosen."""
        return self.counts["click"] + self.counts["field"] + self.counts["choice"]

    @property
    def seconds(self) -> float:
        """The modelled time."""
        found = self.counts
        return (
            found["key"] * KEY
            + found["point"] * (POINT + KEY)
            + found["home"] * HOME
            + self.interactions * THINK
            + found["load"] * LOAD
        )

    def __str__(self) -> str:
        found = self.counts
        return (
            f"{self.name}: {self.interactions} interactions ({found['click']} clicks, {found['field']} fields"
            f" with {found['key']} keys, {found['choice']} choices) on {found['load']} pages,"
            f" modelled {self.seconds:.0f} s"
        )

    def _point(self, times: int = 1) -> None:
        if self.keyboard:
            self.keyboard = False
            self.counts["home"] += 1
        self.counts["point"] += times

    def _type(self, text: str) -> None:
        if not self.keyboard:
            self.keyboard = True
            self.counts["home"] += 1
        self.counts["key"] += keys_of(text)
        self.page.keyboard.type(text)

    def click(self, target: Locator, *, loads: bool = False) -> None:
        """Click something; `loads`: another page comes of it."""
        self.counts["click"] += 1
        self._point()
        if not loads:
            target.click()
            return
        self.counts["load"] += 1
        before = self.page.url
        try:
            with self.page.expect_navigation():
                target.click()
        except Error as error:
            shown = self.page.locator("body").inner_text()
            raise AssertionError(f"no page came of a click on {before}, which shows: {shown}") from error

    def write(self, target: Locator, text: str) -> None:
        """Click into a field, replace what stands there, and leave it."""
        self.counts["field"] += 1
        self._point()
        target.click()
        if target.input_value():
            self.counts["key"] += 2
            self.page.keyboard.press("ControlOrMeta+a")
        self._type(text)
        self.counts["key"] += 1
        self.page.keyboard.press("Tab")

    def choose(self, target: Locator, label: str) -> None:
        """Open a list and choose: two clicks."""
        self.counts["choice"] += 1
        self._point(2)
        expect(target.locator("option", has_text=label).first).to_be_attached()
        target.select_option(label=label)

    def tick(self, target: Locator) -> None:
        """Tick a box or choose one of several."""
        self.counts["choice"] += 1
        self._point()
        target.check()

    def enter(self, username: str, password: str) -> None:
        """Sign in at the page that asks for it."""
        self.write(self.page.locator("input[name=username]"), username)
        self.write(self.page.locator("input[name=password]"), password)
        self.click(self.page.locator("main form button.button").first, loads=True)


def keys_of(text: str) -> int:
    """Keys for a text: Chinese by its sound, and one key more for each two characters to choose them."""
    chinese = [each for each in text if "\u4e00" <= each <= "\u9fff"]
    sounds = sum(len(sound) for sound in lazy_pinyin(chinese))
    return sounds + -(-len(chinese) // 2) + len(text) - len(chinese)
