/**
 * Images turned, shifted, thickened, made noisy and blended, at 28 × 28 pixels. Pure functions:
 * nothing here touches the page, and no argument is changed.
 */
MNIST.add('vision', (() => {
  const { MNIST_GEOMETRY } = MNIST.vision;
  const { SIZE, CENTRE } = MNIST_GEOMETRY;

  /**
   * @param {Uint8Array} pixels
   * @param {number} degrees Clockwise, about the point where digits have their centre of mass.
   * @returns {Uint8Array}
   */
  function rotate(pixels, degrees) {
    const [cosine, sine] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    return resampled(pixels, (x, y) => [
      CENTRE + cosine * (x - CENTRE) + sine * (y - CENTRE),
      CENTRE - sine * (x - CENTRE) + cosine * (y - CENTRE),
    ]);
  }

  /**
   * @param {Uint8Array} pixels
   * @param {number} right
   * @param {number} down What is pushed over the edge is lost.
   * @returns {Uint8Array}
   */
  function shift(pixels, right, down) {
    return resampled(pixels, (x, y) => [x - right, y - down]);
  }

  /**
   * @param {Uint8Array} pixels
   * @param {(x: number, y: number) => [number, number]} origin Where a pixel's ink comes from.
   * @returns {Uint8Array} Bilinear; beyond the image there is paper.
   */
  function resampled(pixels, origin) {
    const made = new Uint8Array(pixels.length);
    for (let y = 0; y < SIZE; y++) {
      for (let x = 0; x < SIZE; x++) {
        const [fromX, fromY] = origin(x, y);
        const [column, row] = [Math.floor(fromX), Math.floor(fromY)];
        const [right, down] = [fromX - column, fromY - row];
        const upper = (1 - right) * greyAt(pixels, column, row) + right * greyAt(pixels, column + 1, row);
        const lower = (1 - right) * greyAt(pixels, column, row + 1) + right * greyAt(pixels, column + 1, row + 1);
        made[y * SIZE + x] = Math.round((1 - down) * upper + down * lower);
      }
    }
    return made;
  }

  /**
   * @param {Uint8Array} pixels
   * @param {number} x
   * @param {number} y
   */
  function greyAt(pixels, x, y) {
    return x >= 0 && x < SIZE && y >= 0 && y < SIZE ? pixels[y * SIZE + x] : 0;
  }

  /**
   * @param {Uint8Array} pixels
   * @param {number} amount How far the edges of the ink move outwards, in pixels; below 0 inwards.
   * @returns {Uint8Array}
   */
  function thicken(pixels, amount) {
    const pick = amount > 0 ? Math.max : Math.min;
    const size = Math.abs(amount);
    let [image, next] = [pixels, pixels];
    for (let k = 0; k < Math.ceil(size); k++) {
      image = next;
      next = spread(image, pick);
    }
    // Between two whole steps the image lies between the two.
    const share = size - Math.max(0, Math.ceil(size) - 1);
    return image.map((grey, i) => Math.round(grey + share * (next[i] - grey)));
  }

  /**
   * @param {Uint8Array} pixels
   * @param {(...values: number[]) => number} pick
   * @returns {Uint8Array} Each pixel is the most, or the least, of itself and its four neighbours.
   */
  function spread(pixels, pick) {
    return pixels.map((grey, i) => {
      const [x, y] = [i % SIZE, Math.floor(i / SIZE)];
      return pick(
        grey, greyAt(pixels, x - 1, y), greyAt(pixels, x + 1, y), greyAt(pixels, x, y - 1), greyAt(pixels, x, y + 1),
      );
    });
  }

  /**
   * @param {Uint8Array} pixels
   * @param {number} deviation Of the noise, as a share of full ink.
   * @param {ArrayLike<number>} noise Normal numbers with deviation 1, one for each pixel.
   * @returns {Uint8Array}
   */
  function addNoise(pixels, deviation, noise) {
    return pixels.map((grey, i) => Math.round(Math.min(255, Math.max(0, grey + 255 * deviation * noise[i]))));
  }

  /**
   * @param {Uint8Array} from
   * @param {Uint8Array} to
   * @param {number} share 0 is the first image, 1 the second.
   * @returns {Uint8Array} The two laid over each other.
   */
  function fade(from, to, share) {
    return from.map((grey, i) => Math.round(grey + share * (to[i] - grey)));
  }

  /**
   * Moves the edge of the ink from one shape to the other: the two distances to the edge are
   * blended, so that strokes travel instead of fading.
   *
   * @param {Float64Array} from As `edgeDistances` gives it.
   * @param {Float64Array} to
   * @param {number} share
   * @returns {Uint8Array}
   */
  function reshape(from, to, share) {
    return Uint8Array.from(from, (distance, i) => {
      const blended = distance + share * (to[i] - distance);
      return Math.round(255 * Math.min(1, Math.max(0, 0.5 - blended)));
    });
  }

  /**
   * @param {Uint8Array} pixels
   * @returns {Float64Array} How far each pixel is from the edge of the ink, in pixels; inside the ink
   *   below 0. Grey pixels at the edge say where in them the edge is.
   */
  function edgeDistances(pixels) {
    const places = Array.from(pixels.keys());
    const ink = places.filter((i) => pixels[i] >= 128);
    const paper = places.filter((i) => pixels[i] < 128);
    return Float64Array.from(pixels, (grey, i) => {
      const isInk = grey >= 128;
      const nearest = nearestSquare(i, isInk ? paper : ink);
      if (nearest === 1) return 0.5 - grey / 255;
      const distance = Math.sqrt(nearest) - 0.5;
      return isInk ? -distance : distance;
    });
  }

  /**
   * @param {number} i
   * @param {number[]} places
   * @returns {number} The square of the distance to the nearest of them.
   */
  function nearestSquare(i, places) {
    const [x, y] = [i % SIZE, Math.floor(i / SIZE)];
    let nearest = 2 * SIZE * SIZE;
    for (const place of places) {
      const right = (place % SIZE) - x;
      const down = Math.floor(place / SIZE) - y;
      nearest = Math.min(nearest, right * right + down * down);
    }
    return nearest;
  }

  return { addNoise, edgeDistances, fade, reshape, rotate, shift, thicken };
})());
