"""How many images a second the distortions make, on one core and one thread.

    PYTHONPATH=backend python benchmarks/augmentation_speed.py

The reference distorts one image after the other with scipy.ndimage, as Simard et al. describe it:
random displacements smoothed by a Gaussian, an affine map, one bilinear reading. SciPy is not a
dependency; without it the reference is left out. The times are the shortest of many short runs, so
that what else runs on the machine disturbs them little. Kept in results/augmentation_speed.txt.
"""

import contextlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from environment import environment
from mnist_recognizer.data.mnist import load_mnist
from mnist_recognizer.synthesis.augmentation import SIDE, Distortion, distort_bytes

RESULT = Path(__file__).parent / "results" / "augmentation_speed.txt"
IMAGES = 256  # a run: long enough to measure, short enough to be undisturbed now and then
RUNS, ROUNDS = 20, 20  # the rows take turns, so that what disturbs one disturbs all
REFERENCE = "scipy.ndimage, image by image"
SMOOTHING = 4.0  # pixels: Simard's σ

Bytes = NDArray[np.uint8]


def shortest_run(make: Callable[[Bytes], object], images: Bytes) -> float:
    """Return the seconds of the shortest of `RUNS` runs."""
    shortest = float("inf")
    for _ in range(RUNS):
        start = time.perf_counter()
        make(images)
        shortest = min(shortest, time.perf_counter() - start)
    return shortest


def scipy_reference(rng: np.random.Generator, d: Distortion) -> Callable[[Bytes], Bytes]:
    """Return a function that distorts images one by one with SciPy."""
    from scipy.ndimage import gaussian_filter, map_coordinates

    middle = (SIDE - 1) / 2
    y, x = np.mgrid[:SIDE, :SIDE] - middle

    def distort_one(image: Bytes) -> Bytes:
        angle = np.radians(rng.uniform(-d.rotation, d.rotation))
        cos, sin, shear = np.cos(angle), np.sin(angle), rng.uniform(-d.shear, d.shear)
        scale_x, scale_y = np.exp(rng.uniform(-d.scale, d.scale, 2))
        shift_x, shift_y = rng.uniform(-d.shift, d.shift, 2)
        bend_x, bend_y = (
            gaussian_filter(rng.uniform(-1, 1, (SIDE, SIDE)), SMOOTHING) for _ in range(2)
        )
        strength = 10 * d.elastic
        u = cos * scale_x * x + (cos * shear - sin) * scale_y * y + shift_x + strength * bend_x
        v = sin * scale_x * x + (sin * shear + cos) * scale_y * y + shift_y + strength * bend_y
        places = np.array([v + middle, u + middle])
        distorted: Bytes = map_coordinates(image, places, order=1, output=np.uint8)
        return distorted

    def one_by_one(images: Bytes) -> Bytes:
        return np.array([distort_one(image) for image in images])

    return one_by_one


def main() -> None:
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":  # it is read when NumPy is imported
        alone = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
        os.execve(sys.executable, [sys.executable, *sys.argv], alone)
    if hasattr(os, "sched_setaffinity"):  # one core, and the same one throughout
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    images = load_mnist().train_images[:IMAGES]
    rng = np.random.default_rng(0)
    plain, pens = Distortion(), Distortion(thickness=1.0)
    rows: dict[str, Callable[[Bytes], object]] = {
        "moved, turned, bent": lambda x: distort_bytes(x, rng, plain),
        "the same, with thickness": lambda x: distort_bytes(x, rng, pens),
    }
    with contextlib.suppress(ImportError):
        rows[REFERENCE] = scipy_reference(rng, plain)
    # as many images as the others would take the reference so long that each run is disturbed
    images_of = {name: images[: 8 if name == REFERENCE else IMAGES] for name in rows}
    speed = dict.fromkeys(rows, 0.0)
    for _ in range(ROUNDS):
        for name, make in rows.items():
            run = images_of[name]
            speed[name] = max(speed[name], len(run) / shortest_run(make, run))

    made_on = ", ".join(f"{name} {value}" for name, value in environment().items())
    lines = [made_on, "", f"{'one core, one thread':<32} {'images/s':>9} {'µs/image':>9}"]
    lines += [f"{name:<32} {v:>9,.0f} {1e6 / v:>9.1f}" for name, v in speed.items()]
    if REFERENCE in speed:
        ratio = speed["moved, turned, bent"] / speed[REFERENCE]
        lines += ["", f"{ratio:.0f} times as fast as {REFERENCE}"]
    else:
        lines += ["", "SciPy is not installed here, so there is no reference"]
    text = "\n".join(lines) + "\n"
    print(text, end="")
    RESULT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
