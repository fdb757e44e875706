/**
 * What index.html has to do with the reader's own digits: it keeps those that are labelled, and it
 * reads with the reader's own copy of the network, if there is one in use.
 */
MNIST.add('index', (() => {
  const { text } = MNIST.words;
  const { readNetwork } = MNIST.nn;
  const { openOwnStore, ownDigit } = MNIST.own;

  /**
   * Keeps a digit with its label.
   *
   * @param {Uint8Array} pixels
   * @param {number} label
   * @returns {Promise<Labelled>}
   * @throws {Error} There is no room; the message is for people.
   */
  async function keepLabelled(pixels, label) {
    const store = await openOwnStore();
    const digit = ownDigit(pixels, label, Date.now());
    const before = (await store.digits()).find(({ id }) => id === digit.id) ?? null;
    await store.keep([digit]);
    const { length: count } = await store.digits();
    return { pixels, digit, before, count, isLasting: store.isLasting };
  }

  /**
   * Takes a label back: the digit has the label that it had before, or is no longer kept.
   *
   * @param {Labelled} labelled
   */
  async function undoLabel({ digit, before }) {
    const store = await openOwnStore();
    if (before === null) await store.remove([digit.id]);
    else await store.keep([before]);
  }

  /**
   * Reads with the own copy as long as it is in use, whichever page or tab decides that.
   *
   * @param {MNIST.nn.LiveNetwork} live
   * @param {(report: {learned: number} | {problem: string}) => void} report Called before `live`
   *   changes.
   * @returns {Promise<() => Promise<void>>} Goes back to the page's own network.
   */
  async function followOwnCopy(live, report) {
    const store = await openOwnStore();
    let time = 0;
    async function follow() {
      const { latest, isInUse } = await store.copies();
      if (latest === null || !isInUse) {
        time = 0;
        await live.leaveOwn();
      } else if (latest.time !== time) {
        time = latest.time;
        const network = readNetwork(latest.file);
        report({ learned: latest.learned });
        live.useOwn(network);
      }
    }
    const followSafely = () => follow().catch(() => {
      report({ problem: text('index.own-unreadable') });
    });
    store.addEventListener('change', () => void followSafely());
    await followSafely();
    return () => store.useCopy(false);
  }

  return { keepLabelled, undoLabel, followOwnCopy };
})());
