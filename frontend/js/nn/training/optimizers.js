/**
 * Optimizers: what to do with a gradient, as in backend/mnist_recognizer/nn/optimizers.py. Each
 * changes θ in place, and keeps what it remembers in `state`.
 */
MNIST.core.shareWithWorkers('nn', () => {
  const MOMENTUM = 0.9;
  const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

  class Sgd {
    /** @type {Record<string, Float32Array>} */
    state = {};

    /**
     * θ ← θ − η·g
     *
     * @param {Float32Array} theta
     * @param {Float32Array} g
     * @param {number} rate η
     */
    step(theta, g, rate) {
      for (let k = 0; k < theta.length; k++) theta[k] -= rate * g[k];
    }
  }

  class Momentum {
    /** @param {number} size How many parameters there are. */
    constructor(size) {
      this.state = { v: new Float32Array(size) };
    }

    /**
     * v ← μ·v + g, θ ← θ − η·v
     *
     * @param {Float32Array} theta
     * @param {Float32Array} g
     * @param {number} rate η
     */
    step(theta, g, rate) {
      const { v } = this.state;
      for (let k = 0; k < theta.length; k++) {
        v[k] = MOMENTUM * v[k] + g[k];
        theta[k] -= rate * v[k];
      }
    }
  }

  class Adam {
    /** @param {number} size How many parameters there are. */
    constructor(size) {
      this.state = {
        m: new Float32Array(size),
        v: new Float32Array(size),
        /** β₁ᵗ and β₂ᵗ, multiplied step by step: powers differ from browser to browser. */
        powers: new Float64Array([1, 1]),
      };
    }

    /**
     * m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², and with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ)
     * θ ← θ − η·m̂ / (√v̂ + ε)
     *
     * @param {Float32Array} theta
     * @param {Float32Array} g
     * @param {number} rate η
     */
    step(theta, g, rate) {
      const { m, v, powers } = this.state;
      powers[0] *= BETA1;
      powers[1] *= BETA2;
      const mScale = 1 / (1 - powers[0]);
      const vScale = 1 / (1 - powers[1]);
      for (let k = 0; k < theta.length; k++) {
        m[k] = BETA1 * m[k] + (1 - BETA1) * g[k];
        v[k] = BETA2 * v[k] + (1 - BETA2) * g[k] * g[k];
        theta[k] -= (rate * (mScale * m[k])) / (Math.sqrt(vScale * v[k]) + EPSILON);
      }
    }
  }

  /** @type {Readonly<Record<OptimizerName, new (size: number) => Optimizer>>} */
  const OPTIMIZERS = Object.freeze({ sgd: Sgd, momentum: Momentum, adam: Adam });

  return { OPTIMIZERS };
});
