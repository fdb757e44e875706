/**
 * Tells ink from paper that is unevenly lit: the black-hat transform.
 *
 * backend/mnist_recognizer/vision/background.py says where it comes from; all values are whole
 * numbers, so both find the same ink. Pure functions: nothing here touches the page.
 */
MNIST.add('vision', (() => {
  const { MNIST_GEOMETRY } = MNIST.vision;

  /** One in so many pixels is at least as dark as the peak: a few darker ones are specks. */
  const PEAK_SHARE = 5000;

  /**
   * @param {Uint8Array} levels Dark ink on light paper, row by row.
   * @param {number} width
   * @param {number} height
   * @param {number} reach The window is 2·reach + 1 pixels wide and high.
   * @returns {Uint8Array} How much darker each pixel is than paper, for strokes narrower than that.
   */
  function blackHat(levels, width, height, reach) {
    const smooth = smoothed(levels, width, height);
    const paper = smooth.slice();
    maximaOfRows(paper, width, height, reach);
    maximaOfColumns(paper, width, height, reach);
    for (let i = 0; i < paper.length; i++) paper[i] = 255 - paper[i];
    maximaOfRows(paper, width, height, reach);
    maximaOfColumns(paper, width, height, reach);
    for (let i = 0; i < paper.length; i++) paper[i] = 255 - paper[i] - smooth[i];
    return paper;
  }

  /**
   * @param {Uint8Array} hat
   * @param {number} share Ink is what is darker than this share of the way from paper to the darkest.
   * @returns {Float64Array | null} The ink that stands out; null if nothing does.
   */
  function thresholdHat(hat, share) {
    const counts = new Float64Array(256);
    for (let i = 0; i < hat.length; i++) counts[hat[i]] += 1;
    /** @param {number} wanted */
    const level = (wanted) => {
      let sum = 0;
      for (let i = 0; i < 256; i++) {
        sum += counts[i];
        if (sum >= wanted) return i;
      }
      return 256;
    };
    const paper = level(hat.length / 2);
    const noise = level(hat.length * 0.75) - paper;
    const peak = level(hat.length - hat.length / PEAK_SHARE);
    if (peak - paper < MNIST_GEOMETRY.MIN_CONTRAST) return null;
    const least = Math.max((peak - paper) * share, Math.min(4 * noise, (peak - paper) / 2));
    const faint = paper + Math.floor(least);
    const full = Math.floor((peak - faint) * 0.75);
    return Float64Array.from(hat, (depth) => Math.min(Math.max(depth - faint, 0), full));
  }

  /**
   * @param {Uint8Array} levels
   * @param {number} width
   * @param {number} height
   * @returns {Uint8Array} The rounded means over 3 × 3 pixels, so that noise does not lift the paper.
   */
  function smoothed(levels, width, height) {
    const smooth = new Uint8Array(levels.length);
    const sums = new Uint16Array(width);
    for (let y = 0; y < height; y++) {
      const above = Math.max(y - 1, 0) * width;
      const below = Math.min(y + 1, height - 1) * width;
      for (let x = 0; x < width; x++) {
        sums[x] = levels[above + x] + levels[y * width + x] + levels[below + x];
      }
      for (let x = 0; x < width; x++) {
        const sum = sums[Math.max(x - 1, 0)] + sums[x] + sums[Math.min(x + 1, width - 1)];
        smooth[y * width + x] = Math.floor((sum + 4) / 9);
      }
    }
    return smooth;
  }

  /**
   * Replaces levels by the maxima over windows of 2·reach + 1 pixels of their rows, by doubling.
   *
   * @param {Uint8Array} levels Is changed.
   * @param {number} width
   * @param {number} height
   * @param {number} reach
   */
  function maximaOfRows(levels, width, height, reach) {
    const row = new Uint8Array(width + 2 * reach);
    for (let y = 0; y < height; y++) {
      row.fill(0);
      row.set(levels.subarray(y * width, (y + 1) * width), reach);
      for (let covered = 1, end = row.length; covered < 2 * reach + 1; ) {
        const step = Math.min(covered, 2 * reach + 1 - covered);
        end -= step;
        for (let x = 0; x < end; x++) if (row[x + step] > row[x]) row[x] = row[x + step];
        covered += step;
      }
      levels.set(row.subarray(0, width), y * width);
    }
  }

  /**
   * The same for columns.
   *
   * @param {Uint8Array} levels Is changed.
   * @param {number} width
   * @param {number} height
   * @param {number} reach
   */
  function maximaOfColumns(levels, width, height, reach) {
    const padded = new Uint8Array(width * (height + 2 * reach));
    padded.set(levels, reach * width);
    for (let covered = 1, end = height + 2 * reach; covered < 2 * reach + 1; ) {
      const step = Math.min(covered, 2 * reach + 1 - covered);
      end -= step;
      for (let i = 0, j = step * width; i < end * width; i++, j++) {
        if (padded[j] > padded[i]) padded[i] = padded[j];
      }
      covered += step;
    }
    levels.set(padded.subarray(0, width * height));
  }

  return { PEAK_SHARE, blackHat, thresholdHat };
})());
