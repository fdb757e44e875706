"""/livez tells that the process lives, /readyz that it answers rightly."""

from pathlib import Path

from clients import refused, start
from fastapi.testclient import TestClient

from mnist_recognizer.locations import default_weights


def not_ready(client: TestClient) -> str:
    """See that the service lives and is not ready, and return why not."""
    assert client.get("/livez").json() == {"status": "alive"}
    detail = refused(client.get("/readyz"), 503)
    assert detail.endswith("Train one with: cd backend && python train.py")
    return detail


def test_with_the_trained_network_it_lives_and_is_ready() -> None:
    with start(default_weights()) as client:
        for path, status in (("/livez", "alive"), ("/readyz", "ready")):
            response = client.get(path)
            assert (response.status_code, response.json()) == (200, {"status": status})


def test_it_is_ready_as_soon_as_weights_appear(tmp_path: Path) -> None:
    weights = tmp_path / "weights.pkl"
    with start(weights) as client:
        assert not_ready(client).startswith("No trained model is loaded: weights.pkl does not")
        weights.write_bytes(default_weights().read_bytes())
        assert client.get("/readyz").status_code == 200


def test_a_damaged_file_is_not_ready(tmp_path: Path) -> None:
    weights = tmp_path / "weights.pkl"
    weights.write_bytes(default_weights().read_bytes()[:-1])
    with start(weights) as client:
        assert "is not a usable weights file" in not_ready(client)


def test_a_network_that_reads_the_golden_seven_wrong_is_not_ready(weights: Path) -> None:
    with start(weights) as client:  # an untrained one
        assert not_ready(client).startswith("The loaded network reads a clear 7 as a 1.")
        assert client.get("/health").json()["status"] == "healthy", "as it always was"


def test_a_network_that_overflows_is_not_ready(overflowing_weights: Path) -> None:
    with start(overflowing_weights) as client:
        assert not_ready(client).startswith("The loaded network gives no probabilities.")
