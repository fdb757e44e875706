/**
 * The reader's own digits and own copies of the network, as kept in this browser. Dispatches `change`
 * when they change, in this tab or in another one.
 */
MNIST.add('own', (() => {
  const { text } = MNIST.words;
  const { MAX_DIGITS, StorageError, openShelf } = MNIST.own;

  class OwnStore extends EventTarget {
    #shelf;
    /** @type {BroadcastChannel | null} */
    #channel = null;

    /** @param {Shelf} shelf */
    constructor(shelf) {
      super();
      this.#shelf = shelf;
      if (!shelf.isLasting) return;
      // Two tabs of one page: what one keeps, the other one shows.
      this.#channel = new BroadcastChannel('mnist-recognizer own');
      this.#channel.onmessage = () => this.#tell();
    }

    /** Whether what is kept outlasts the visit. */
    get isLasting() {
      return this.#shelf.isLasting;
    }

    /** @returns {Promise<OwnDigit[]>} The latest first. */
    async digits() {
      const digits = await this.#shelf.digits();
      return digits.sort((one, other) => other.time - one.time || (one.id < other.id ? -1 : 1));
    }

    /**
     * Keeps digits: all of them or, if there is no room, none.
     *
     * @param {ReadonlyArray<OwnDigit>} digits One whose image is there already takes its place.
     * @returns {Promise<number>} How many of them were not there, with this label.
     * @throws {StorageError}
     */
    async keep(digits) {
      const before = new Map((await this.#shelf.digits()).map(({ id, label }) => [id, label]));
      const changed = digits.filter(({ id, label }) => before.get(id) !== label);
      for (const { id, label } of changed) before.set(id, label);
      if (before.size > MAX_DIGITS) {
        throw new StorageError(text('common.no-room', { count: MAX_DIGITS }));
      }
      if (changed.length > 0) await this.#shelf.changeDigits(changed, []);
      this.#changed();
      return changed.length;
    }

    /**
     * @param {ReadonlyArray<string>} ids Those that are gone already do not matter.
     * @throws {StorageError}
     */
    async remove(ids) {
      await this.#shelf.changeDigits([], ids);
      this.#changed();
    }

    /** @returns {Promise<OwnCopies>} */
    copies() {
      return this.#shelf.copies();
    }

    /**
     * Keeps a copy of the network and reads with it; the one before can be had back.
     *
     * @param {OwnCopy} copy
     * @throws {StorageError}
     */
    async keepCopy(copy) {
      await this.#shelf.changeCopies(({ latest }) => ({ latest: copy, previous: latest, isInUse: true }));
      this.#changed();
    }

    /**
     * Goes back to the copy before the latest, or to none.
     * @throws {StorageError}
     */
    async undoCopy() {
      await this.#shelf.changeCopies(({ previous, isInUse }) => {
        return { latest: previous, previous: null, isInUse: isInUse && previous !== null };
      });
      this.#changed();
    }

    /**
     * @param {boolean} isInUse Whether the pages read with the copy; it is kept in any case.
     * @throws {StorageError}
     */
    async useCopy(isInUse) {
      await this.#shelf.changeCopies((before) => ({ ...before, isInUse: isInUse && before.latest !== null }));
      this.#changed();
    }

    #changed() {
      this.#channel?.postMessage('changed');
      this.#tell();
    }

    #tell() {
      this.dispatchEvent(new Event('change'));
    }
  }

  /** @type {Promise<OwnStore> | null} */
  let opened = null;

  /** @returns {Promise<OwnStore>} The same for the whole page; it never fails. */
  function openOwnStore() {
    opened ??= openShelf().then((shelf) => new OwnStore(shelf));
    return opened;
  }

  return { OwnStore, openOwnStore };
})());
