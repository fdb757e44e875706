"""Several networks side by side: listed, switched, refused, and who may switch them."""

import os
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from clients import refused, start
from fastapi.testclient import TestClient

from mnist_recognizer.api.model import weights_file as model_file
from mnist_recognizer.api.model.example import SEVEN
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP

KEY = "correct-horse-battery"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the trained network twice, and files that are no use."""
    folder = tmp_path / "models"
    model = MLP.load(default_weights())
    model.save(folder / "first.pkl")
    for array in (*model.weights[-1:], *model.biases[-1:]):
        array *= 2  # as sure again of everything
    model.save(folder / "second.npz")
    MLP(hidden_sizes=(16,), seed=0).save(folder / "untrained.safetensors")
    MLP(100, (8,), 10).save(folder / "other.npz")
    (folder / "damaged.pkl").write_bytes(b"damaged")
    (folder / "notes.txt").write_text("not weights")
    (folder / "a-folder.pkl").mkdir()
    return folder


def active(client: TestClient) -> str:
    answer = client.get("/models").json()
    marked = [model["name"] for model in answer["models"] if model["active"]]
    assert marked == [answer["active"]]
    return str(answer["active"])


def confidence(client: TestClient) -> float:
    return float(client.post("/predict", json={"pixels": SEVEN}).json()["confidence"])


def test_the_weights_files_of_the_folder_are_listed(folder: Path) -> None:
    with start(folder / "first.pkl") as client:
        answer = client.get("/models").json()
    names = [model["name"] for model in answer["models"]]
    assert names == [
        "damaged.pkl", "first.pkl", "other.npz", "second.npz", "untrained.safetensors"
    ]  # fmt: skip
    first = answer["models"][1]
    assert first["file_size_bytes"] == (folder / "first.pkl").stat().st_size
    assert first["modified_at"].endswith("Z")
    assert answer["active"] == "first.pkl"


def test_a_file_whose_name_is_no_text_is_left_out(folder: Path) -> None:
    (folder / os.fsdecode(b"\xff.pkl")).write_bytes(default_weights().read_bytes())
    with start(folder / "first.pkl") as client:
        names = [model["name"] for model in client.get("/models").json()["models"]]
        assert client.post("/models/%FF.pkl/activate").status_code == 404
    assert len(names) == 5


def test_another_folder_is_offered_beside_the_configured_file(folder: Path) -> None:
    with start(default_weights(), models_folder=folder) as client:
        assert active(client) == "weights.pkl"
        assert client.post("/models/first.pkl/activate").status_code == 200
        assert client.post("/models/weights.pkl/activate").status_code == 200
        assert active(client) == "weights.pkl"


def test_a_folder_that_does_not_exist_offers_nothing_else(tmp_path: Path) -> None:
    with start(default_weights(), models_folder=tmp_path / "none") as client:
        assert [model["name"] for model in client.get("/models").json()["models"]] == [
            "weights.pkl"
        ]


def test_a_file_that_goes_away_while_they_are_listed_is_left_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with start(folder / "first.pkl") as client:
        gone = folder / "second.npz"
        really = Path.is_file

        def unlinked(path: Path) -> bool:
            there = really(path)
            if path == gone:
                gone.unlink(missing_ok=True)
            return there

        monkeypatch.setattr(Path, "is_file", unlinked)
        names = [model["name"] for model in client.get("/models").json()["models"]]
    assert "second.npz" not in names
    assert "other.npz" in names


def test_another_network_answers_from_the_next_request_on(folder: Path) -> None:
    with start(folder / "first.pkl") as client:
        before = confidence(client)
        response = client.post("/models/second.npz/activate")
        assert response.status_code == 200
        assert response.json() == {
            "active": "second.npz", "architecture": "784 -> 128 -> 64 -> 10"
        }  # fmt: skip
        assert active(client) == "second.npz"
        assert client.get("/model/info").json()["file_name"] == "second.npz"
        assert confidence(client) > before
        client.post("/models/first.pkl/activate")
        assert confidence(client) == before


def test_the_file_that_was_switched_to_is_watched_like_the_first(folder: Path) -> None:
    with start(folder / "first.pkl") as client:
        client.post("/models/second.npz/activate")
        MLP.load(folder / "first.pkl").save(folder / "second.npz")
        once = confidence(client)
        (folder / "second.npz").unlink()
        assert confidence(client) == once, "deleted, and still in use"
        assert client.get("/models").json()["active"] == "second.npz"


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("damaged.pkl", 409, "damaged.pkl is not a usable weights file: "),
        ("other.npz", 409, "other.npz holds a network 100 -> 8 -> 10; "),
        ("untrained.safetensors", 409, "The network in untrained.safetensors reads a clear 7 as"),
        ("none.pkl", 404, "There is no weights file 'none.pkl'; GET /models lists them."),
        ("a-folder.pkl", 404, "There is no weights file"),
        ("notes.txt", 404, "There is no weights file"),
        ("..%2F..%2Fsecret.pkl", 404, "There is nothing at"),
        ("x" * 5000, 404, "There is no weights file 'xxx"),
        ("%00", 404, "There is no weights file"),
    ],
)
def test_a_bad_file_is_refused_and_the_one_in_use_stays(
    folder: Path, name: str, status: int, reason: str
) -> None:
    with start(folder / "first.pkl") as client:
        before = confidence(client)
        response = client.post(f"/models/{name}/activate")
        assert response.status_code == status
        detail = response.json()["detail"]
        assert detail.startswith(reason)
        assert str(folder) not in detail
        if status == 409:
            assert detail.endswith(". first.pkl stays in use.")
        assert (active(client), confidence(client)) == ("first.pkl", before)


def test_a_network_that_overflows_is_refused(folder: Path) -> None:
    model = MLP(hidden_sizes=(16,))
    for array in (*model.weights, *model.biases):
        array[...] = 3e38
    model.save(folder / "huge.npz")
    with start(folder / "first.pkl") as client:
        response = client.post("/models/huge.npz/activate")
    assert response.json()["detail"].startswith("The network in huge.npz gives no probabilities.")


def test_a_file_that_may_not_be_read_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(path: Path) -> MLP:
        raise PermissionError(13, "Permission denied", str(path))

    with start(folder / "first.pkl") as client:
        monkeypatch.setattr(MLP, "load", denied)
        response = client.post("/models/second.npz/activate")
    assert response.json()["detail"].startswith("second.npz cannot be read: Permission denied.")


def test_no_request_is_lost_while_networks_are_switched(folder: Path) -> None:
    statuses = []
    with start(folder / "first.pkl") as client:
        right = {confidence(client)}
        client.post("/models/second.npz/activate")
        right.add(confidence(client))

        def ask() -> None:
            for _ in range(50):
                response = client.post("/predict", json={"pixels": SEVEN})
                statuses.append(response.status_code)
                assert response.json()["confidence"] in right

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        for _ in range(10):
            for name in ("first.pkl", "second.npz"):
                assert client.post(f"/models/{name}/activate").status_code == 200
        for thread in threads:
            thread.join()
    assert statuses == [200] * 100


def test_a_switch_wins_over_a_changed_file_that_was_just_being_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with start(folder / "first.pkl") as client:
        file = client.app_state["model_file"]
        load = MLP.load
        switched = []

        def slowly(path: Path) -> MLP:
            if path.name == "first.pkl" and not switched:
                switched.append(file.switch(folder / "second.npz"))
            return load(path)

        monkeypatch.setattr(MLP, "load", slowly)
        os.utime(folder / "first.pkl", (1, 1))
        assert file.current() is switched[0]
        assert active(client) == "second.npz"


def test_a_switch_wins_over_a_card_that_was_just_being_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "first.json").write_text('{"note": "first"}')
    with start(folder / "first.pkl") as client:
        file = client.app_state["model_file"]
        read = model_file._card

        def slowly(path: Path, digest: str) -> Any:
            if path.name == "first.pkl":
                file.switch(folder / "second.npz")
            return read(path, digest)

        monkeypatch.setattr(model_file, "_card", slowly)
        assert file.card() == {"note": "first"}
        assert active(client) == "second.npz"


class TestPermission:
    PATH = "/models/second.npz/activate"

    def check_unauthorized(self, response: httpx.Response) -> None:
        assert "Authorization: Bearer KEY" in refused(response, 401)
        assert response.headers["www-authenticate"].startswith('Bearer realm="MNIST Recognizer"')
        assert KEY not in response.text

    @pytest.mark.parametrize("client", [("127.0.0.1", 1), ("192.0.2.7", 1)])
    def test_whoever_has_a_key_may_switch(self, folder: Path, client: tuple[str, int]) -> None:
        keys = ("another-long-enough", KEY)
        with start(folder / "first.pkl", client, api_keys=keys) as service:
            for key in keys:
                response = service.post(self.PATH, headers={"Authorization": f"Bearer {key}"})
                assert response.status_code == 200

    @pytest.mark.parametrize(
        "given",
        [None, "", KEY, "Bearer", "Bearer wrong", f"Basic {KEY}", f"Bearer {KEY}x", b"Bearer \xff"],
    )
    @pytest.mark.parametrize("client", [("127.0.0.1", 1), ("192.0.2.7", 1)])
    def test_with_keys_set_nobody_may_switch_without_one(
        self, folder: Path, client: tuple[str, int], given: str | bytes | None
    ) -> None:
        with start(folder / "first.pkl", client, api_keys=(KEY,)) as service:
            headers = {} if given is None else {"Authorization": given}
            response = service.post(self.PATH, headers=headers)
            self.check_unauthorized(response)
            assert active(service) == "first.pkl"
        invalid = 'error="invalid_token"' in response.headers["www-authenticate"]
        assert invalid == (given not in (None, "", KEY, "Bearer"))

    @pytest.mark.parametrize(
        ("client", "headers"),
        [
            (("192.0.2.7", 1), {}),
            (("testclient", 1), {}),
            (("127.0.0.1", 1), {"X-Forwarded-For": "192.0.2.7"}),
            (("127.0.0.1", 1), {"Forwarded": "for=192.0.2.7"}),
            (("127.0.0.1", 1), {"X-Real-IP": "192.0.2.7"}),
            (("127.0.0.1", 1), {"Via": "1.1 proxy"}),
            (("127.0.0.1", 1), {"Host": "rebound.example"}),
            (("127.0.0.1", 1), {"Origin": "https://evil.example"}),
            (("127.0.0.1", 1), {"Origin": "null"}),
        ],
    )
    def test_without_keys_nobody_from_elsewhere_may_switch(
        self, folder: Path, client: tuple[str, int], headers: dict[str, str]
    ) -> None:
        with start(folder / "first.pkl", client) as service:
            self.check_unauthorized(service.post(self.PATH, headers=headers))
            assert active(service) == "first.pkl"

    @pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
    def test_without_keys_this_machine_may_switch(self, folder: Path, host: str) -> None:
        with start(folder / "first.pkl") as service:
            headers = {"Host": host, "Origin": f"http://{host}"}
            assert service.post(self.PATH, headers=headers).status_code == 200

    def test_listing_needs_no_key(self, folder: Path) -> None:
        with start(folder / "first.pkl", ("192.0.2.7", 1), api_keys=(KEY,)) as service:
            assert service.get("/models").status_code == 200
