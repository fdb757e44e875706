/**
 * A drawing as text short enough for a link, and back. Pure functions: nothing here touches the page.
 *
 * The bytes, in base64url: the format's number; then for each stroke `2 bits of brush + 4 · points`,
 * and each point as the way from the one before it, in sixteenths of a cell. All are varints (seven
 * bits a byte, the lowest first); numbers are in zigzag encoding (0, −1, 1, −2, … as 0, 1, 2, 3, …).
 */
MNIST.add('draw', (() => {
  const { BRUSH_SIGMAS, GRID_SIZE, distanceToSegment } = MNIST.draw;

  const SHARE = Object.freeze({
    /** Stands before the drawing in the link's fragment. */
    KEY: 'd=',
    /** Number of the format. */
    FORMAT: 1,
    /** Steps a cell. */
    STEPS: 16,
    /** More characters than this make no link. */
    MAX_CHARACTERS: 1_900,
    /** How far a line may move when points are left out, in cells: as little as makes it fit. */
    TOLERANCES: Object.freeze([0.04, 0.08, 0.16, 0.24, 0.32, 0.48]),
    MAX_STROKES: 200,
    MAX_POINTS: 4_000,
  });

  /**
   * @param {ReadonlyArray<Readonly<Stroke>>} strokes
   * @param {number} [limit] In characters.
   * @returns {string | null} The fragment, without #; null if the drawing is too long for a link.
   */
  function encodeDrawing(strokes, limit = SHARE.MAX_CHARACTERS) {
    for (const tolerance of SHARE.TOLERANCES) {
      const bytes = [SHARE.FORMAT];
      let at = { x: 0, y: 0 };
      for (const { points, sigma } of strokes) {
        const kept = simplifyLine(points, tolerance);
        pushVarint(bytes, 4 * kept.length + BRUSH_SIGMAS.indexOf(sigma));
        for (const { x, y } of kept) {
          const next = { x: Math.round(x * SHARE.STEPS), y: Math.round(y * SHARE.STEPS) };
          pushVarint(bytes, toZigzag(next.x - at.x));
          pushVarint(bytes, toZigzag(next.y - at.y));
          at = next;
        }
      }
      const text = SHARE.KEY + toBase64Url(bytes);
      if (text.length <= limit && strokes.length <= SHARE.MAX_STROKES) return text;
    }
    return null;
  }

  /**
   * @param {string} fragment Of a link, without #. It may come from anybody.
   * @returns {string | null} Its part with the drawing; null if it has none.
   */
  function drawingIn(fragment) {
    return fragment.split('&').find((part) => part.startsWith(SHARE.KEY)) ?? null;
  }

  /**
   * @param {string} fragment What `drawingIn` found. It may come from anybody.
   * @returns {Stroke[] | null} null if it holds no drawing.
   */
  function decodeDrawing(fragment) {
    const isOurs = fragment.startsWith(SHARE.KEY) && fragment.length <= SHARE.MAX_CHARACTERS;
    const bytes = isOurs ? fromBase64Url(fragment.slice(SHARE.KEY.length)) : null;
    if (bytes === null || bytes[0] !== SHARE.FORMAT) return null;
    const numbers = readVarints(bytes.slice(1));
    if (numbers === null) return null;
    /** @type {Stroke[]} */
    const strokes = [];
    const edge = GRID_SIZE * SHARE.STEPS;
    let x = 0;
    let y = 0;
    let total = 0;
    for (let i = 0; i < numbers.length; ) {
      const count = numbers[i] >> 2;
      const sigma = BRUSH_SIGMAS[numbers[i] & 3];
      i += 1;
      total += count;
      if (sigma === undefined || count === 0 || i + 2 * count > numbers.length) return null;
      if (total > SHARE.MAX_POINTS || strokes.length === SHARE.MAX_STROKES) return null;
      /** @type {PenPoint[]} */
      const points = [];
      for (; points.length < count; i += 2) {
        x += fromZigzag(numbers[i]);
        y += fromZigzag(numbers[i + 1]);
        if (x < 0 || y < 0 || x > edge || y > edge) return null;
        points.push({ x: x / SHARE.STEPS, y: y / SHARE.STEPS });
      }
      strokes.push({ points, sigma });
    }
    return strokes.length > 0 ? strokes : null;
  }

  /**
   * Leaves out points that a line hardly needs (Douglas and Peucker, 1973).
   *
   * @param {ReadonlyArray<PenPoint>} points
   * @param {number} tolerance No point that is left out was farther from the line.
   * @returns {PenPoint[]}
   */
  function simplifyLine(points, tolerance) {
    const isKept = new Uint8Array(points.length);
    isKept[0] = 1;
    isKept[points.length - 1] = 1;
    const spans = [[0, points.length - 1]];
    for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
      const [first, last] = span;
      let farthest = first;
      let most = tolerance;
      for (let i = first + 1; i < last; i++) {
        const distance = distanceToSegment(points[i], points[first], points[last]);
        if (distance > most) [farthest, most] = [i, distance];
      }
      if (farthest === first) continue;
      isKept[farthest] = 1;
      spans.push([first, farthest], [farthest, last]);
    }
    return points.filter((_, i) => isKept[i] === 1);
  }

  /**
   * @param {number} way A whole number.
   * @returns {number} A whole number from 0: small for what is small, whatever its sign.
   */
  function toZigzag(way) {
    return way < 0 ? -2 * way - 1 : 2 * way;
  }

  /**
   * @param {number} encoded
   * @returns {number}
   */
  function fromZigzag(encoded) {
    return encoded % 2 === 1 ? -(encoded + 1) / 2 : encoded / 2;
  }

  /**
   * @param {number[]} bytes Changed.
   * @param {number} number A whole number from 0.
   */
  function pushVarint(bytes, number) {
    for (; number > 127; number >>= 7) bytes.push((number & 127) | 128);
    bytes.push(number);
  }

  /**
   * @param {number[]} bytes
   * @returns {number[] | null} null if the last number is cut off, or one is too large.
   */
  function readVarints(bytes) {
    /** @type {number[]} */
    const numbers = [];
    let number = 0;
    let shift = 0;
    for (const byte of bytes) {
      number += (byte & 127) << shift;
      shift += 7;
      if (byte < 128) {
        numbers.push(number);
        [number, shift] = [0, 0];
      } else if (shift > 21) {
        return null;
      }
    }
    return shift === 0 ? numbers : null;
  }

  /**
   * @param {number[]} bytes
   * @returns {string}
   */
  function toBase64Url(bytes) {
    const text = btoa(String.fromCharCode(...bytes));
    return text.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  }

  /**
   * @param {string} text
   * @returns {number[] | null} null if it is not base64url.
   */
  function fromBase64Url(text) {
    if (!/^[\w-]+$/.test(text) || text.length % 4 === 1) return null;
    const bytes = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    return Array.from(bytes, (byte) => byte.charCodeAt(0));
  }

  return { SHARE, encodeDrawing, decodeDrawing, drawingIn, simplifyLine, pushVarint, readVarints, toBase64Url, fromBase64Url };
})());
