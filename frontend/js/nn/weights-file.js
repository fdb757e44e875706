/**
 * Reads a network from a .safetensors file, as GET /model/weights hands it out, and writes one. Pure
 * functions: nothing here touches the page.
 */
MNIST.add('nn', (() => {
  /** A larger header is refused, in bytes. */
  const MAX_HEADER_BYTES = 1_000_000;

  /**
   * Reads a network from a .safetensors file, as GET /model/weights hands it out.
   *
   * @param {ArrayBuffer} file
   * @returns {Network}
   * @throws {RangeError} The file holds no network of 784 inputs and 10 outputs.
   */
  function readNetwork(file) {
    const { header, data } = splitSafetensors(file);
    /** @type {Layer[]} */
    const layers = [];
    for (let number = 1; `W${number}` in header; number++) {
      const [W, inputs, outputs] = readArray(header[`W${number}`], data, 2);
      const [b, count] = readArray(header[`b${number}`], data, 1);
      const before = layers.length > 0 ? layers[layers.length - 1].outputs : 784;
      if (inputs !== before || count !== outputs) {
        throw new RangeError(`Layer ${number} does not fit the one before it.`);
      }
      layers.push({ inputs, outputs, W, b });
    }
    if (layers.at(-1)?.outputs !== 10) throw new RangeError('The file does not hold a network for digits.');
    const text = header['__metadata__']?.metadata;
    const metadata = typeof text === 'string' ? JSON.parse(text) : {};
    return { layers, metadata };
  }

  /**
   * @param {ArrayBuffer} file
   * @returns {{header: Record<string, any>, data: ArrayBuffer}}
   */
  function splitSafetensors(file) {
    const length = file.byteLength < 8 ? NaN : Number(new DataView(file).getBigUint64(0, true));
    if (!(length <= MAX_HEADER_BYTES && 8 + length <= file.byteLength)) {
      throw new RangeError('This is not a .safetensors file.');
    }
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, length)));
    return { header, data: file.slice(8 + length) };
  }

  /**
   * @param {any} entry What the header says of the array.
   * @param {ArrayBuffer} data
   * @param {number} dimensions
   * @returns {[Float32Array, ...number[]]} The numbers, then the shape.
   */
  function readArray(entry, data, dimensions) {
    const { dtype, shape, data_offsets: offsets } = entry ?? {};
    const isShape = Array.isArray(shape) && shape.length === dimensions && shape.every(isCount);
    if (dtype !== 'F32' || !isShape || !Array.isArray(offsets)) {
      throw new RangeError('The file lacks an array of float32 numbers.');
    }
    const size = shape.reduce((product, side) => product * side, 1);
    const [first, end] = offsets;
    const isInside = isCount(end) && end <= data.byteLength && first % 4 === 0 && first >= 0;
    if (!isInside || end - first !== 4 * size) throw new RangeError('An array lies outside the file.');
    const numbers = new Float32Array(data, first, size);
    if (!numbers.every(Number.isFinite)) throw new RangeError('A weight is not a finite number.');
    return [numbers, ...shape];
  }

  /**
   * @param {unknown} value
   * @returns {value is number}
   */
  function isCount(value) {
    return Number.isInteger(value) && Number(value) > 0;
  }

  /**
   * Writes a network as a .safetensors file that the API and the command line read too. The format:
   * the header's length in 8 bytes, a JSON header, then the arrays' bytes without gaps.
   *
   * @param {Network} network
   * @returns {ArrayBuffer}
   */
  function writeNetwork({ layers, metadata }) {
    /** @type {Record<string, unknown>} */
    const header = { __metadata__: { metadata: JSON.stringify(metadata) } };
    const arrays = layers.flatMap(({ inputs, outputs, W, b }, l) => [
      { name: `W${l + 1}`, shape: [inputs, outputs], numbers: W },
      { name: `b${l + 1}`, shape: [outputs], numbers: b },
    ]);
    let end = 0;
    for (const { name, shape, numbers } of arrays) {
      header[name] = { dtype: 'F32', shape, data_offsets: [end, (end += 4 * numbers.length)] };
    }
    const text = new TextEncoder().encode(JSON.stringify(header));
    const start = 8 * Math.ceil((8 + text.length) / 8); // the header is filled up with spaces
    const file = new Uint8Array(start + end).fill(0x20, 0, start);
    file.set(text, 8);
    const view = new DataView(file.buffer);
    view.setBigUint64(0, BigInt(start - 8), true);
    let place = start;
    for (const { numbers } of arrays) {
      for (const number of numbers) {
        view.setFloat32(place, number, true);
        place += 4;
      }
    }
    return file.buffer;
  }

  return { readNetwork, writeNetwork, isCount };
})());
