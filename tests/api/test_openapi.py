"""The OpenAPI document is valid, complete, and true of what the routes answer."""

import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from openapi_spec_validator import validate
from PIL import Image

from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.settings import Settings

STATUSES = {  # of each route, beside "default"
    ("post", "/predict"): {"200", "400", "413", "415", "422", "503"},
    ("post", "/predict/batch"): {"200", "400", "413", "415", "422", "503"},
    ("post", "/predict/image"): {"200", "413", "415", "422", "503"},
    ("post", "/predict/strokes"): {"200", "400", "413", "415", "422", "503"},
    ("get", "/health"): {"200"},
    ("get", "/livez"): {"200"},
    ("get", "/readyz"): {"200", "503"},
    ("get", "/model/info"): {"200", "503"},
    ("get", "/v2"): {"200"},
    ("get", "/v2/health/live"): {"200"},
    ("get", "/v2/health/ready"): {"200", "503"},
    ("get", "/v2/models/mnist"): {"200"},
    ("get", "/v2/models/mnist/ready"): {"200", "503"},
    ("post", "/v2/models/mnist/infer"): {"200", "400", "413", "415", "503"},
    ("get", "/model/weights"): {"200", "304", "503"},
    ("get", "/models"): {"200"},
    ("get", "/metrics"): {"200"},
    ("post", "/models/{name}/activate"): {"200", "401", "404", "409"},
}
ACTIVATE = "/models/{name}/activate"
JSON = {"Content-Type": "application/json"}
OCTETS = {
    "Content-Type": "application/octet-stream",
    "Accept": "application/octet-stream, application/problem+json",
}
PNG = {"Content-Type": "image/png"}
IMAGE = "/predict/image"
GOOD = {"pixels": [0, 1, 0.5, 1.0] * 196}
INFER = "/v2/models/mnist/infer"
TENSORS = {
    "id": "mine",
    "inputs": [{"name": "pixels", "shape": [1, 784], "datatype": "FP32", "data": GOOD["pixels"]}],
}


def image_file(*, grey: int) -> bytes:
    """Return a PNG of white paper with a line on it that is this light."""
    sheet = Image.new("L", (60, 80), 255)
    sheet.paste(grey, (28, 20, 33, 60))
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()


def resolve(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Put a schema beside the components that it refers to."""
    return {**schema, "components": document["components"]}


def closed(node: Any) -> Any:
    """Return a schema in which an object has the properties that it names, and no others."""
    if isinstance(node, dict):
        node = {key: closed(value) for key, value in node.items()}
        if "properties" in node and "additionalProperties" not in node:
            node["additionalProperties"] = False
    return [closed(item) for item in node] if isinstance(node, list) else node


@pytest.fixture
def document(client: TestClient) -> dict[str, Any]:
    content: dict[str, Any] = client.get("/openapi.json").json()
    return content


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    validate(document)


def test_asking_twice_gives_the_same_document(document: dict[str, Any], client: TestClient) -> None:
    assert client.get("/openapi.json").json() == document


def test_every_route_is_documented_with_a_problem_for_whatever_goes_wrong(
    document: dict[str, Any],
) -> None:
    operations = {
        (method, path): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }
    assert {name: set(operation["responses"]) for name, operation in operations.items()} == {
        name: statuses | {"default"} for name, statuses in STATUSES.items()
    }
    for (_, path), operation in operations.items():
        name = "InferenceProblem" if path.startswith("/v2") else "Problem"
        assert operation["summary"]
        assert operation["description"]
        problem = operation["responses"]["default"]["content"]["application/problem+json"]
        assert problem["schema"] == {"$ref": f"#/components/schemas/{name}"}
        for response in operation["responses"].values():
            reference = response["headers"]["X-Request-ID"]["$ref"].removeprefix("#/")
            assert reference == "components/headers/X-Request-ID"
    assert document["components"]["headers"]["X-Request-ID"]["description"]


@pytest.mark.parametrize("path", ["/predict", "/predict/batch", "/predict/strokes", INFER])
def test_the_example_is_accepted_by_its_schema_and_by_the_route(
    document: dict[str, Any], path: str
) -> None:
    body = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
    jsonschema.validate(body["example"], resolve(document, body["schema"]))
    with TestClient(create_app()) as client:  # the trained network
        response = client.post(path, json=body["example"])
    assert response.status_code == 200
    if path == INFER:
        assert response.json()["outputs"][1]["data"] == [7]
    else:
        assert '"prediction":7' in response.text


@pytest.mark.parametrize("bytes_", [783, 784, 784_000, 784_001])
def test_raw_digits_are_as_many_bytes_as_their_schema_says(
    document: dict[str, Any], client: TestClient, bytes_: int
) -> None:
    content = document["paths"]["/predict/batch"]["post"]["requestBody"]["content"]
    schema = content["application/octet-stream"]["schema"]
    accepted = client.post("/predict/batch", content=bytes(bytes_), headers=OCTETS).is_success
    assert accepted == (schema["minLength"] <= bytes_ <= schema["maxLength"])


@pytest.mark.parametrize(
    "body",
    [
        GOOD,
        {},
        [],
        None,
        {"pixels": None},
        {"pixels": [0] * 783},
        {"pixels": [0] * 785},
        {"pixels": [2] + [0] * 783},
        {"pixels": [-0.1] + [0] * 783},
        {"pixels": ["0"] + [0] * 783},
        {"pixels": [None] + [0] * 783},
        {"pixels": [True] + [0] * 783},
        {**GOOD, "more": 1},
    ],
)
def test_the_request_schema_accepts_what_the_route_accepts_and_nothing_else(
    document: dict[str, Any], client: TestClient, body: Any
) -> None:
    schema = document["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]
    validator = jsonschema.Draft202012Validator(resolve(document, schema["schema"]))
    accepted = client.post("/predict", json=body).status_code == 200
    assert validator.is_valid(body) == accepted == (body is GOOD)


def test_the_shortest_json_before_a_tensor_is_as_long_as_the_document_says(
    document: dict[str, Any], client: TestClient
) -> None:
    (length,) = document["paths"][INFER]["post"]["parameters"]
    described = {"name": "pixels", "shape": [1, 784], "datatype": "FP32"}
    request = {"inputs": [{**described, "parameters": {"binary_data_size": 3136}}]}
    text = json.dumps(request, separators=(",", ":")).encode()
    headers = {length["name"]: str(len(text))}
    assert client.post(INFER, content=text + bytes(3136), headers=headers).is_success
    assert length["schema"] == {"type": "integer", "minimum": len(text)}


def test_every_answer_keeps_to_the_schema_that_is_declared_for_it(
    document: dict[str, Any], app: FastAPI, tmp_path: Path
) -> None:
    requests: list[tuple[str, str, dict[str, Any]]] = [
        ("get", "/health", {}),
        ("get", "/livez", {}),
        ("get", "/readyz", {}),
        ("get", "/model/info", {}),
        ("get", "/model/weights", {}),
        ("get", "/model/weights", {"headers": {"If-None-Match": "*"}}),
        ("post", "/predict", {"json": GOOD}),
        ("post", "/predict", {"json": {}}),
        ("post", "/predict", {"content": b""}),
        ("post", "/predict", {"content": b"{", "headers": {"Content-Type": "application/json"}}),
        ("post", "/predict", {"json": {"x": "y" * 70_000}}),
        ("get", "/v2", {}),
        ("get", "/v2/health/live", {}),
        ("get", "/v2/health/ready", {}),
        ("get", "/v2/models/mnist", {}),
        ("get", "/v2/models/mnist/ready", {}),
        ("post", INFER, {"json": TENSORS}),
        ("post", INFER, {"json": {**TENSORS, "parameters": {"binary_data_output": True}}}),
        ("post", INFER, {"json": {}}),
        ("post", INFER, {"content": b" " * 20_971_521}),
        ("post", INFER, {"json": {}, "headers": {"Content-Encoding": "gzip"}}),
        ("post", "/predict/strokes", {"json": {"strokes": [[[0, 0], [1, 2]]]}}),
        ("post", "/predict/strokes", {"json": {"strokes": []}}),
        ("post", "/predict/strokes", {"json": {"x": "y" * 600_000}}),
        ("post", "/predict/strokes", {"content": b""}),
        ("post", "/predict/strokes", {"content": b"{", "headers": JSON}),
        ("post", IMAGE, {"content": image_file(grey=0), "headers": PNG}),
        ("post", IMAGE, {"content": image_file(grey=255), "headers": PNG}),
        ("post", IMAGE, {"content": bytes(21_000_000), "headers": PNG}),
        ("post", IMAGE, {"content": b"", "headers": JSON}),
        ("post", IMAGE, {"files": {"image": b"x"}}),
        ("post", "/predict/batch", {"json": {"images": [GOOD["pixels"]] * 2}}),
        ("post", "/predict/batch", {"content": bytes(784), "headers": OCTETS}),
        ("post", "/predict/batch", {"json": {"images": []}}),
        ("post", "/predict/batch", {"json": {"images": [[]] * 1001}}),
        ("post", "/predict/batch", {"content": bytes(784_001), "headers": OCTETS}),
        ("post", "/predict/batch", {"content": b""}),
        ("post", "/predict/batch", {"content": b"{", "headers": JSON}),
        ("get", "/models", {}),
        ("get", "/metrics", {}),
        ("post", ACTIVATE, {"name": "weights.pkl"}),
        ("post", ACTIVATE, {"name": "none.pkl"}),
        ("post", ACTIVATE, {"name": "weights.pkl", "headers": {"Host": "elsewhere.example"}}),
    ]
    seen = set()
    missing = tmp_path / "missing.pkl"
    for service in (app, create_app(), create_app(Settings(weights=missing))):
        with TestClient(service, "http://localhost", client=("127.0.0.1", 1)) as client:
            for method, path, given in requests:
                arguments = {key: value for key, value in given.items() if key != "name"}
                url = path.replace("{name}", given.get("name", ""))
                response = client.request(method, url, **arguments)
                seen.add((path, response.status_code))
                declared = document["paths"][path][method]["responses"]
                content = declared[str(response.status_code)].get("content")
                if content is None:
                    assert response.content == b""
                    continue
                media_type = response.headers["content-type"]
                schema = content[media_type]["schema"]
                if path == "/metrics":
                    assert schema == {"type": "string"}
                    continue
                if media_type == "application/octet-stream":
                    assert schema == {"type": "string", "format": "binary"}
                    continue
                jsonschema.validate(response.json(), closed(resolve(document, schema)))
    assert seen == {
        (path, int(status)) for (_, path), statuses in STATUSES.items() for status in statuses
    }


def test_the_examples_keep_to_their_schemas(document: dict[str, Any]) -> None:
    for schema in document["components"]["schemas"].values():
        if "example" in schema:
            jsonschema.validate(schema["example"], closed(resolve(document, schema)))
    for path in document["paths"].values():
        for operation in path.values():
            for response in operation["responses"].values():
                for content in response.get("content", {}).values():
                    if "example" in content:
                        schema = closed(resolve(document, content["schema"]))
                        jsonschema.validate(content["example"], schema)
