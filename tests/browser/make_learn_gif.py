"""Make docs/images/learn.gif: the three stages of learn.html, one after the other.

    python tests/browser/make_learn_gif.py

Needs the development environment (`make test` makes it).
"""

import io
from pathlib import Path

from chromium import ensure_chromium
from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "images" / "learn.gif"
WIDTH, COLOURS = 860, 96
MILLISECONDS = 1800


def frame(page: Page) -> Image.Image:
    """Return what the page shows, once it is at rest."""
    page.wait_for_timeout(500)
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return image.resize(
        (WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.LANCZOS
    )


def frames(page: Page) -> list[Image.Image]:
    """Walk through the stages."""
    shown = [frame(page)]
    page.locator("#outputs button").nth(4).click()
    shown.append(frame(page))
    page.locator("#tab-why").click()
    shown.append(frame(page))
    page.locator("#tab-blame").click()
    page.locator(".target").nth(9).click()
    for _ in range(2):
        page.locator("#blame-next").click()
    shown.append(frame(page))
    for _ in range(4):
        page.locator("#blame-next").click()
    shown.append(frame(page))
    return shown


def main() -> None:
    """Make the animation."""
    chromium = ensure_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(
            viewport={"width": 1280, "height": 800}, color_scheme="light", reduced_motion="reduce"
        )
        page.goto((ROOT / "frontend" / "learn.html").as_uri())
        page.wait_for_function("() => MNIST.learn?.page?.accuracy != null")
        shown = frames(page)
        browser.close()
    # One palette for all, so that what stands still does not flicker.
    height = shown[0].height
    together = Image.new("RGB", (WIDTH, height * len(shown)))
    for number, image in enumerate(shown):
        together.paste(image, (0, number * height))
    palette = together.quantize(COLOURS)
    first, *rest = (image.quantize(palette=palette, dither=Image.Dither.NONE) for image in shown)
    first.save(
        TARGET, save_all=True, append_images=rest, duration=MILLISECONDS, loop=0, optimize=True
    )
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
