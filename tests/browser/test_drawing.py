"""Drawing with mouse and finger, and what the network makes of it."""

import math
import re

import pytest
from digit_page import DigitPage
from handwriting import STYLES, Point, lines, placed
from playwright.sync_api import expect

SEVEN = placed(STYLES[7]["angular"], 0.8)
ANY_CONFIDENCE = re.compile(r"^>?\d\d\.\d% confident$")


def extent(pixels: list[float]) -> tuple[int, int]:
    """Return the width and height of the box that holds all ink."""
    inked = [divmod(cell, 28) for cell, value in enumerate(pixels) if value > 0]
    rows, columns = zip(*inked, strict=True)
    return max(columns) - min(columns) + 1, max(rows) - min(rows) + 1


def centre_of_mass(pixels: list[float]) -> Point:
    """Return the mean column and row, weighted by ink."""
    mass = sum(pixels)
    x = sum(value * (cell % 28) for cell, value in enumerate(pixels)) / mass
    y = sum(value * (cell // 28) for cell, value in enumerate(pixels)) / mass
    return x, y


def pieces(ink: list[int]) -> int:
    """Count the parts of a drawing that do not touch each other."""
    left = {divmod(cell, 28) for cell, grey in enumerate(ink) if grey > 0}
    count = 0
    while left:
        count += 1
        edge = [left.pop()]
        while edge:
            row, column = edge.pop()
            around = {(row + r, column + c) for r in (-1, 0, 1) for c in (-1, 0, 1)} & left
            left -= around
            edge.extend(around)
    return count


@pytest.mark.parametrize("digit", STYLES)
def test_each_digit_drawn_with_the_mouse_is_read(app: DigitPage, digit: int) -> None:
    for strokes in STYLES[digit].values():
        app.draw_with_mouse(placed(strokes, 0.85))
        app.predict.click()
        app.expect_digit(digit)
        expect(app.verdict).to_have_text(ANY_CONFIDENCE)
        app.clear.click()
        expect(app.result).to_have_attribute("data-view", "prompt")


@pytest.mark.parametrize("digit", STYLES)
def test_each_digit_drawn_with_a_finger_is_read(phone: DigitPage, digit: int) -> None:
    for strokes in STYLES[digit].values():
        phone.draw_with_finger(placed(strokes, 0.8))
        phone.predict.tap()
        phone.expect_digit(digit)
        phone.clear.tap()
        expect(phone.result).to_have_attribute("data-view", "prompt")


@pytest.mark.parametrize(
    ("size", "x", "y"),
    [(0.2, 0.12, 0.14), (0.2, 0.86, 0.88), (1.2, 0.5, 0.5)],
    ids=["small in a corner", "small in the other corner", "as large as the pad"],
)
def test_size_and_place_do_not_matter(app: DigitPage, size: float, x: float, y: float) -> None:
    app.draw_with_mouse(placed(STYLES[3]["round"], size, x, y))
    app.predict.click()
    app.expect_digit(3)
    [pixels] = app.sent()
    assert len(pixels) == 784
    assert max(pixels) == 1
    assert max(extent(pixels)) == 20
    assert all(abs(mean - 14) <= 0.5 for mean in centre_of_mass(pixels))


def test_the_small_image_shows_exactly_what_is_sent(app: DigitPage) -> None:
    app.draw_with_mouse(SEVEN)
    app.predict.click()
    app.expect_digit(7)
    shown = app.page.locator("#seen").evaluate(
        "(seen) => Array.from(seen.getContext('2d').getImageData(0, 0, 28, 28).data)"
    )
    [pixels] = app.sent()
    assert shown[::4] == [round(255 * value) for value in pixels]


def test_a_pen_that_flies_leaves_no_gaps(app: DigitPage) -> None:
    app.draw_with_mouse([[(0.2, 0.15), (0.8, 0.15), (0.4, 0.9)]])  # three events, no more
    assert pieces(app.ink()) == 1
    app.predict.click()
    app.expect_digit(7)


def test_a_pen_faster_than_the_screen_loses_no_corner(app: DigitPage) -> None:
    zigzag = [(0.1 + 0.04 * i, 0.2 if i % 2 else 0.8) for i in range(21)]
    # What a browser sends for a pen that was sampled twenty times between two frames.
    app.pad.evaluate(
        """(pad, points) => {
          const { left, top, width, height } = pad.getBoundingClientRect();
          const [first, ...rest] = points.map(([x, y]) => ({
            pointerId: 7, clientX: left + x * width, clientY: top + y * height,
          }));
          pad.dispatchEvent(new PointerEvent('pointerdown', first));
          const coalescedEvents = rest.map((point) => new PointerEvent('pointermove', point));
          const last = { ...rest.at(-1), coalescedEvents };
          pad.dispatchEvent(new PointerEvent('pointermove', last));
          pad.dispatchEvent(new PointerEvent('pointerup', last));
        }""",
        zigzag,
    )
    ink = app.ink()
    assert all(ink[28 * int(28 * y) + int(28 * x)] > 90 for x, y in zigzag)
    assert pieces(ink) == 1


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_the_brush_is_a_gaussian_in_the_cell_that_is_touched(app: DigitPage, width: int) -> None:
    app.page.set_viewport_size({"width": width, "height": 800})
    for row, column in [(0, 0), (5, 20), (27, 27)]:
        app.draw_with_mouse([[((column + 0.5) / 28, (row + 0.5) / 28)]])
        expected = [
            round(255 * math.exp(-((cell // 28 - row) ** 2 + (cell % 28 - column) ** 2) / 0.5))
            for cell in range(784)
        ]
        assert app.ink() == expected
        app.clear.click()


def test_the_canvas_has_280_pixels_for_28_cells(app: DigitPage) -> None:
    assert app.pad.evaluate("(pad) => [pad.width, pad.height]") == [280, 280]
    assert app.box()["width"] % 28 == 0, "each cell is a whole number of pixels"


SEEN = """() => {
  const painted = document.getElementById('ink');
  const fresh = document.createElement('canvas');
  fresh.width = painted.width;
  fresh.height = painted.height;
  const { color } = getComputedStyle(painted);
  new MNIST.draw.InkPainter(fresh).paint(MNIST.index.drawing.inkedStrokes, color);
  const [a, b] = [painted, fresh].map((canvas) => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
    copy.drawImage(canvas, 0, 0);
    return copy.getImageData(0, 0, canvas.width, canvas.height).data;
  });
  let most = 0;
  let ink = 0;
  for (let i = 3; i < a.length; i += 4) {
    most = Math.max(most, Math.abs(a[i] - b[i]));
    ink += b[i] > 128;
  }
  return [most, ink];
}"""


def test_ink_that_is_painted_by_the_piece_is_the_ink_of_the_whole(app: DigitPage) -> None:
    spiral = [
        (0.5 + 0.0015 * i * math.cos(i / 9), 0.5 + 0.0015 * i * math.sin(i / 9)) for i in range(300)
    ]
    app.draw_with_mouse([spiral, [(0.1, 0.1), (0.9, 0.15)]])
    app.next_frame()
    most, whole = app.page.evaluate(SEEN)
    assert whole > 10_000
    assert most <= 96, "but for the soft edges where two pieces meet"
    app.page.get_by_role("radio", name="Eraser").check(force=True)
    app.draw_with_mouse([[(0.1, 0.5), (0.5, 0.5)]])
    app.next_frame()
    most, left = app.page.evaluate(SEEN)
    assert left < whole
    assert most <= 96
    app.undo.click()
    app.undo.click()
    app.next_frame()
    most, spiral_only = app.page.evaluate(SEEN)
    assert spiral_only < whole
    assert app.strokes()[0][-1] == pytest.approx(spiral[-1], abs=0.01), "in one piece again"
    assert most <= 96


ANY_ORDER = """() => {
  let seed = 7;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const any = new MNIST.draw.Drawing();
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 280;
  const painter = new MNIST.draw.InkPainter(canvas);
  const copy = new OffscreenCanvas(280, 280).getContext('2d', { willReadFrequently: true });
  const alpha = (of) => {
    copy.clearRect(0, 0, 280, 280);
    copy.drawImage(of, 0, 0);
    return copy.getImageData(0, 0, 280, 280).data;
  };
  const differences = [];
  for (let step = 0; step < 120; step++) {
    const chance = random();
    let [x, y] = [28 * random(), 28 * random()];
    if (chance < 0.2) any.undo();
    else if (chance < 0.3) any.redo();
    else if (chance < 0.6) any.eraserDown({ x, y }, 0.72 + random());
    else any.penDown({ x, y }, MNIST.draw.BRUSH_SIGMAS[Math.floor(3 * random())]);
    for (let move = 0; move < 150 * random(); move++) {
      any.penMove({ x: (x += 2 * random() - 1), y: (y += 2 * random() - 1) });
      if (random() < 0.2) painter.paint(any.inkedStrokes, 'black');
    }
    any.penUp();
    painter.paint(any.inkedStrokes, 'black');
    const fresh = document.createElement('canvas');
    fresh.width = fresh.height = 280;
    new MNIST.draw.InkPainter(fresh).paint(any.inkedStrokes, 'black');
    const [a, b] = [alpha(canvas), alpha(fresh)];
    let most = 0;
    for (let i = 3; i < a.length; i += 4) most = Math.max(most, Math.abs(a[i] - b[i]));
    differences.push(most);
  }
  return differences;
}"""


def test_ink_is_amended_as_if_it_were_painted_anew_whatever_is_done(app: DigitPage) -> None:
    assert max(app.page.evaluate(ANY_ORDER)) <= 96, "but for soft edges, painted twice"


def test_only_the_left_button_draws(app: DigitPage) -> None:
    box = app.box()
    for button in ("right", "middle"):
        app.page.mouse.move(box["x"] + 50, box["y"] + 50)
        app.page.mouse.down(button=button)
        app.page.mouse.move(box["x"] + 150, box["y"] + 150)
        app.page.mouse.up(button=button)
    assert not any(app.ink())


def test_moving_without_a_button_draws_nothing(app: DigitPage) -> None:
    box = app.box()
    app.page.mouse.move(box["x"] + 50, box["y"] + 50)
    app.page.mouse.move(box["x"] + 150, box["y"] + 150, steps=5)
    assert not any(app.ink())


def test_a_stroke_that_leaves_the_pad_goes_on_when_it_comes_back(app: DigitPage) -> None:
    app.draw_with_mouse([[(0.8, 0.3), (1.3, 0.3), (1.3, 0.7), (0.8, 0.7)]])
    ink = app.ink()
    row = int(28 * 0.5)
    assert not any(ink[28 * row : 28 * row + 28]), "the way outside leaves no ink at the edge"
    assert pieces(ink) == 2


def test_releasing_outside_the_pad_ends_the_stroke(app: DigitPage) -> None:
    app.draw_with_mouse([[(0.5, 0.5), (1.5, 0.5)]])
    before = app.ink()
    box = app.box()
    app.page.mouse.move(box["x"] + 20, box["y"] + 20, steps=5)
    assert app.ink() == before


def test_a_second_finger_is_ignored(phone: DigitPage) -> None:
    phone.touch("touchStart", (0.2, 0.2))
    phone.touch("touchStart", (0.2, 0.2), (0.8, 0.8))
    phone.touch("touchMove", (0.2, 0.5), (0.8, 0.4))
    phone.touch("touchMove", (0.2, 0.8), (0.7, 0.3))
    phone.touch("touchEnd")
    both = phone.ink()
    phone.clear.tap()
    phone.draw_with_finger([[(0.2, 0.2), (0.2, 0.5), (0.2, 0.8)]])
    assert both == phone.ink()


def test_a_touch_that_the_system_takes_away_keeps_its_ink(phone: DigitPage) -> None:
    phone.touch("touchStart", (0.3, 0.2))
    phone.touch("touchMove", (0.7, 0.2))
    phone.touch("touchCancel")
    kept = phone.ink()
    assert any(kept)
    phone.draw_with_finger([[(0.7, 0.2), (0.4, 0.9)]])
    assert pieces(phone.ink()) == 1
    phone.predict.tap()
    phone.expect_digit(7)


def test_drawing_with_a_finger_does_not_scroll(phone: DigitPage) -> None:
    phone.draw_with_finger([lines("50 90, 50 10")])
    assert phone.page.evaluate("scrollY") == 0
    expect(phone.pad).to_have_css("touch-action", "none")
    assert pieces(phone.ink()) == 1


def test_turning_the_phone_in_mid_stroke_keeps_the_drawing(phone: DigitPage) -> None:
    bar, stem = lines("20 15, 80 15"), lines("80 15, 40 90")
    phone.touch("touchStart", bar[0])
    for point in bar[1:]:
        phone.touch("touchMove", point)
    phone.page.set_viewport_size({"width": 844, "height": 390})
    phone.next_frame()
    for point in stem:
        phone.touch("touchMove", point)
    phone.touch("touchEnd")
    turned = phone.ink()
    phone.predict.tap()
    phone.expect_digit(7)
    phone.clear.tap()
    phone.draw_with_finger([bar, stem])
    # A finger is felt to the nearest pixel, and the pad has fewer of them after the turn.
    differences = [abs(a - b) for a, b in zip(phone.ink(), turned, strict=True)]
    assert max(differences) <= 25


def test_resizing_the_window_in_mid_stroke_keeps_the_drawing(app: DigitPage) -> None:
    app.draw_with_mouse(SEVEN)
    drawn = app.ink()
    app.page.set_viewport_size({"width": 500, "height": 700})
    assert app.ink() == drawn
    app.predict.click()
    app.expect_digit(7)


def test_clear_empties_the_pad_and_the_answer(app: DigitPage) -> None:
    app.draw_with_mouse(SEVEN)
    app.predict.click()
    app.expect_digit(7)
    app.clear.click()
    assert not any(app.ink())
    expect(app.digit).to_be_empty()
    expect(app.result).to_have_attribute("data-view", "prompt")
    app.draw_with_mouse(placed(STYLES[3]["round"], 0.8))
    app.predict.click()
    app.expect_digit(3)


def test_undo_takes_back_strokes_and_a_clearing(app: DigitPage) -> None:
    bar, stem = lines("20 15, 80 15"), lines("80 15, 40 90")
    expect(app.undo).to_have_attribute("aria-disabled", "true")
    app.draw_with_mouse([bar])
    first = app.ink()
    app.draw_with_mouse([stem])
    both = app.ink()
    app.clear.click()
    app.undo.click()
    assert app.ink() == both
    app.undo.click()
    assert app.ink() == first
    app.undo.click()
    assert not any(app.ink())
    expect(app.undo).to_have_attribute("aria-disabled", "true")
    for _ in range(2):
        app.redo.click()
    assert app.ink() == both


def test_each_digit_has_a_bar_and_the_shares_add_up(app: DigitPage) -> None:
    app.draw_with_mouse(SEVEN)
    app.predict.click()
    app.expect_digit(7)
    expect(app.bars).to_have_count(10)
    expect(app.bars.nth(7)).to_have_class(re.compile("is-answer"))
    shares = app.bars.evaluate_all(
        "(bars) => bars.map((bar) => Number(bar.style.getPropertyValue('--share')))"
    )
    assert sum(shares) == pytest.approx(1, abs=1e-4)
    assert shares.index(max(shares)) == 7
    confidence = app.verdict.inner_text().removesuffix(" confident")
    expect(app.bars.nth(7)).to_have_text(f"7{confidence}")
