/**
 * The network that comes with the pages, for where no server answers. data/model.js holds it.
 */
MNIST.add('nn', (() => {
  const { loadScript } = MNIST.core;
  const { readNetwork } = MNIST.nn;

  /**
   * @returns {Promise<ShippedNetwork>}
   * @throws {Error} Its script does not load, or holds no network.
   */
  async function loadShippedNetwork() {
    await loadScript('js/data/model.js');
    const { digest, file } = MNIST.data.MODEL;
    const bytes = Uint8Array.from(atob(file), (character) => character.charCodeAt(0));
    return { digest, network: readNetwork(bytes.buffer) };
  }

  return { loadShippedNetwork };
})());
