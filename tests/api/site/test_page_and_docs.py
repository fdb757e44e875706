"""The page at /, Swagger UI at /docs, and the headers that both live under."""

import http.client
from pathlib import Path

import pytest
from clients import start
from fastapi.testclient import TestClient
from starlette.types import Receive, Scope, Send

from mnist_recognizer.api import app as app_module
from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.settings import Settings
from mnist_recognizer.locations import frontend_folder


@pytest.fixture
def frontend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page's folder, with a file beside it that must never be served."""
    folder = tmp_path / "frontend"
    (folder / "js").mkdir(parents=True)
    (folder / "index.html").write_text("<title>page</title>")
    (folder / "js" / "script.js").write_text("'one';")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    monkeypatch.setattr(app_module, "frontend_folder", lambda: folder)
    return folder


def test_the_projects_own_page_is_served_whole(client: TestClient) -> None:
    for file in frontend_folder().rglob("*.*"):
        response = client.get("/" + file.relative_to(frontend_folder()).as_posix())
        assert response.status_code == 200
        assert response.content == file.read_bytes()
    index = client.get("/")
    assert index.headers["content-type"] == "text/html; charset=utf-8"
    assert index.content == (frontend_folder() / "index.html").read_bytes()


def test_a_browser_asks_again_and_gets_a_304_or_the_new_file(frontend: Path, weights: Path) -> None:
    with start(weights) as client:
        first = client.get("/js/script.js")
        assert first.headers["cache-control"] == "no-cache"
        assert first.headers["content-type"] == "text/javascript; charset=utf-8"
        known = {"If-None-Match": first.headers["etag"]}
        again = client.get("/js/script.js", headers=known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["cache-control"] == "no-cache"
        (frontend / "js" / "script.js").write_text("'another';")
        changed = client.get("/js/script.js", headers=known)
        assert (changed.status_code, changed.text) == (200, "'another';")


def test_text_is_compressed_for_whoever_reads_that(frontend: Path, weights: Path) -> None:
    (frontend / "js" / "long.js").write_text("'long';\n" * 1000)
    with start(weights) as client:
        packed = client.get("/js/long.js", headers={"Accept-Encoding": "gzip"})
        plain = client.get("/js/long.js", headers={"Accept-Encoding": "identity"})
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding, Origin"
        assert int(packed.headers["content-length"]) < 1000
        assert "content-encoding" not in plain.headers
        assert packed.content == plain.content
        known = {"If-None-Match": packed.headers["etag"], "Accept-Encoding": "gzip"}
        assert client.get("/js/long.js", headers=known).status_code == 304


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("gzip;q=0.001", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, br", False),
        ("br;q=1, gzip ;Q=0", False),
        ("br", False),
    ],
)
def test_who_refuses_gzip_gets_none(
    frontend: Path, weights: Path, accepted: str, packed: bool
) -> None:
    (frontend / "js" / "long.js").write_text("'long';\n" * 1000)
    with start(weights) as client:
        answer = client.get("/js/long.js", headers={"Accept-Encoding": accepted})
    assert (answer.headers.get("content-encoding") == "gzip") == packed
    assert answer.headers["vary"] == "Accept-Encoding, Origin"
    assert answer.headers["etag"].startswith('W/"')  # for it is the same either way


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "part", ["bytes=0-1", "bytes=9-1", "bytes=abc", "items=0-1", "bytes=999999-"]
)
def test_a_file_is_sent_whole(client: TestClient, method: str, part: str) -> None:
    whole = client.request(method, "/")
    for condition in ({}, {"If-Range": whole.headers["etag"]}):
        answer = client.request(method, "/", headers={"Range": part, **condition})
        assert (answer.status_code, answer.content) == (200, whole.content)
        assert answer.headers["content-length"] == whole.headers["content-length"]
        assert "accept-ranges" not in answer.headers


def test_nobody_is_sent_to_a_folder(frontend: Path, weights: Path) -> None:
    (frontend / "js" / "index.html").write_text("inside")
    with start(weights) as client:
        assert client.get("/js", follow_redirects=False).status_code == 404
        assert client.get("/js/").text == "inside"


def test_head_answers_without_a_body(client: TestClient) -> None:
    response = client.head("/")
    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/js/../../secret.txt",
        "/js/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/link.txt",
        "/js",
        "/js/",
        "/%00",
        "/" + "x" * 5000,
        "/docs/files/../../app.py",
        "/docs/files/%2e%2e/core.py",
        "/index.html/x",
        "/health/",
        "/predict/",
        "/js//..",
    ],
)
def test_nothing_outside_the_folder_is_served(frontend: Path, weights: Path, path: str) -> None:
    with start(weights) as client:
        response = client.get(f"http://testserver{path}", follow_redirects=False)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


def test_without_the_pages_folder_the_api_answers_and_the_root_explains(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "frontend_folder", lambda: tmp_path / "missing")
    with start(weights) as client:
        assert client.get("/health").json()["status"] == "healthy"
        response = client.get("/")
        assert response.status_code == 404
        assert "The page is not installed" in response.json()["detail"]
        assert str(tmp_path) not in response.text
        assert client.get("/css/base.css").status_code == 404


def test_docs_name_files_of_this_server_alone(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "//" not in page.text
    for file in ("docs/start.js", "docs/files/swagger-ui.css", "docs/files/swagger-ui-bundle.js"):
        assert f'"{file}"' in page.text
        assert client.get("/" + file).status_code == 200
    script = client.get("/docs/start.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert '"openapi.json"' in script.text
    assert client.get("/redoc").status_code == 404


def test_swagger_ui_is_new_enough_for_the_openapi_document(client: TestClient) -> None:
    """Swagger UI shows OpenAPI 3.1 since its version 5."""
    assert client.get("/openapi.json").json()["openapi"] == "3.1.0"
    assert 'PACKAGE_VERSION:"5.' in client.get("/docs/files/swagger-ui-bundle.js").text


@pytest.mark.parametrize("path", ["//evil.example/..", "/css/..", "/.", "/../frontend", "/css"])
def test_dots_on_the_wire_lead_nowhere(server: str, path: str) -> None:
    host, _, port = server.removeprefix("http://").partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    connection.request("GET", path)  # as it is: other clients would take the dots out
    response = connection.getresponse()
    response.read()
    connection.close()
    assert response.status == 404
    assert response.getheader("Location") is None


@pytest.mark.parametrize("path", ["/", "/docs", "/health", "/nothing", "/css/base.css"])
def test_every_answer_tells_the_browser_to_run_and_load_only_what_is_ours(
    client: TestClient, path: str
) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    policy = headers.get_list("content-security-policy")
    assert len(policy) == 1
    assert "default-src 'none'" in policy[0]
    assert "unsafe" not in policy[0]


def test_a_server_that_sends_files_by_itself_gets_compressed_ones(
    frontend: Path, weights: Path
) -> None:
    (frontend / "js" / "long.js").write_text("'long';\n" * 1000)
    app = create_app(Settings(weights=weights))

    async def sends_files(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "extensions": {"http.response.pathsend": {}}}, receive, send)

    with TestClient(sends_files) as client:
        answer = client.get("/js/long.js", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["content-encoding"] == "gzip"
