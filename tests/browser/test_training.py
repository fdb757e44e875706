"""Training in the page: in a worker or without one, the weights are those of Node, bit for bit."""

import pytest
from digit_page import DigitPage
from playwright.sync_api import Page, Route
from servers import ROOT, Server
from training_runs import EXPECTED, LOAD, TRAIN

FROM_DISK = (ROOT / "frontend" / "learn.html").as_uri()
SMALL = """
  const { test, training } = await MNIST.learn.loadDigits();
  const reports = [];
  const trainer = new MNIST.nn.Trainer({
    network: MNIST.nn.initialNetwork(), digits: training, test,
    onProgress: (progress) => reports.push(progress),
  });
"""


def run(page: Page, body: str) -> object:
    """Run the body of an async function in the page."""
    return page.evaluate(f"async () => {{ {body} }}")


def open_learn(page: Page, url: str) -> DigitPage:
    """Open the learning page, and have no complaint of the browser go unnoticed."""
    learn = DigitPage(page)
    page.goto(url)
    page.wait_for_function("() => globalThis.MNIST?.learn?.loadDigits !== undefined")
    return learn


def test_served_with_the_security_headers_a_worker_trains_to_nodes_weights(
    page: Page, api: Server
) -> None:
    learn = open_learn(page, f"{api.url}/learn.html")
    assert run(page, TRAIN) == {"found": EXPECTED, "isInWorker": True}
    assert learn.complaints == []


def test_opened_from_disk_a_worker_trains_to_nodes_weights(page: Page) -> None:
    learn = open_learn(page, FROM_DISK)
    assert run(page, TRAIN) == {"found": EXPECTED, "isInWorker": True}
    assert learn.complaints == []


def test_from_a_file_server_a_worker_trains_to_nodes_weights(page: Page, static: Server) -> None:
    learn = open_learn(page, f"{static.url}/learn.html")
    assert run(page, TRAIN) == {"found": EXPECTED, "isInWorker": True}
    assert learn.complaints == []


@pytest.mark.parametrize("policy", ["worker-src 'none'", "script-src 'self'"])
def test_where_a_policy_forbids_workers_the_page_trains_to_the_same_weights(
    page: Page, static: Server, policy: str
) -> None:
    def forbid(route: Route) -> None:
        answer = route.fetch()
        headers = answer.headers | {"content-security-policy": policy}
        route.fulfill(response=answer, headers=headers)

    page.route("**/learn.html", forbid)
    open_learn(page, f"{static.url}/learn.html")
    assert run(page, TRAIN) == {"found": EXPECTED, "isInWorker": False}


def test_a_paused_run_stays_where_it_is_and_a_snapshot_goes_on_exactly(page: Page) -> None:
    open_learn(page, FROM_DISK)
    found = run(
        page,
        LOAD
        + SMALL
        + """
  trainer.start();
  while ((reports.at(-1)?.steps ?? 0) < 5) await new Promise((done) => setTimeout(done, 5));
  await trainer.pause();
  const paused = reports.at(-1).steps;
  const snapshot = await trainer.snapshot();
  const prints = [];
  for (let k = 0; k < 2; k++) {
    await trainer.run({ batches: 9 });
    prints.push(MNIST.nn.fingerprint(reports.at(-1).network));
    await trainer.restore(structuredClone(snapshot));
  }
  const state = trainer.state;
  trainer.stop();
  return { moved: snapshot.steps - paused, same: prints[0] === prints[1], state };""",
    )
    assert found == {"moved": 0, "same": True, "state": "paused"}


def test_all_5000_digits_are_there_and_training_on_them_reads_most_test_digits(page: Page) -> None:
    open_learn(page, FROM_DISK)
    found = run(
        page,
        LOAD
        + """
  const { test, training } = await MNIST.learn.loadTrainingDigits();
  let accuracy = 0;
  const trainer = new MNIST.nn.Trainer({
    network: MNIST.nn.initialNetwork(), digits: training, test,
    onProgress: ({ measurements }) => { accuracy = measurements.at(-1)?.accuracy ?? accuracy; },
  });
  await trainer.run({ epochs: 1 });
  trainer.stop();
  return { count: training.labels.length, pixels: training.pixels.length, accuracy };""",
    )
    assert (found["count"], found["pixels"]) == (5000, 5000 * 784)
    assert found["accuracy"] > 0.8
