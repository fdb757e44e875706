/**
 * Edits of a network, made on a copy: a weight or a bias set by hand, a neuron scaled or switched
 * off. Pure functions: nothing here touches the page.
 */
MNIST.add('nn', (() => {
  const { text } = MNIST.words;

  /**
   * @param {Network} network Left as it is.
   * @param {ReadonlyArray<Edit>} edits In the order in which they were made.
   * @returns {Network} The network itself if there are none.
   */
  function edited(network, edits) {
    if (edits.length === 0) return network;
    const layers = network.layers.map((layer) => ({ ...layer, W: layer.W.slice(), b: layer.b.slice() }));
    for (const edit of edits) {
      const { outputs, W, b } = layers[edit.layer];
      if (edit.kind === 'weight') W[edit.input * outputs + edit.neuron] = edit.value;
      if (edit.kind === 'bias') b[edit.neuron] = edit.value;
      if (edit.kind === 'scale') {
        for (let k = edit.neuron; k < W.length; k += outputs) W[k] *= edit.value;
      }
      if (edit.kind === 'off') {
        for (let k = edit.neuron; k < W.length; k += outputs) W[k] = 0;
        b[edit.neuron] = 0; // z = 0, so a = 0 whatever the image
      }
    }
    return { ...network, layers };
  }

  /**
   * @param {Edit} edit
   * @returns {string} What it does, for people.
   */
  function describeEdit(edit) {
    const name = nameOf(edit.layer, edit.neuron);
    switch (edit.kind) {
      case 'weight':
        return text('learn.edit-weight', { name, input: String(edit.input), value: short(edit.value) });
      case 'bias':
        return text('learn.edit-bias', { name, value: short(edit.value) });
      case 'scale':
        return text('learn.edit-scale', { name, value: short(edit.value) });
      default:
        return text('learn.edit-off', { name });
    }
  }

  /**
   * @param {number} value
   * @returns {string}
   */
  function short(value) {
    return MNIST.words.number(value, { maximumSignificantDigits: 4, useGrouping: false });
  }

  /**
   * @param {number} layer From 0.
   * @param {number} neuron From 0.
   * @param {number} [count] How many layers there are.
   * @returns {string} Such as "layer 1, neuron 37", or "output 4".
   */
  function nameOf(layer, neuron, count = 3) {
    const place = { layer: layer + 1, neuron };
    return layer === count - 1 ? text('learn.output', place) : text('learn.neuron', place);
  }

  return { edited, describeEdit, nameOf };
})());
