"""Where the time of one answer goes: each part of `POST /predict` alone, without HTTP.

    python benchmarks/request_parts.py

The body is one of MNIST's test images as JSON. The parts are what the route calls, one after the
other; "whole" is all of them, as the route runs them. For 1,000 digits as bytes the parts are
straightening and the network with its score. Each is timed alone, on one thread: the median of
rounds, each the mean of many calls. The last lines say how much of a bare route's throughput would
be left if everything else, HTTP and middleware included, cost nothing beyond that route (its time
per answer is from serving.txt).
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from threadpoolctl import threadpool_limits

from environment import environment
from mnist_recognizer.api.predict.answers import answer_to, fast, prediction, read_images
from mnist_recognizer.api.predict.pixels import parse_drawing
from mnist_recognizer.data.mnist import load_mnist
from mnist_recognizer.locations import default_weights
from mnist_recognizer.nn import MLP
from mnist_recognizer.vision.geometry import network_input, to_geometry

RESULT = Path(__file__).parent / "results" / "request_parts.txt"
BARE = 1e6 / 7467  # µs an answer of the bare route with 32 clients, one core, in serving.txt
ROUNDS, SECONDS = 15, 0.05


def microseconds(call: Callable[[], object]) -> float:
    """Return the median of rounds, each the mean of as many calls as fit into SECONDS."""
    call()
    means = []
    for _ in range(ROUNDS):
        started, calls = time.perf_counter(), 0
        while (spent := time.perf_counter() - started) < SECONDS:
            call()
            calls += 1
        means.append(1e6 * spent / calls)
    return statistics.median(means)


def main() -> None:
    model = MLP.load(default_weights())
    images = load_mnist().test_images[:1000].reshape(1000, 784)
    body = msgspec.json.encode({"pixels": [round(grey / 255, 4) for grey in images[0].tolist()]})
    pixels = parse_drawing(body)[None]
    x = network_input(model, pixels)
    upright = to_geometry(model, images)
    network = fast(model)
    probabilities, reasons = read_images(model, pixels)
    answer = prediction(probabilities[0].tolist(), reasons[0])
    with threadpool_limits(1):
        one = {
            "decode 784 numbers of JSON": microseconds(lambda: parse_drawing(body)),
            "straighten": microseconds(lambda: network_input(model, pixels)),
            "network and score": microseconds(lambda: network.read(x, with_scores=True)),
            "straighten, network, reasons": microseconds(lambda: read_images(model, pixels)),
            "encode the answer": microseconds(lambda: msgspec.json.encode(answer)),
            "whole": microseconds(
                lambda: msgspec.json.encode(answer_to(model, parse_drawing(body)[None]))
            ),
        }
        many = {
            "straighten": microseconds(lambda: to_geometry(model, images)),
            "network and score": microseconds(lambda: network.read(upright, with_scores=True)),
            "whole, with reasons": microseconds(lambda: read_images(model, images)),
        }
    lines = [f"{name}: {value}" for name, value in environment().items()]
    lines += ["", f"one digit as JSON of {len(body):,} bytes, in µs"]
    lines += [f"  {name:30}{value:8.1f}" for name, value in one.items()]
    lines += ["", "1,000 digits as bytes, in µs"]
    lines += [f"  {name:30}{value:8.1f}" for name, value in many.items()]
    with_ours = BARE + one["whole"]
    left = f"{BARE / with_ours:.0%} of its throughput would be left"
    each = [1e9 / many[name] for name in ("whole, with reasons", "network and score")]
    lines.append("")
    lines.append(f"a bare route: {BARE:.0f} µs an answer; with ours on top {with_ours:.0f}: {left}")
    lines.append(f"1,000 digits without HTTP: {each[0]:,.0f} a second and core")
    lines.append(f"the same without straightening: {each[1]:,.0f}")
    text = "\n".join(lines) + "\n"
    print(text, end="")
    RESULT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
