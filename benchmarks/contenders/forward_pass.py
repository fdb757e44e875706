"""One contender of benchmarks/forward_pass.py: a process that is told what to recognise, and times.

    python contenders/forward_pass.py CONTENDER THREADS FOLDER

For every line it reads, the name of an array in FOLDER and how many images go through at once, it
writes the median of the seconds that one call took.
"""

import sys
import time
from pathlib import Path

import numpy as np

SECONDS = 0.25


def textbook(folder, _):
    from mnist_recognizer.nn import MLP

    return MLP.load(folder / "weights.npz").predict_proba


def fast(folder, _, *, scored):
    from mnist_recognizer.nn import MLP
    from mnist_recognizer.nn.fast_inference import FastInference

    model = MLP.load(folder / "weights.npz")
    if not scored:
        model.metadata.clear()
    bytes(8 << 20)  # as in the server, glibc keeps freed memory after this (api/app.py)
    return FastInference(model).read


def pytorch(folder, threads):
    import torch

    from serving import read, torch_model

    recognise = torch_model(read(folder / "weights.npz"))
    torch.set_num_threads(threads)
    return recognise


def onnxruntime(folder, threads):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(folder / "weights.onnx"), options)
    name = session.get_inputs()[0].name
    return lambda x: session.run(["probabilities"], {name: x})


CONTENDERS = {
    "FastInference": lambda *given: fast(*given, scored=False),
    "FastInference with score": lambda *given: fast(*given, scored=True),
    "MLP.predict_proba": textbook,
    "batch of bytes": lambda *given: fast(*given, scored=True),
    "PyTorch": pytorch,
    "onnxruntime": onnxruntime,
}


def median_seconds(recognise, parts):
    times = []
    for part in parts[:3]:
        recognise(part)
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        for part in parts:
            began = time.perf_counter()
            recognise(part)
            times.append(time.perf_counter() - began)
    return float(np.median(times))


def main():
    name, threads, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    recognise = CONTENDERS[name](folder, threads)
    print("ready", flush=True)
    for line in sys.stdin:
        array, at_once = line.split()
        images = np.load(folder / f"{array}.npy")
        count = int(at_once)
        parts = [images[i : i + count] for i in range(0, len(images), count)]
        print(median_seconds(recognise, parts), flush=True)


if __name__ == "__main__":
    main()
