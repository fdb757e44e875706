"""The lessons of learn.html as a test sees them: the list, the strip, and what it asks."""

from typing import Any

from digit_page import DigitPage
from playwright.sync_api import Page, expect
from servers import ROOT

FROM_DISK = (ROOT / "frontend" / "learn.html").as_uri()
DONE = """() => {
  const strip = document.querySelector('#lesson');
  return strip.hidden || strip.querySelector('.lesson-next').classList.contains('button-primary');
}"""
# Training and measuring take their time where several tests share a processor.
PATIENCE = 120_000


class LessonsPage(DigitPage):
    """learn.html, with a lesson or the list of lessons."""

    def __init__(self, page: Page, url: str = FROM_DISK) -> None:
        super().__init__(page)
        page.goto(url)
        self.button = page.locator("#lessons")
        self.list = page.locator("#lessons-dialog")
        self.strip = page.locator("#lesson")
        self.words = page.locator(".lesson-words")
        self.feedback = page.locator(".lesson-feedback")
        self.next = page.locator(".lesson-next")
        self.back = page.locator(".lesson-back")
        self.act = page.locator(".lesson-act")
        self.help = page.locator(".lesson-help")
        self.number = page.locator("#lesson-number")
        self.choices = page.locator(".lesson-choice")
        self.pick = page.locator(".lesson-pick")
        expect(self.button).to_be_enabled()

    def open_list(self) -> None:
        """Press “Lessons”."""
        self.button.click()
        expect(self.list).to_be_visible()

    def open(self, lesson: int, step: int = 0) -> None:
        """Open a step of a lesson, as a link does."""
        self.page.evaluate("([l, s]) => MNIST.learn.page.lessons.openAt(l, s)", [lesson, step])
        expect(self.strip).to_be_visible()

    @property
    def position(self) -> dict[str, int] | None:
        """Which lesson and step is open."""
        place: dict[str, int] | None = self.page.evaluate("MNIST.learn.page.lessons.position")
        return place

    @property
    def records(self) -> dict[str, Any]:
        """What the browser keeps of the lessons."""
        kept: dict[str, Any] = self.page.evaluate("JSON.parse(localStorage.getItem('lessons'))")
        return kept

    def is_done(self) -> bool:
        """Return whether the step is done, or the lesson has ended."""
        done: bool = self.page.evaluate(DONE)
        return done

    def wait_until_done(self) -> None:
        """Wait until the step's answer has come."""
        self.page.wait_for_function(DONE, timeout=PATIENCE)

    def do_step(self) -> None:
        """Bring the step to its end with what the strip offers."""
        for _ in range(40):
            if self.is_done():
                return
            if self.help.is_visible():
                self.help.click()
            elif self.number.is_visible():
                self.number.fill("1")
                self.number.press("Enter")
            elif self.choices.first.is_visible():
                self.choices.first.click()
            elif self.pick.is_visible():
                self.page.evaluate("MNIST.learn.page.lessons.position")
                self.page.locator("#layer2-grid").click(position={"x": 5, "y": 5})
                self.pick.click()
            elif self.act.is_visible():
                self.act.click()
                self.wait_until_done()
            else:
                self.page.wait_for_timeout(250)
        raise AssertionError(f"stuck: {self.strip.inner_text()}")
