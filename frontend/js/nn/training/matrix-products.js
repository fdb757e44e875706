/**
 * The three matrix products of learning, tuned: they leave out zeros, and take four numbers that are
 * not zero at a time, so that a sum is fetched and stored once for four products. What they compute is
 * written at each; docs/training-engine.md derives why this is fast.
 */
MNIST.core.shareWithWorkers('nn', () => {
  /**
   * A matrix in which many numbers are zero: one row for each image of a batch, with its pixels, or
   * with what a layer puts out for it.
   */
  class SparseMatrix {
    /**
     * @param {number} maxRows
     * @param {number} width
     */
    constructor(maxRows, width) {
      this.maxRows = maxRows;
      this.width = width;
      this.rows = 0;
      /** Row by row. */
      this.values = new Float32Array(maxRows * width);
      /** From n·width on: the columns in which row n is not zero. */
      this.columns = new Uint16Array(maxRows * width);
      this.columnCounts = new Uint16Array(maxRows);
      /** From i·maxRows on: the rows in which column i is not zero. */
      this.rowsOf = new Uint16Array(maxRows * width);
      this.rowCounts = new Uint16Array(width);
    }

    /**
     * Finds the numbers that are not zero, once `values` has been filled.
     *
     * @param {number} rows How many of the rows are filled.
     */
    index(rows) {
      const { maxRows, width, values, columns, columnCounts, rowsOf, rowCounts } = this;
      this.rows = rows;
      rowCounts.fill(0);
      for (let n = 0; n < rows; n++) {
        const row = n * width;
        let count = 0;
        for (let i = 0; i < width; i++) {
          if (values[row + i] === 0) continue;
          columns[row + count++] = i;
          rowsOf[i * maxRows + rowCounts[i]++] = n;
        }
        columnCounts[n] = count;
      }
    }
  }

  /**
   * z = a·W + b
   *
   * @param {SparseMatrix} a
   * @param {Layer} layer
   * @param {Float32Array} z `outputs` numbers for each row of a.
   */
  function weightedSumsOf({ rows, width, values, columns, columnCounts }, { outputs, W, b }, z) {
    for (let n = 0; n < rows; n++) {
      const row = n * width;
      const out = n * outputs;
      const end = row + columnCounts[n];
      z.set(b, out);
      let k = row;
      for (; k + 3 < end; k += 4) {
        const [i0, i1, i2, i3] = [columns[k], columns[k + 1], columns[k + 2], columns[k + 3]];
        const [a0, a1, a2, a3] = [values[row + i0], values[row + i1], values[row + i2], values[row + i3]];
        const [w0, w1, w2, w3] = [i0 * outputs, i1 * outputs, i2 * outputs, i3 * outputs];
        for (let j = 0; j < outputs; j++) {
          z[out + j] += a0 * W[w0 + j] + a1 * W[w1 + j] + (a2 * W[w2 + j] + a3 * W[w3 + j]);
        }
      }
      for (; k < end; k++) {
        const weights = columns[k] * outputs;
        const value = values[row + columns[k]];
        for (let j = 0; j < outputs; j++) z[out + j] += value * W[weights + j];
      }
    }
  }

  /**
   * ∂L/∂W = aᵀ·δ
   *
   * @param {SparseMatrix} a
   * @param {Float32Array} delta δ, `outputs` numbers for each row of a.
   * @param {number} outputs
   * @param {Float32Array} dW Written over.
   */
  function outerProducts({ maxRows, width, values, rowsOf, rowCounts }, delta, outputs, dW) {
    dW.fill(0);
    for (let i = 0; i < width; i++) {
      const first = i * maxRows;
      const end = first + rowCounts[i];
      const out = i * outputs;
      let k = first;
      for (; k + 3 < end; k += 4) {
        const [n0, n1, n2, n3] = [rowsOf[k], rowsOf[k + 1], rowsOf[k + 2], rowsOf[k + 3]];
        const [a0, a1] = [values[n0 * width + i], values[n1 * width + i]];
        const [a2, a3] = [values[n2 * width + i], values[n3 * width + i]];
        const [d0, d1, d2, d3] = [n0 * outputs, n1 * outputs, n2 * outputs, n3 * outputs];
        for (let j = 0; j < outputs; j++) {
          dW[out + j] += a0 * delta[d0 + j] + a1 * delta[d1 + j] + (a2 * delta[d2 + j] + a3 * delta[d3 + j]);
        }
      }
      for (; k < end; k++) {
        const value = values[rowsOf[k] * width + i];
        const error = rowsOf[k] * outputs;
        for (let j = 0; j < outputs; j++) dW[out + j] += value * delta[error + j];
      }
    }
  }

  /**
   * (δ·Wᵀ) ⊙ [a > 0]: where a neuron is silent, nothing flows back.
   *
   * @param {Float32Array} delta δ, `outputs` numbers for each row of a.
   * @param {Layer} layer
   * @param {SparseMatrix} a
   * @param {Float32Array} before Written over: `inputs` numbers for each row.
   */
  function errorsBefore(delta, { outputs, W }, { rows, width, columns, columnCounts }, before) {
    before.fill(0, 0, rows * width);
    for (let n = 0; n < rows; n++) {
      const row = n * width;
      const error = n * outputs;
      const end = row + columnCounts[n];
      for (let k = row; k < end; k++) {
        const weights = columns[k] * outputs;
        let [even, odd] = [0, 0];
        let j = 0;
        for (; j + 1 < outputs; j += 2) {
          even += delta[error + j] * W[weights + j];
          odd += delta[error + j + 1] * W[weights + j + 1];
        }
        if (j < outputs) even += delta[error + j] * W[weights + j];
        before[row + columns[k]] = even + odd;
      }
    }
  }

  return { SparseMatrix, weightedSumsOf, outerProducts, errorsBefore };
});
