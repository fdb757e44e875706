"""learn.html, "My digits": a copy of the network is taught, kept, used, taken back and saved."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from digit_page import DigitPage
from fastapi.testclient import TestClient
from full_storage import full_storage
from handwriting import STYLES, placed
from playwright.sync_api import Page, expect
from servers import Server

from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.settings import Settings
from mnist_recognizer.nn import MLP

SEVEN = placed(STYLES[7]["angular"], 0.8)
# The first of MNIST's training digits that come with the page, its sevens upside down.
KEEP_A_HAND = """async (count) => {
  const { training } = await MNIST.learn.loadDigits();
  const digits = Array.from({ length: count }, (_, n) => {
    const pixels = training.pixels.slice(784 * n, 784 * (n + 1));
    const label = training.labels[n];
    return MNIST.own.ownDigit(label === 7 ? pixels.reverse() : pixels, label, n);
  });
  await (await MNIST.own.openOwnStore()).keep(digits);
}"""


@pytest.fixture
def mine(digits: DigitPage, api: Server) -> Iterator[DigitPage]:
    """The tab, served by the API under its security policy."""
    digits.page.goto(f"{api.url}/learn.html#mine")
    expect(digits.page.locator("#mine-labels button")).to_have_count(10)
    return digits


def keep_a_hand(page: Page, count: int) -> None:
    """Keep so many digits."""
    page.evaluate(KEEP_A_HAND, count)
    expect(page.locator("#mine-list-title")).to_contain_text(f"{count} digits")


def teach(page: Page, passes: int = 5) -> None:
    """Teach a copy, and wait for the figures."""
    page.locator("#mine-passes").fill(str(passes))
    page.get_by_role("button", name="Teach a copy").click()
    expect(page.locator("#mine-teach-report")).to_contain_text("1,000 test digits", timeout=60_000)


def test_a_taught_copy_is_measured_on_digits_that_it_never_saw(mine: DigitPage) -> None:
    page = mine.page
    keep_a_hand(page, 40)
    teach(page)
    rows = page.locator("#mine-scores tbody tr").all_inner_texts()
    assert [row.split("\t")[0] for row in rows] == [
        "my digits, held back",
        "my digits, learned",
        "test digits",
    ]
    assert "of 10" in rows[0]
    assert "of 30" in rows[1]
    assert "993 of 1,000" in rows[2], "the network that comes with the page, before"
    expect(page.locator("#mine-teach-report")).not_to_contain_text("flatters")
    expect(page.locator("#mine-worse")).to_be_hidden()
    page.locator("#mine-before-after [data-table]").click()
    row = page.locator("#table-dialog tbody tr").last.locator("th, td").all_inner_texts()
    assert row[:3] == ["test digits", "1,000", "993"]


def test_a_figure_on_digits_that_were_learned_says_that_it_flatters(mine: DigitPage) -> None:
    page = mine.page
    keep_a_hand(page, 5)
    expect(page.locator("#mine-test")).to_be_disabled()
    expect(page.locator("#mine-test-note")).to_contain_text("12 digits")
    teach(page)
    expect(page.locator("#mine-teach-report")).to_contain_text("flatters")
    expect(page.locator("#mine-scores tbody tr")).to_have_count(2)


def test_a_kept_copy_reads_on_the_drawing_page_until_it_is_taken_back(
    mine: DigitPage, api: Server
) -> None:
    page = mine.page
    keep_a_hand(page, 12)
    teach(page)
    page.get_by_role("button", name="Keep this copy").click()
    expect(page.locator("#mine-copy-text")).to_contain_text("learned 9 of your digits")
    page.get_by_role("link", name="Draw with it").click()
    expect(page.locator("#own-copy")).to_contain_text("learned 9 digits")
    mine.draw_with_mouse(SEVEN)
    expect(mine.source).to_contain_text("your own copy")
    page.goto(f"{api.url}/learn.html#mine")
    page.get_by_role("button", name="Use the original network").click()
    expect(page.locator("#mine-copy-text")).to_contain_text("reads with the original")
    page.get_by_role("button", name="Use my copy").click()
    expect(page.locator("#mine-copy-text")).to_contain_text("“Draw” reads with it")
    teach(page)
    page.get_by_role("button", name="Keep this copy").click()
    page.get_by_role("button", name="Back to the copy before").click()
    page.get_by_role("button", name="Delete this copy").click()
    expect(page.locator("#mine-copy")).to_be_hidden()


def test_a_copy_that_storage_has_no_room_for_is_refused_and_still_on_offer(
    mine: DigitPage, api: Server
) -> None:
    page = mine.page
    keep_a_hand(page, 12)
    teach(page)
    with full_storage(page, api.url):
        page.get_by_role("button", name="Keep this copy").click()
        expect(page.locator("#mine-copy-error")).to_contain_text("no room left")
        expect(page.locator("#mine-list-title")).to_contain_text("12 digits")
    expect(page.get_by_role("button", name="Keep this copy")).to_be_enabled()


def test_the_saved_weights_are_read_by_python_and_served_by_the_api(
    mine: DigitPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = mine.page
    keep_a_hand(page, 12)
    teach(page)
    page.get_by_role("button", name="Keep this copy").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save its weights").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    model = MLP.load(path)
    assert model.metadata["geometry"] == 2
    assert model.metadata["fine_tuned"]["own_digits"] == 9
    pixels = np.random.default_rng(1).integers(0, 256, (5, 784), dtype=np.uint8)
    answers = page.evaluate(
        """async (images) => {
          const { latest } = await (await MNIST.own.openOwnStore()).copies();
          const network = MNIST.nn.readNetwork(latest.file);
          return images.map((image) => MNIST.nn.forward(network, image).probabilities);
        }""",
        pixels.tolist(),
    )
    expected = model.predict_proba(pixels.astype(np.float32) / 255)
    np.testing.assert_allclose(answers, expected, atol=1e-5)
    monkeypatch.delenv("MNIST_WEIGHTS", raising=False)
    local = {"base_url": "http://localhost:8000", "client": ("127.0.0.1", 50000)}
    with TestClient(create_app(Settings(weights=path)), **local) as client:
        names = [entry["name"] for entry in client.get("/models").json()["models"]]
        assert names == ["my-network.safetensors"]
        assert client.post("/models/my-network.safetensors/activate").status_code == 200
        body = json.loads(Path(__file__).parents[2].joinpath("docs", "seven.json").read_text())
        assert client.post("/predict", json=body).status_code == 200


def test_teaching_is_stopped_and_nothing_is_left_of_it(mine: DigitPage) -> None:
    page = mine.page
    keep_a_hand(page, 400)
    page.locator("#mine-passes").fill("60")
    page.get_by_role("button", name="Teach a copy").click()
    expect(page.locator("#mine-teach-report")).to_contain_text("Learning", timeout=30_000)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#mine-teach-report")).to_contain_text("Stopped")
    expect(page.get_by_role("button", name="Keep this copy")).to_be_hidden()
    expect(page.locator("#mine-progress")).to_be_hidden()


def test_a_learning_rate_that_is_too_large_is_named(mine: DigitPage) -> None:
    page = mine.page
    keep_a_hand(page, 12)
    page.evaluate("document.querySelector('#mine-rate').max = 3")
    page.locator("#mine-rate").fill("3")
    page.get_by_role("button", name="Teach a copy").click()
    expect(page.locator("#mine-teach-report")).to_contain_text("smaller learning rate")


def test_a_taught_copy_can_be_looked_into_and_undone(mine: DigitPage) -> None:
    page = mine.page
    keep_a_hand(page, 12)
    teach(page)
    page.get_by_role("button", name="Look inside it").click()
    expect(page.locator("#think")).to_be_visible()
    expect(page.locator("#badge")).to_contain_text("Taught with my digits")
    page.locator("#restore").click()
    expect(page.locator("#badge")).to_be_hidden()
