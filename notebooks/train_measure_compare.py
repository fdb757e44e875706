# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#   kernelspec:
#     display_name: Python 3
#     name: python3
# ---

# %% [markdown]
# # Train, measure, compare
#
# "My network is better than yours" is a claim about digits that nobody has seen yet. This notebook trains two
# networks, measures them, and asks whether the difference could be luck.

# %%
import matplotlib.pyplot as plt
import numpy as np

from mnist_recognizer.data.mnist import load_mnist
from mnist_recognizer.evaluation.metrics import accuracy, confusion_matrix
from mnist_recognizer.nn import MLP

mnist = load_mnist()


def rows(images):
    return images.reshape(-1, 784).astype(np.float32) / 255


# %% [markdown]
# ## Three sets of images
#
# - **Training images** change the weights.
# - **Validation images** choose between settings. They do not change weights, but what is chosen fits them.
# - **Test images** give the number that is reported. They are used once, at the end.

# %%
x, y = rows(mnist.train_images[:10_000]), mnist.train_labels[:10_000].astype(np.int64)
validation_x, validation_y = rows(mnist.train_images[-5_000:]), mnist.train_labels[-5_000:]
test_x, test_y = rows(mnist.test_images), mnist.test_labels

# %% [markdown]
# ## Train
#
# Two networks, a small and a larger one, see the same 10,000 images in the same order.


# %%
def train(hidden, seed=0, epochs=5, learning_rate=0.1, batch=64):
    """Return a trained network, and its accuracy on the validation images after each epoch."""
    model = MLP(784, hidden, 10, seed=seed)
    order = np.random.default_rng(seed)
    history = []
    for _ in range(epochs):
        shuffled = order.permutation(len(x))
        for start in range(0, len(x), batch):
            chosen = shuffled[start : start + batch]
            model.train_step(x[chosen], y[chosen], learning_rate)
        history.append(accuracy(validation_y, model.predict(validation_x)).value)
    return model, history


networks = {"16 units": train([16]), "128 and 64 units": train([128, 64])}
plt.figure(figsize=(6, 3.2))
for name, (_, history) in networks.items():
    plt.plot(range(1, len(history) + 1), history, marker="o", label=name)
plt.xlabel("epoch")
plt.ylabel("validation accuracy")
plt.grid(alpha=0.3)
plt.legend()
plt.show()

# %% [markdown]
# ## Measure
#
# A test set is a sample. Wilson's interval says which true accuracies fit what was counted.

# %%
answers = {name: model.predict(test_x) for name, (model, _) in networks.items()}
for name, predicted in answers.items():
    share = accuracy(test_y, predicted)
    low, high = share.interval
    print(f"{name:>17}: {share.value:.2%} (95% interval {low:.2%} to {high:.2%})")

# %% [markdown]
# Which digits are taken for which? The diagonal, what is right, is left out so that the rest can be seen.

# %%
figure, axes = plt.subplots(1, 2, figsize=(9, 4))
for axis, (name, predicted) in zip(axes, answers.items(), strict=True):
    wrong = confusion_matrix(test_y, predicted)
    np.fill_diagonal(wrong, 0)
    axis.imshow(wrong, cmap="Reds", vmax=40)
    axis.set(title=name, xlabel="read as", ylabel="digit", xticks=range(10), yticks=range(10))
plt.show()

# %% [markdown]
# ## Compare
#
# Both networks read the same images, so count only the images on which they differ. If the networks were equally
# good, each would be right on about half of them. McNemar's test asks how far from half the counts are. Here it is
# exact: with $n$ differing images, of which the first network reads $k$ right,
#
# $$ p = 2 \sum_{i \le \min(k,\, n-k)} \binom{n}{i} 2^{-n} $$

# %%
from math import comb


def mcnemar(first_right, second_right):
    """Return how often only one is right, and the probability of that by luck."""
    only_first = int((first_right & ~second_right).sum())
    only_second = int((~first_right & second_right).sum())
    n, k = only_first + only_second, min(only_first, only_second)
    p = min(1.0, 2 * sum(comb(n, i) for i in range(k + 1)) / 2**n)
    return only_first, only_second, p


small, large = (predicted == test_y for predicted in answers.values())
only_small, only_large, p = mcnemar(small, large)
print(f"only the small one is right: {only_small}, only the large one: {only_large}, p = {p:.1g}")
assert p < 0.001

# %% [markdown]
# ## How much is the seed?
#
# Train the same network with other seeds. The spread between them is what a change of settings must exceed
# before it means anything. So accuracies are reported as mean ± standard deviation over seeds.

# %%
by_seed = [
    accuracy(test_y, train([128, 64], seed=seed, epochs=2)[0].predict(test_x)).value
    for seed in range(5)
]
print(f"{np.mean(by_seed):.2%} ± {np.std(by_seed, ddof=1):.2%} over {len(by_seed)} seeds")

# %% [markdown]
# ## What next?
#
# - Compare two seeds of the same network by McNemar's test. What do you expect?
# - Do the same with runs of `backend/train.py`: `mnist-recognizer compare RUN RUN` prints the comparison.
# - Read [how the project is evaluated](../docs/evaluation.md).
