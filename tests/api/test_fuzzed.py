"""Schemathesis sends what the OpenAPI document allows, and what it does not, to every route."""

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from mnist_recognizer.api.app import create_app
from mnist_recognizer.api.settings import Settings

KEY = "correct-horse-battery"
# The schemas do not say that bytes are a picture, or 784 for each digit, or where a tensor begins,
# so what keeps to the document may still be refused there.
# All other checks hold for these routes too.
MAY_REFUSE = {"/predict/batch", "/predict/image", "/v2/models/mnist/infer"}
# Too many numbers are too large a body: refused, and rightly so.
REFUSALS = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429]

config = SchemathesisConfig.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}}
)
app = create_app(Settings(api_keys=(KEY,), access_log=False))
schema = schemathesis.openapi.from_asgi("/openapi.json", app, config=config)


@schema.parametrize()
@settings(max_examples=8, suppress_health_check=list(HealthCheck), derandomize=True)
def test_every_answer_keeps_to_the_document(case: schemathesis.Case) -> None:
    excluded = [positive_data_acceptance] if case.path in MAY_REFUSE else []
    headers = {"Authorization": f"Bearer {KEY}"}
    case.call_and_validate(headers=headers, excluded_checks=excluded)


def test_all_routes_are_tried() -> None:
    assert len(list(schema.get_all_operations())) > 15
