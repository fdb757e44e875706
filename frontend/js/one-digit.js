/**
 * @param {PenPoint[][]} strokes
 * @returns {number[][]}
 */
function groupStrokes(strokes) {
  return strokes.length > 0 ? [strokes.map((_, i) => i)] : [];
}
/**
 * @param {{width: number, height: number, rgba: Uint8ClampedArray}} picture
 * @returns {{box: PadBox, pixels: Uint8Array}[]}
 */
function findDigits({ width, height, rgba }) {
  const grey = Array.from({ length: width * height }, (_, i) => (rgba[4 * i] + rgba[4 * i + 1] + rgba[4 * i + 2]) / 3);
  const pixels = preprocessRaster(grey, width, height);
  return pixels ? [{ box: { x: 0, y: 0, width, height }, pixels }] : [];
}
