"""A neural network that reads handwritten digits, from scratch: NumPy and nothing else.

    cd backend && pip install -r requirements.txt && python ../examples/from_scratch.py

It trains 784 → 128 → 64 → 10 on MNIST and reads more than 97% of the test images after 10 epochs,
in under a minute. backend/mnist_recognizer/nn/model.py is the same network for any layers, and
docs/backpropagation.md derives every line of `backward`.
"""

import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np

SIZES = 784, 128, 64, 10  # the pixels of an image, two hidden layers, the ten digits
EPOCHS = 10
BATCH_SIZE = 64
LEARNING_RATE = 0.1


def initialise(rng):
    """Draw weights of variance 2 / fan_in, so that signals keep their size; biases are 0."""
    layers = []
    for fan_in, fan_out in pairwise(SIZES):
        W = rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out)).astype(np.float32)
        b = np.zeros(fan_out, np.float32)
        layers.append((W, b))
    return layers


def forward(layers, x):
    """Return what each layer puts out: x, a1, a2, and the logits. One row an image."""
    (W1, b1), (W2, b2), (W3, b3) = layers
    a1 = np.maximum(x @ W1 + b1, 0)  # (batch, 128), ReLU: negative sums become 0
    a2 = np.maximum(a1 @ W2 + b2, 0)  # (batch, 64)
    z3 = a2 @ W3 + b3  # (batch, 10), one number a digit
    return x, a1, a2, z3


def softmax(z):
    """Turn logits into probabilities: positive numbers whose sum is 1."""
    exp = np.exp(z - z.max(axis=1, keepdims=True))  # without the maximum, exp could overflow
    return exp / exp.sum(axis=1, keepdims=True)


def backward(layers, activations, y):
    """Return the loss, and its derivative by every W and b: the chain rule from last to first."""
    _, (W2, _), (W3, _) = layers
    x, a1, a2, z3 = activations
    batch = np.arange(len(y))

    y_hat = softmax(z3)
    loss = -np.log(y_hat[batch, y] + 1e-30).mean()  # cross-entropy: how surprising the digit is

    delta3 = y_hat  # dL/dz3 = (y_hat - y) / batch, where y is 1 at the right digit, else 0
    delta3[batch, y] -= 1
    delta3 /= len(y)
    dW3, db3 = a2.T @ delta3, delta3.sum(axis=0)

    delta2 = delta3 @ W3.T * (a2 > 0)  # ReLU has the slope 1 where it let the sum through, else 0
    dW2, db2 = a1.T @ delta2, delta2.sum(axis=0)

    delta1 = delta2 @ W2.T * (a1 > 0)
    dW1, db1 = x.T @ delta1, delta1.sum(axis=0)

    return loss, [(dW1, db1), (dW2, db2), (dW3, db3)]


def step(layers, gradients, learning_rate):
    """Go a little way downhill: subtract a share of the gradient from every weight and bias."""
    for (W, b), (dW, db) in zip(layers, gradients, strict=True):
        W -= learning_rate * dW
        b -= learning_rate * db


def accuracy(layers, x, y):
    """Return the share of images whose largest logit is at the right digit."""
    return (forward(layers, x)[-1].argmax(axis=1) == y).mean()


def load():
    """Return the training and the test images, (n, 784) numbers from 0 to 1, and their digits."""
    sys.path.append(str(Path(__file__).resolve().parents[1] / "backend"))
    from mnist_recognizer.data.mnist import load_mnist

    mnist = load_mnist()
    train_x = mnist.train_images.reshape(-1, 784).astype(np.float32) / 255
    test_x = mnist.test_images.reshape(-1, 784).astype(np.float32) / 255
    return train_x, mnist.train_labels, test_x, mnist.test_labels


def main():
    """Train on 60,000 images, then test on 10,000 that the network has not seen."""
    started = time.perf_counter()
    train_x, train_y, test_x, test_y = load()
    rng = np.random.default_rng(0)
    layers = initialise(rng)

    for epoch in range(1, EPOCHS + 1):
        order = rng.permutation(len(train_x))
        losses = []
        for start in range(0, len(order), BATCH_SIZE):
            rows = order[start : start + BATCH_SIZE]
            activations = forward(layers, train_x[rows])
            loss, gradients = backward(layers, activations, train_y[rows])
            step(layers, gradients, LEARNING_RATE)
            losses.append(loss)
        print(f"epoch {epoch:2}/{EPOCHS}  loss {np.mean(losses):.4f}", flush=True)

    print(f"test accuracy {accuracy(layers, test_x, test_y):.2%}")
    print(f"{time.perf_counter() - started:.0f} seconds")


if __name__ == "__main__":
    main()
