/**
 * What a network reads of an image: its weights file says which geometry it was trained in.
 */
MNIST.add('nn', (() => {
  const { straighten } = MNIST.vision;

  /** The geometries that there are: MNIST's, and the same sheared until digits stand upright. */
  const GEOMETRY = Object.freeze({ MNIST: 1, UPRIGHT: 2 });

  /**
   * @param {Pick<Network, 'metadata'>} network
   * @returns {boolean} Whether it reads straightened images. Older files say nothing, and do not.
   * @throws {RangeError} The file names a geometry that this page does not know.
   */
  function readsUpright({ metadata }) {
    const geometry = metadata.geometry ?? GEOMETRY.MNIST;
    if (geometry !== GEOMETRY.MNIST && geometry !== GEOMETRY.UPRIGHT) {
      throw new RangeError('The network was trained with a geometry that this page does not know.');
    }
    return geometry === GEOMETRY.UPRIGHT;
  }

  /**
   * @param {Pick<Network, 'metadata'>} network
   * @param {Uint8Array} pixels 784 grey values in MNIST's geometry.
   * @returns {Uint8Array} 784 grey values as the network is to read them.
   */
  function networkInput(network, pixels) {
    return readsUpright(network) ? straighten(pixels) : pixels;
  }

  return { networkInput, readsUpright };
})());
