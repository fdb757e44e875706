"""The BentoML service of benchmarks/serving.py; contenders/serving.py starts it."""

import os

import bentoml

from serving import answer, read, torch_model


@bentoml.service(workers=1, logging={"access": {"enabled": False}})
class Digits:
    """The same network by PyTorch."""

    def __init__(self) -> None:
        self.recognise = torch_model(read(os.environ["SERVING_WEIGHTS"]))

    @bentoml.api(route="/predict")
    def predict(self, pixels: list[float]) -> dict:
        """Recognise one digit."""
        return answer(self.recognise([pixels])[0])

    @bentoml.api(route="/predict/batch")
    def batch(self, images: list[list[float]]) -> dict:
        """Recognise several."""
        return {"predictions": [answer(row) for row in self.recognise(images)]}
