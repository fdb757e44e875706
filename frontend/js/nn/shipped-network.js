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
    return { digest, network: readNetwork(bytesOf(file).buffer) };
  }

  /**
   * @param {string} base64
   * @returns {Uint8Array<ArrayBuffer>}
   */
  function bytesOf(base64) {
    const characters = atob(base64);
    const bytes = new Uint8Array(characters.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
    return bytes;
  }

  return { bytesOf, loadShippedNetwork };
})());
