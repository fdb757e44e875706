/**
 * Where a page's own digits and networks lie: in the browser's database, which outlasts the visit, or
 * in memory where the browser refuses one. What happens in one call happens whole or not at all.
 */
MNIST.add('own', (() => {
  const { text } = MNIST.words;
  const DATABASE = 'mnist-recognizer';
  const VERSION = 1;
  /** A browser that has not opened its database by then does not answer, in milliseconds. */
  const PATIENCE = 5_000;
  /** @type {OwnCopies} */
  const NO_COPIES = Object.freeze({ latest: null, previous: null, isInUse: false });

  /** Something could not be kept. The message is for people. */
  class StorageError extends Error {}

  /**
   * IndexedDB. Each call opens the database and closes it again: no tab then stands in another's way,
   * and a database that was deleted meanwhile is simply empty.
   *
   * @implements {Shelf}
   */
  class DatabaseShelf {
    isLasting = true;

    digits() {
      return this.#use('readonly', (digits) => digits.getAll());
    }

    /**
     * @param {ReadonlyArray<OwnDigit>} put
     * @param {ReadonlyArray<string>} removed
     */
    async changeDigits(put, removed) {
      await this.#use('readwrite', (digits) => {
        for (const id of removed) digits.delete(id);
        for (const digit of put) digits.put(digit);
      });
    }

    async copies() {
      return (await this.#use('readonly', (_, copies) => copies.get('copies'))) ?? NO_COPIES;
    }

    /** @param {(before: OwnCopies) => OwnCopies} change */
    async changeCopies(change) {
      await this.#use('readwrite', (_, copies) => {
        const reading = copies.get('copies');
        reading.onsuccess = () => copies.put(change(reading.result ?? NO_COPIES), 'copies');
      });
    }

    /**
     * @param {IDBTransactionMode} mode
     * @param {(digits: IDBObjectStore, copies: IDBObjectStore) => IDBRequest | void} work
     * @returns {Promise<any>} What the request that `work` returned found.
     */
    async #use(mode, work) {
      const database = await openDatabase();
      try {
        return await new Promise((resolve, reject) => {
          const transaction = database.transaction(['digits', 'copies'], mode);
          transaction.oncomplete = () => resolve(request?.result);
          transaction.onabort = () => reject(asStorageError(transaction.error));
          const request = work(transaction.objectStore('digits'), transaction.objectStore('copies'));
        });
      } catch (error) {
        throw asStorageError(error);
      } finally {
        database.close();
      }
    }
  }

  /** @returns {Promise<IDBDatabase>} */
  function openDatabase() {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(DATABASE, VERSION);
      setTimeout(() => reject(new StorageError(text('common.storage-silent'))), PATIENCE);
      request.onupgradeneeded = () => {
        request.result.createObjectStore('digits', { keyPath: 'id' });
        request.result.createObjectStore('copies');
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(asStorageError(request.error));
    });
  }

  /**
   * @param {unknown} error
   * @returns {StorageError}
   */
  function asStorageError(error) {
    if (error instanceof StorageError) return error;
    const name = error instanceof Error || error instanceof DOMException ? error.name : '';
    if (name === 'QuotaExceededError') {
      return new StorageError(text('common.storage-full'));
    }
    return new StorageError(name === '' ? text('common.storage-failed') : text('common.storage-failed-why', { name }));
  }

  /**
   * Lasts as long as the page.
   *
   * @implements {Shelf}
   */
  class MemoryShelf {
    isLasting = false;
    /** @type {Map<string, OwnDigit>} */
    #digits = new Map();
    #copies = NO_COPIES;

    async digits() {
      return [...this.#digits.values()];
    }

    /**
     * @param {ReadonlyArray<OwnDigit>} put
     * @param {ReadonlyArray<string>} removed
     */
    async changeDigits(put, removed) {
      for (const id of removed) this.#digits.delete(id);
      for (const digit of put) this.#digits.set(digit.id, digit);
    }

    async copies() {
      return this.#copies;
    }

    /** @param {(before: OwnCopies) => OwnCopies} change */
    async changeCopies(change) {
      this.#copies = change(this.#copies);
    }
  }

  /** @returns {Promise<Shelf>} The browser's database; memory if it refuses. */
  async function openShelf() {
    const shelf = new DatabaseShelf();
    try {
      await shelf.copies();
      return shelf;
    } catch {
      return new MemoryShelf();
    }
  }

  return { StorageError, DatabaseShelf, MemoryShelf, openShelf };
})());
