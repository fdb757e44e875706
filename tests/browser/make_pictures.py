"""Take the pictures of the README: the page with a digit drawn on it, light and dark.

    python tests/browser/make_pictures.py

Needs the development environment (`make test` makes it) and the trained model.
"""

from pathlib import Path
from typing import Literal

from chromium import ensure_chromium
from playwright.sync_api import Page, sync_playwright
from servers import api_server

ROOT = Path(__file__).resolve().parents[2]

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

# A seven as somebody might write it, in shares of the pad's sides.
STROKES = [
    [(0.28, 0.27), (0.36, 0.24), (0.5, 0.235), (0.64, 0.24), (0.72, 0.25), (0.68, 0.36),
     (0.6, 0.5), (0.53, 0.63), (0.48, 0.74), (0.45, 0.83)],
]  # fmt: skip


def draw(page: Page) -> None:
    """Draw with the mouse, then ask."""
    box = page.locator("#pad").bounding_box()
    assert box
    for stroke in STROKES:
        for number, (x, y) in enumerate(stroke):
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
            if number == 0:
                page.mouse.down()
        page.mouse.up()
    page.get_by_role("button", name="Predict").click()
    page.locator("#digit", has_text="7").wait_for()
    page.mouse.move(0, 0)
    page.wait_for_timeout(1000)  # the bars have come to rest


def main() -> None:
    """Take each picture."""
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
