# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#   kernelspec:
#     display_name: Python 3
#     name: python3
# ---

# %% [markdown]
# # From scratch in 15 minutes
#
# A network that reads handwritten digits, written here in NumPy alone: the data, the forward pass, the loss,
# backpropagation, gradient descent. Run the cells from top to bottom. Each one is short enough to change.
#
# It needs this project and Matplotlib: `pip install -e '.[train]' matplotlib` in a clone.

# %%
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from mnist_recognizer.data.mnist import load_mnist
from mnist_recognizer.nn import MLP

rng = np.random.default_rng(0)

# %% [markdown]
# ## 1. The data
#
# MNIST has 60,000 images to learn from and 10,000 to be tested with. An image is 28 × 28 grey values. The
# network sees it as one row of 784 numbers from 0 to 1.

# %%
mnist = load_mnist()
x = mnist.train_images.reshape(-1, 784).astype(np.float32) / 255
y = mnist.train_labels.astype(np.int64)
test_x = mnist.test_images.reshape(-1, 784).astype(np.float32) / 255
test_y = mnist.test_labels.astype(np.int64)
print(x.shape, y.shape)

figure, axes = plt.subplots(1, 10, figsize=(10, 1.4))
for axis, image, label in zip(axes, x, y, strict=False):
    axis.imshow(image.reshape(28, 28), cmap="gray_r")
    axis.set_title(label)
    axis.axis("off")
plt.show()

# %% [markdown]
# ## 2. The forward pass
#
# A layer multiplies its input by a matrix $W$, adds a vector $b$, and sets what is negative to zero (ReLU):
#
# $$ z_l = a_{l-1} W_l + b_l, \qquad a_l = \max(0, z_l) $$
#
# The last layer has ten outputs, one for each digit, and no ReLU. Softmax makes probabilities of them:
#
# $$ \hat y_k = \frac{e^{z_k}}{\sum_j e^{z_j}} $$
#
# The weights start at random, with a variance of $2 / n$ for $n$ inputs. That keeps the numbers in all layers
# equally large (He initialisation).

# %%
SIZES = [784, 128, 64, 10]


def new_parameters():
    pairs = list(pairwise(SIZES))  # (784, 128), (128, 64), (64, 10)
    weights = [rng.normal(0, np.sqrt(2 / n), (n, m)).astype(np.float32) for n, m in pairs]
    biases = [np.zeros(m, np.float32) for m in SIZES[1:]]
    return weights, biases


def forward(weights, biases, x):
    activations = [x]
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        activations.append(np.maximum(0, activations[-1] @ W + b))
    z = activations[-1] @ weights[-1] + biases[-1]
    return activations, z


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))  # the same shares, and no exp above 1
    return e / e.sum(axis=1, keepdims=True)


weights, biases = new_parameters()
activations, z = forward(weights, biases, x[:5])
print([a.shape for a in activations], z.shape)
print(softmax(z).round(2))

# %% [markdown]
# ## 3. The loss
#
# Cross-entropy measures how surprised the network is by the right answer. Before any training each digit gets
# about one tenth, so the loss is about $-\log 0.1 \approx 2.3$.


# %%
def loss_of(z, y):
    return -np.log(softmax(z)[np.arange(len(y)), y]).mean()


print(loss_of(forward(weights, biases, x[:1000])[1], y[:1000]))

# %% [markdown]
# ## 4. Backpropagation
#
# How must each weight change so that the loss falls? The chain rule answers from the last layer to the first.
# Softmax and cross-entropy together have the simplest derivative there is: what was said minus what is right.
#
# $$
# \delta_L = \frac{\hat y - y}{n}, \qquad
# \frac{\partial L}{\partial W_l} = a_{l-1}^\top \delta_l, \qquad
# \frac{\partial L}{\partial b_l} = \sum \delta_l, \qquad
# \delta_{l-1} = (\delta_l W_l^\top) \odot [z_{l-1} > 0]
# $$


# %%
def backward(weights, activations, z, y):
    delta = softmax(z)
    delta[np.arange(len(y)), y] -= 1
    delta /= len(y)
    weight_gradients, bias_gradients = [], []
    for layer in reversed(range(len(weights))):
        weight_gradients.insert(0, activations[layer].T @ delta)
        bias_gradients.insert(0, delta.sum(axis=0))
        if layer > 0:
            delta = (delta @ weights[layer].T) * (activations[layer] > 0)
    return weight_gradients, bias_gradients


# %% [markdown]
# Is that right? Change one weight a little, and see how the loss changes. The two numbers must agree.

# %%
W64 = [W.astype(np.float64) for W in weights]
b64 = [b.astype(np.float64) for b in biases]
batch_x, batch_y = x[:20].astype(np.float64), y[:20]
gradients, _ = backward(W64, *forward(W64, b64, batch_x), batch_y)
for layer, place in [(0, (300, 5)), (1, (7, 9)), (2, (3, 4))]:
    losses = []
    for step in (1e-5, -1e-5):
        W64[layer][place] += step
        losses.append(loss_of(forward(W64, b64, batch_x)[1], batch_y))
        W64[layer][place] -= step
    measured = (losses[0] - losses[1]) / 2e-5
    print(f"layer {layer + 1}: {gradients[layer][place]:+.8f}, measured {measured:+.8f}")
    assert np.isclose(gradients[layer][place], measured, atol=1e-7)

# %% [markdown]
# ## 5. Learning
#
# Take 128 images, compute the gradient, move every parameter a little against it, and go on with the next 128.
# That is mini-batch gradient descent: $W \leftarrow W - \eta \, \partial L / \partial W$.


# %%
def accuracy(weights, biases):
    return (forward(weights, biases, test_x)[1].argmax(axis=1) == test_y).mean()


LEARNING_RATE, BATCH, EPOCHS = 0.1, 128, 4
history = [accuracy(weights, biases)]
for epoch in range(EPOCHS):
    order = rng.permutation(len(x))
    for start in range(0, len(x), BATCH):
        rows = order[start : start + BATCH]
        activations, z = forward(weights, biases, x[rows])
        dW, db = backward(weights, activations, z, y[rows])
        for W, b, W_step, b_step in zip(weights, biases, dW, db, strict=True):
            W -= LEARNING_RATE * W_step
            b -= LEARNING_RATE * b_step
    history.append(accuracy(weights, biases))
    print(f"epoch {epoch + 1}: {history[-1]:.1%} of the test images are read right")
assert history[-1] > 0.95

# %%
plt.figure(figsize=(5, 3))
plt.plot(history, marker="o")
plt.xlabel("epoch")
plt.ylabel("test accuracy")
plt.grid(alpha=0.3)
plt.show()

# %% [markdown]
# ## 6. The same in the project
#
# `MLP` has the same lines. Give it these weights, and it says the same.

# %%
model = MLP(784, [128, 64], 10)
for mine, theirs in zip([*weights, *biases], [*model.weights, *model.biases], strict=True):
    theirs[:] = mine
assert np.allclose(
    model.predict_proba(test_x[:100]), softmax(forward(weights, biases, test_x[:100])[1]), atol=1e-5
)
print(model.summary())

# %% [markdown]
# ## What next?
#
# - Which images does it get wrong? Show them: `np.flatnonzero(model.predict(test_x) != test_y)`.
# - Leave out the ReLU. What can the network still learn?
# - Start with all weights at zero. Why does it not learn?
# - Read [`nn/model.py`](../backend/mnist_recognizer/nn/model.py), then train with `backend/train.py`.
