"""Schemathesis sends what the OpenAPI document allows, and what it does not, to every route."""

import plausible_bodies  # noqa: F401 - it tells Schemathesis what bodies look like
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.settings import Settings

KEY = "correct-horse-battery"

app = create_app(Settings(api_keys=(KEY,), access_log=False))
# What the tool does by itself, whatever a file in the folder says.
schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=SchemathesisConfig())


@schema.parametrize()
@settings(max_examples=8, suppress_health_check=list(HealthCheck), derandomize=True)
def test_every_answer_keeps_to_the_document(case: schemathesis.Case) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {KEY}"})


def test_all_routes_are_tried() -> None:
    assert len(list(schema.get_all_operations())) > 15
