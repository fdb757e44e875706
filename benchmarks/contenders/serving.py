"""The servers that benchmarks/serving.py puts beside this project's: one, by its name, on a port.

    python contenders/serving.py floor|torch|sklearn|litserve|bentoml WEIGHTS.npz PORT

Each is what its framework's own first example would be, with one worker and no access log. All but
`floor` serve the same weights.
"""

import os
import sys
from pathlib import Path

import numpy as np


def read(path):
    arrays = np.load(path)
    depth = len(arrays.files) // 2
    return [(arrays[f"W{n}"], arrays[f"b{n}"]) for n in range(1, depth + 1)]


def torch_model(layers):
    import torch

    torch.set_num_threads(1)
    parts = []
    for number, (W, b) in enumerate(layers):
        if number:
            parts.append(torch.nn.ReLU())
        layer = torch.nn.Linear(*W.shape)
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(W.T.copy()))
            layer.bias.copy_(torch.from_numpy(b))
        parts.append(layer)
    network = torch.nn.Sequential(*parts, torch.nn.Softmax(dim=1)).eval()

    def recognise(images):
        with torch.inference_mode():
            return network(torch.as_tensor(images, dtype=torch.float32)).numpy()

    return recognise


def sklearn_model(layers):
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier([W.shape[1] for W, _ in layers[:-1]], max_iter=1)
    model.partial_fit(np.zeros((10, 784), np.float32), np.arange(10), classes=np.arange(10))
    model.coefs_ = [W.astype(np.float32) for W, _ in layers]
    model.intercepts_ = [b.astype(np.float32) for _, b in layers]
    return lambda images: model.predict_proba(np.asarray(images, np.float32))


def answer(row):
    return {
        "prediction": int(np.argmax(row)),
        "probabilities": {str(digit): float(p) for digit, p in enumerate(row)},
        "confidence": float(np.max(row)),
    }


def fastapi_app(recognise):
    from fastapi import FastAPI, Request, Response
    from pydantic import BaseModel

    class Drawing(BaseModel):
        pixels: list[float]

    class Batch(BaseModel):
        images: list[list[float]]

    app = FastAPI()

    @app.post("/predict")
    async def predict(drawing: Drawing):
        return answer(recognise([drawing.pixels])[0])

    @app.post("/predict/batch")
    async def batch(batch: Batch):
        return {"predictions": [answer(row) for row in recognise(batch.images)]}

    @app.post("/raw")
    async def raw(request: Request):
        grey = np.frombuffer(await request.body(), np.uint8).reshape(-1, 784)
        return Response(recognise(grey.astype(np.float32) / 255).tobytes())

    return app


def floor_app():
    from fastapi import FastAPI, Request, Response

    app = FastAPI()

    async def nothing(request: Request):
        await request.body()
        return Response(b"{}", media_type="application/json")

    for path in ("/predict", "/predict/batch", "/raw"):
        app.post(path)(nothing)
    return app


def run_uvicorn(app, port):
    import uvicorn

    uvicorn.run(app, port=port, log_level="warning", access_log=False)


def run_litserve(weights, port):
    import litserve
    from litserve_service import Digits

    server = litserve.LitServer(Digits(weights), accelerator="cpu")
    server.run(port=port, num_api_servers=1, generate_client_file=False, log_level="warning")


def run_bentoml(port):
    command = [sys.executable, "-m", "bentoml", "serve", "bentoml_service:Digits"]
    os.execv(sys.executable, [*command, "--port", str(port)])


if __name__ == "__main__":
    name, weights, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if name == "floor":
        run_uvicorn(floor_app(), port)
    elif name == "torch":
        run_uvicorn(fastapi_app(torch_model(read(weights))), port)
    elif name == "sklearn":
        run_uvicorn(fastapi_app(sklearn_model(read(weights))), port)
    elif name == "litserve":
        run_litserve(weights, port)
    elif name == "bentoml":
        os.environ["SERVING_WEIGHTS"] = str(Path(weights).resolve())
        os.chdir(Path(__file__).resolve().parent)
        run_bentoml(port)
