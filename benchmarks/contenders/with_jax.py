"""JAX: a whole epoch is one compiled program, a scan over its batches."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from common import BATCH, RATES, Problem, generator, serve

B1, B2, EPSILON = 0.9, 0.999, 1e-8


def measure(
    params: list[tuple[jax.Array, jax.Array]], x: jax.Array, y: jax.Array
) -> tuple[jax.Array, jax.Array]:
    """Return the mean cross-entropy, and how many were right."""
    a = x
    for W, b in params[:-1]:
        a = jax.nn.relu(a @ W + b)
    W, b = params[-1]
    z = a @ W + b
    log_y_hat = jax.nn.log_softmax(z)
    loss = -jnp.take_along_axis(log_y_hat, y[:, None], axis=1).mean()
    return loss, (z.argmax(axis=1) == y).sum()


def sgd(params: Any, state: Any, grads: Any, lr: float) -> tuple[Any, Any]:
    """Step downhill."""
    return jax.tree.map(lambda p, g: p - lr * g, params, grads), state


def adam(params: Any, state: Any, grads: Any, lr: float) -> tuple[Any, Any]:
    """Step as Adam does; the state is (step, m, v)."""
    step, m, v = state
    step = step + 1
    m = jax.tree.map(lambda m, g: B1 * m + (1 - B1) * g, m, grads)
    v = jax.tree.map(lambda v, g: B2 * v + (1 - B2) * g * g, v, grads)
    m_scale, v_scale = 1 / (1 - B1**step), 1 / (1 - B2**step)

    def move(p: jax.Array, m: jax.Array, v: jax.Array) -> jax.Array:
        return p - lr * (m * m_scale) / (jnp.sqrt(v * v_scale) + EPSILON)

    return jax.tree.map(move, params, m, v), (step, m, v)


@partial(jax.jit, static_argnames="name", donate_argnums=0)
def train(carry: Any, x: jax.Array, y: jax.Array, batches: jax.Array, *, name: str) -> Any:
    """Train on each row of `batches`, (steps, batch) numbers of images."""
    update = {"sgd": sgd, "adam": adam}[name]

    def step(carry: Any, rows: jax.Array) -> tuple[Any, None]:
        params, state, total, correct = carry
        value_and_grad = jax.value_and_grad(measure, has_aux=True)
        (loss, right), grads = value_and_grad(params, x[rows], y[rows])
        params, state = update(params, state, grads, RATES[name])
        return (params, state, total + loss * len(rows), correct + right), None

    return jax.lax.scan(step, carry, batches)[0]


class Training:
    """468 batches of 128 as one program, and the last one of 96 as another."""

    def __init__(self, problem: Problem, optimizer: str) -> None:
        self.problem, self.name = problem, optimizer
        self.x, self.y = jnp.asarray(problem.x), jnp.asarray(problem.y, jnp.int32)
        self.reset()

    def reset(self) -> None:
        """Go back to the initial weights, and forget the moments."""
        self.params = [(jnp.array(W), jnp.array(b)) for W, b in self.problem.layers]
        m, v = (jax.tree.map(jnp.zeros_like, self.params) for _ in "mv")
        self.state = (jnp.zeros(()), m, v) if self.name == "adam" else ()

    def run(self, epoch: int) -> Mapping[str, float]:
        """Train for one epoch."""
        order = generator(epoch).permutation(len(self.y)).astype("int32")
        whole = len(order) // BATCH * BATCH
        carry = self.params, self.state, jnp.zeros(()), jnp.zeros((), jnp.int32)
        for rows in (order[:whole].reshape(-1, BATCH), order[None, whole:]):
            carry = train(carry, self.x, self.y, jnp.asarray(rows), name=self.name)
        self.params, self.state, total, correct = carry
        return {"loss": float(total) / len(order), "correct": int(correct)}


if __name__ == "__main__":
    problem = Problem.read()
    serve({name: partial(Training, problem, name) for name in RATES}, JAX=jax.__version__)
