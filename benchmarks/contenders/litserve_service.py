"""LitServe's peer; contenders/serving.py starts it.

Its class stands in a module, because LitServe pickles it for another process.
"""

import litserve

from serving import answer, read, torch_model


class Digits(litserve.LitAPI):
    """The same network by PyTorch."""

    def __init__(self, weights):
        super().__init__(api_path="/predict")
        self.weights = weights

    def setup(self, device):  # noqa: ARG002 - LitServe's signature
        """Read the network, in the process that computes."""
        self.recognise = torch_model(read(self.weights))

    def decode_request(self, request):
        """Take a request as it is."""
        return request

    def predict(self, request):
        """Recognise one digit, or several."""
        return self.recognise(request.get("images") or [request["pixels"]])

    def encode_response(self, rows):
        """Answer as the other peers do."""
        if len(rows) == 1:
            return answer(rows[0])
        return {"predictions": [answer(row) for row in rows]}
