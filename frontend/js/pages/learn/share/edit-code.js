/**
 * Changes of a network as text short enough for a link, and back. Pure functions.
 *
 * The bytes, in base64url: the format's number; then for each change how many edits it has, and for
 * each edit `kind + 4 · layer`, the neuron, the input of a weight, and the value as four bytes (eight
 * where four are not exact). Whole numbers are varints.
 */
MNIST.add('learn', (() => {
  const { fromBase64Url, pushVarint, toBase64Url } = MNIST.draw;
  const FORMAT = 1;
  /** In the order of their numbers. A value of eight bytes has a number of its own. */
  const KINDS = Object.freeze(/** @type {const} */ (['off', 'weight', 'bias', 'scale']));
  const LONG = 16;
  /** No link has more edits; no value is larger. */
  const [MAX_EDITS, MAX_VALUE] = [300, 1e6];

  /**
   * @param {ReadonlyArray<ReadonlyArray<Edit>>} changes
   * @returns {string}
   */
  function encodeEdits(changes) {
    const bytes = [FORMAT];
    for (const edits of changes) {
      pushVarint(bytes, edits.length);
      for (const edit of edits) {
        const value = edit.kind === 'off' ? 0 : edit.value;
        const isLong = Math.fround(value) !== value;
        pushVarint(bytes, KINDS.indexOf(edit.kind) + 4 * edit.layer + (isLong ? LONG : 0));
        pushVarint(bytes, edit.neuron);
        if (edit.kind === 'weight') pushVarint(bytes, edit.input);
        if (edit.kind !== 'off') bytes.push(...new Uint8Array((isLong ? Float64Array : Float32Array).of(value).buffer));
      }
    }
    return toBase64Url(bytes);
  }

  /**
   * @param {string} text It may come from anybody.
   * @param {ReadonlyArray<Pick<Layer, 'inputs' | 'outputs'>>} layers Of the network that is changed.
   * @returns {Edit[][] | null} null if they are no changes of such a network.
   */
  function decodeEdits(text, layers) {
    const bytes = fromBase64Url(text);
    if (bytes === null || bytes[0] !== FORMAT) return null;
    const reader = new ByteReader(bytes.slice(1));
    /** @type {Edit[][]} */
    const changes = [];
    let total = 0;
    while (!reader.isAtEnd) {
      const count = reader.varint();
      total += count;
      if (!(count > 0) || total > MAX_EDITS) return null;
      const edits = Array.from({ length: count }, () => readEdit(reader, layers));
      if (edits.includes(null)) return null;
      changes.push(/** @type {Edit[]} */ (edits));
    }
    return changes;
  }

  /**
   * @param {ByteReader} reader
   * @param {ReadonlyArray<Pick<Layer, 'inputs' | 'outputs'>>} layers
   * @returns {Edit | null}
   */
  function readEdit(reader, layers) {
    const head = reader.varint();
    const kind = KINDS[head & 3];
    const layer = (head & (LONG - 1)) >> 2;
    const neuron = reader.varint();
    if (!(head < 2 * LONG) || layers[layer] === undefined || !(neuron < layers[layer].outputs)) return null;
    if (kind === 'off') return { kind, layer, neuron };
    const input = kind === 'weight' ? reader.varint() : 0;
    const value = head < LONG ? reader.float32() : reader.float64();
    if (!(input < layers[layer].inputs) || !(Math.abs(value) <= MAX_VALUE)) return null;
    return kind === 'weight' ? { kind, layer, neuron, input, value } : { kind, layer, neuron, value };
  }

  /** Reads numbers one after another; NaN where there is none. */
  class ByteReader {
    #bytes;
    #at = 0;

    /** @param {number[]} bytes */
    constructor(bytes) {
      this.#bytes = Uint8Array.from(bytes);
    }

    get isAtEnd() {
      return this.#at >= this.#bytes.length;
    }

    varint() {
      let number = 0;
      for (let shift = 0; shift <= 21; shift += 7) {
        const byte = this.#bytes[this.#at++] ?? NaN;
        if (Number.isNaN(byte)) return NaN;
        number += (byte & 127) << shift;
        if (byte < 128) return number;
      }
      return NaN;
    }

    float32() {
      const bytes = this.#bytes.slice(this.#at, (this.#at += 4));
      return bytes.length === 4 ? new Float32Array(bytes.buffer)[0] : NaN;
    }

    float64() {
      const bytes = this.#bytes.slice(this.#at, (this.#at += 8));
      return bytes.length === 8 ? new Float64Array(bytes.buffer)[0] : NaN;
    }
  }

  return { encodeEdits, decodeEdits };
})());
