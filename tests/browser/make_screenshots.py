"""Take the screenshots of the README: the page with a number drawn on it, light and dark.

    python tests/browser/make_screenshots.py

Needs the development environment (`make test` makes it) and the trained model.
"""

from pathlib import Path
from typing import Literal

from chromium import ensure_chromium
from digit_page import DigitPage
from handwriting import number
from playwright.sync_api import Page, sync_playwright
from servers import api_server

ROOT = Path(__file__).resolve().parents[2]

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def draw(page: Page) -> None:
    """Write a number with the mouse, and let the page read it."""
    digits = DigitPage(page)
    digits.draw_with_mouse(number("2026"))
    digits.expect_live("2026")
    page.mouse.move(0, 0)
    page.wait_for_timeout(2000)  # the bars and the stages have come to rest


def main() -> None:
    """Take each screenshot."""
    images = ROOT / "docs" / "images"
    images.mkdir(exist_ok=True)
    chromium = ensure_chromium()
    with api_server(images / "server.log") as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        for scheme in SCHEMES:
            page = browser.new_page(
                viewport={"width": 1180, "height": 760},
                color_scheme=scheme,
                device_scale_factor=1.5,
            )
            page.goto(server.url)
            draw(page)
            page.screenshot(path=images / f"page-{scheme}.png")
            page.close()
        browser.close()
    (images / "server.log").unlink()


if __name__ == "__main__":
    main()
