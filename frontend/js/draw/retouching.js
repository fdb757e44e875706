/**
 * Takes ink out of a photo: paper grows over it from its edge, as in a retouched print.
 *
 * Pure functions: nothing here touches the page, and no argument is changed.
 */
MNIST.add('draw', (() => {
  /** The faint edge of ink goes too: as many pixels as this share of the image's longest side, */
  const EDGE = 1 / 200;
  /** but at least so many. */
  const MIN_EDGE = 2;

  /**
   * @param {Pick<PadImage, 'width' | 'height'>} image
   * @param {Finding} finding What was found in it.
   * @param {ReadonlyArray<number>} which Of its digits.
   * @returns {{mask: Uint8Array, ink: Uint8Array}} 1 at each pixel of their ink and its edge; and 1
   *   at each pixel of other ink.
   */
  function inkMask({ width, height }, finding, which) {
    const ink = new Uint8Array(width * height);
    const own = new Uint8Array(width * height);
    if (finding.image === null) return { mask: own, ink };
    const mark = markerOf(finding, width, height);
    finding.image.ink.forEach((level, i) => {
      const across = finding.image?.width ?? 1;
      if (level > 0) mark(ink, i % across, Math.floor(i / across));
    });
    for (const { left, top, image } of which.map((i) => finding.parts[i])) {
      image.ink.forEach((level, i) => {
        if (level > 0) mark(own, left + (i % image.width), top + Math.floor(i / image.width));
      });
    }
    const reach = Math.max(MIN_EDGE, Math.ceil(EDGE * Math.max(width, height)));
    const mask = widened(own, width, height, reach);
    for (let i = 0; i < ink.length; i++) {
      if (own[i] === 1) ink[i] = 0;
      else if (ink[i] === 1) mask[i] = 0;
    }
    return { mask, ink };
  }

  /**
   * @param {Finding} finding
   * @param {number} width Of the image.
   * @param {number} height
   * @returns {(marks: Uint8Array, x: number, y: number) => void} Marks the pixels of the image that
   *   one pixel of the finding stands for.
   */
  function markerOf({ rotation, times, image }, width, height) {
    const columns = image?.width ?? 0;
    const rows = image?.height ?? 0;
    return (marks, x, y) => {
      // As it lay before it was turned.
      let [u, v] = [x, y];
      if (rotation === 90) [u, v] = [y, columns - 1 - x];
      else if (rotation === 270) [u, v] = [rows - 1 - y, x];
      for (let j = v * times; j < Math.min((v + 1) * times, height); j++) {
        marks.fill(1, j * width + u * times, j * width + Math.min((u + 1) * times, width));
      }
    };
  }

  /**
   * @param {Uint8Array} mask
   * @param {number} width
   * @param {number} height
   * @param {number} reach
   * @returns {Uint8Array} Wider by so many pixels on each side.
   */
  function widened(mask, width, height, reach) {
    const rows = new Uint8Array(mask.length);
    const wide = new Uint8Array(mask.length);
    for (let i = 0; i < mask.length; i++) {
      if (mask[i] === 0) continue;
      const x = i % width;
      rows.fill(1, i - Math.min(reach, x), i + Math.min(reach, width - 1 - x) + 1);
    }
    for (let i = 0; i < rows.length; i++) {
      if (rows[i] === 0) continue;
      const y = Math.floor(i / width);
      const last = i + Math.min(reach, height - 1 - y) * width;
      for (let j = i - Math.min(reach, y) * width; j <= last; j += width) wide[j] = 1;
    }
    return wide;
  }

  /**
   * Gives each pixel of a mask the mean of its neighbours that are paper, from the edge inwards.
   *
   * @param {Pick<PadImage, 'width' | 'height' | 'rgba'>} image
   * @param {Uint8Array} mask 1 at the pixels to fill.
   * @param {Uint8Array} ink 1 at pixels that are not paper either, and stay.
   * @returns {Uint8ClampedArray} The image's pixels. What no paper reaches is as before.
   */
  function fillFromPaper({ width, height, rgba }, mask, ink) {
    const filled = rgba.slice();
    const isPaper = mask.map((inside, i) => (inside === 1 || ink[i] === 1 ? 0 : 1));
    const isQueued = new Uint8Array(mask.length);
    /** @type {(i: number) => number[]} */
    const neighbours = (i) => {
      const x = i % width;
      const y = (i - x) / width;
      const near = [];
      for (let v = Math.max(y - 1, 0); v <= Math.min(y + 1, height - 1); v++) {
        for (let u = Math.max(x - 1, 0); u <= Math.min(x + 1, width - 1); u++) near.push(v * width + u);
      }
      return near;
    };
    /** @type {number[]} */
    let ring = [];
    mask.forEach((inside, i) => {
      if (inside === 1 && neighbours(i).some((near) => isPaper[near] === 1)) ring.push(i);
    });
    for (const i of ring) isQueued[i] = 1;
    while (ring.length > 0) {
      for (const i of ring) {
        const paper = neighbours(i).filter((near) => isPaper[near] === 1);
        for (let channel = 0; channel < 3; channel++) {
          const sum = paper.reduce((all, near) => all + filled[4 * near + channel], 0);
          filled[4 * i + channel] = sum / paper.length;
        }
      }
      for (const i of ring) isPaper[i] = 1;
      /** @type {number[]} */
      const next = [];
      for (const i of ring) {
        for (const near of neighbours(i)) {
          if (mask[near] === 0 || isPaper[near] === 1 || isQueued[near] === 1) continue;
          isQueued[near] = 1;
          next.push(near);
        }
      }
      ring = next;
    }
    return filled;
  }

  /**
   * @param {Pick<PadImage, 'width' | 'height'>} image
   * @param {ArrayLike<number>} grey Its grey values.
   * @param {Finding} finding What was found in it.
   * @returns {InkTone} Whether that is darker or lighter than the rest.
   */
  function toneOf(image, grey, finding) {
    const { ink } = inkMask(image, finding, []);
    const sums = [0, 0];
    const counts = [0, 0];
    ink.forEach((isInk, i) => {
      sums[isInk] += grey[i];
      counts[isInk] += 1;
    });
    return sums[1] * counts[0] > sums[0] * counts[1] ? 'light' : 'dark';
  }

  return { fillFromPaper, inkMask, toneOf };
})());
