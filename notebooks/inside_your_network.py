# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#   kernelspec:
#     display_name: Python 3
#     name: python3
# ---

# %% [markdown]
# # Look inside your own network
#
# A network is not a black box: every number in it can be looked at. This notebook opens the one in
# `backend/saved_model/weights.pkl`. If you have trained your own, it opens yours.

# %%
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from mnist_recognizer.data.mnist import load_mnist
from mnist_recognizer.nn import MLP
from mnist_recognizer.nn.losses import softmax
from mnist_recognizer.vision.geometry import network_input

WEIGHTS = Path("../backend/saved_model/weights.pkl")
model = MLP.load(WEIGHTS)
mnist = load_mnist()
x = network_input(model, mnist.test_images)  # (10000, 784) from 0 to 1, in the geometry it learned
y = mnist.test_labels.astype(np.int64)
print(model.summary())

# %% [markdown]
# ## What does a neuron of the first layer look for?
#
# It has one weight for each pixel. Drawn as an image, they show what it looks for: ink on red raises its sum, ink
# on blue lowers it.

# %%
strongest = np.argsort(-np.abs(model.weights[0]).sum(axis=0))[:24]
figure, axes = plt.subplots(3, 8, figsize=(10, 4))
for axis, neuron in zip(axes.flat, strongest, strict=True):
    W = model.weights[0][:, neuron].reshape(28, 28)
    limit = np.abs(W).max()
    axis.imshow(W, cmap="RdBu_r", vmin=-limit, vmax=limit)
    axis.set_title(f"neuron {neuron}", fontsize=8)
    axis.axis("off")
plt.show()

# %% [markdown]
# ## Which neurons answer to which digit?
#
# The mean activation of each neuron of the second layer, for all images of one digit. A bright cell is a neuron
# that answers to that digit. Hardly any neuron stands for one digit alone.

# %%
first, second = model.forward(x)[1:3]
means = np.array([second[y == digit].mean(axis=0) for digit in range(10)])
order = np.argsort(means.argmax(axis=0))
plt.figure(figsize=(10, 2.6))
plt.imshow(means[:, order], aspect="auto", cmap="magma")
plt.yticks(range(10))
plt.ylabel("digit")
plt.xlabel("neuron of the second layer, sorted")
plt.show()
print(f"{(first == 0).mean():.0%} of the first layer's activations are zero")

# %% [markdown]
# ## Which pixels argue for an answer?
#
# For one image the network is linear: each ReLU is either open or shut. So each logit is a sum over the pixels, and
# the derivative of the logit by a pixel, times the pixel, is that pixel's part. All parts and a constant add up to
# the logit exactly.


# %%
def derivative(image, digit):
    """Return how much one logit changes with each pixel."""
    activations = model.forward(image[None])
    delta = model.weights[-1][:, digit]
    for layer in reversed(range(len(model.weights) - 1)):
        delta = model.weights[layer] @ (delta * (activations[layer + 1][0] > 0))
    return delta


figure, axes = plt.subplots(2, 6, figsize=(10, 3.6))
for column, index in enumerate([0, 1, 2, 4, 7, 8]):
    answer = int(model.predict(x[index : index + 1])[0])
    shown = (derivative(x[index], answer) * x[index]).reshape(28, 28)
    limit = np.abs(shown).max()
    axes[0, column].imshow(x[index].reshape(28, 28), cmap="gray_r")
    axes[0, column].set_title(f"read as {answer}", fontsize=9)
    axes[1, column].imshow(shown, cmap="RdBu_r", vmin=-limit, vmax=limit)
for axis in axes.flat:
    axis.axis("off")
plt.show()

# The parts and the logit of an image without ink through the same open ReLUs: they add up.
image = x[0].astype(np.float64)
exact = MLP(784, model.layer_sizes[1:-1], 10, dtype=np.float64)
exact.parameters[:] = model.parameters
activations = exact.forward(image[None])
constant = exact.biases[-1].copy()
path = np.eye(10)
for layer in reversed(range(1, len(exact.weights))):
    path = (exact.weights[layer] @ path) * (activations[layer] > 0).T
    constant += exact.biases[layer - 1] @ path
assert np.allclose(image @ exact.weights[0] @ path + constant, activations[-1][0])

# %% [markdown]
# ## Where is it wrong, and how sure was it?
#
# The mistakes it was surest of. Some are ambiguous, some are simply wrong.

# %%
probabilities = softmax(model.logits(x).astype(np.float64))
predicted, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
mistakes = np.flatnonzero(predicted != y)
worst = mistakes[np.argsort(-confidence[mistakes])][:12]
figure, axes = plt.subplots(2, 6, figsize=(10, 4))
for axis, index in zip(axes.flat, worst, strict=True):
    axis.imshow(x[index].reshape(28, 28), cmap="gray_r")
    axis.set_title(
        f"{y[index]} read as {predicted[index]}\n{confidence[index]:.0%} sure", fontsize=8
    )
    axis.axis("off")
plt.show()
print(f"{len(mistakes)} mistakes in {len(x):,} images")

# %% [markdown]
# ## How few pixels change its mind?
#
# Move each pixel a little in the direction that lowers the right logit against its strongest rival. To your eye
# hardly anything changes. This is why no network should decide alone where someone may want to deceive it.

# %%
index = 0
right = int(y[index])
rival = int(np.argsort(model.logits(x[index : index + 1])[0])[-2])
direction = np.sign(derivative(x[index], rival) - derivative(x[index], right))
figure, axes = plt.subplots(1, 5, figsize=(10, 2.4))
for axis, size in zip(axes, [0, 0.05, 0.1, 0.2, 0.3], strict=True):
    changed = np.clip(x[index] + size * direction, 0, 1).astype(np.float32)
    p = model.predict_proba(changed[None])[0]
    axis.imshow(changed.reshape(28, 28), cmap="gray_r", vmin=0, vmax=1)
    axis.set_title(f"±{size}: {p.argmax()}, {p.max():.0%}", fontsize=9)
    axis.axis("off")
plt.show()

# %% [markdown]
# ## What next?
#
# - Set one neuron's outgoing weights to zero: `model.weights[1][neuron] = 0`. Which digits suffer?
# - Train with `--dropout 0.3`, and compare the images of the first layer.
# - Read how [images that are no digit](../docs/rejection.md) are refused.
