/**
 * Images that come to the page: chosen, taken with the camera, dropped or pasted; or one of MNIST's
 * own digits.
 */
MNIST.add('draw', (() => {
  const { text } = MNIST.words;
  const { loadScript } = MNIST.core;
  const { GRID_SIZE, ImageError, decodeImage } = MNIST.draw;

  /** A larger file is not opened, in bytes. */
  const MAX_IMAGE_BYTES = 50_000_000;

  class ImageInput {
    #receive;
    #refuse;
    #decode;
    /** Counts the requests: a new one replaces the one before. */
    #turn = 0;
    /** @type {Promise<ImageData> | null} */
    #samples = null;

    /**
     * @param {(image: PadImage) => void} receive
     * @param {(reason: string) => void} refuse Gets a sentence when a file cannot be read.
     * @param {(file: Blob) => Promise<ImageData>} [decode]
     */
    constructor(receive, refuse, decode = decodeImage) {
      this.#receive = receive;
      this.#refuse = refuse;
      this.#decode = decode;
    }

    /** @param {HTMLInputElement} input Of type file. */
    listenTo(input) {
      input.addEventListener('change', () => {
        const [file] = input.files ?? [];
        if (file) void this.take(file);
        input.value = ''; // so that the same file can be chosen again
      });
    }

    /**
     * Takes what is dropped anywhere on the page or pasted into it.
     * @param {HTMLElement} target Gets the class is-target while a file is over the page.
     */
    listenToPage(target) {
      document.addEventListener('dragover', (event) => {
        if (!event.dataTransfer?.types.includes('Files')) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        target.classList.add('is-target');
      });
      document.addEventListener('dragleave', (event) => {
        if (event.relatedTarget === null) target.classList.remove('is-target');
      });
      document.addEventListener('drop', (event) => {
        target.classList.remove('is-target');
        const [file] = event.dataTransfer?.files ?? [];
        if (!file) return;
        event.preventDefault();
        void this.take(file);
      });
      document.addEventListener('paste', (event) => {
        const files = Array.from(event.clipboardData?.files ?? []);
        const file = files.find(({ type }) => type.startsWith('image/')) ?? files[0];
        if (!file) return;
        event.preventDefault();
        void this.take(file);
      });
    }

    /** Drops an image that is still being opened. */
    forget() {
      this.#turn += 1;
    }

    /** @param {File} file */
    async take(file) {
      const turn = ++this.#turn;
      const name = file.name || text('draw.the-image');
      if (file.size > MAX_IMAGE_BYTES) {
        this.#refuse(text('draw.image-too-large', { name, max: MAX_IMAGE_BYTES / 1e6 }));
        return;
      }
      try {
        const { width, height, data } = await this.#decode(file);
        if (turn === this.#turn) this.#receive({ width, height, rgba: data, cells: null, name });
      } catch (error) {
        if (turn !== this.#turn) return;
        const { key, values } = error instanceof ImageError ? error.problem : { key: 'draw.image-unopened', values: {} };
        this.#refuse(text(key, { ...values, name }));
      }
    }

    /** Takes one of MNIST's digits at random. */
    async takeSample() {
      const turn = ++this.#turn;
      this.#samples ??= loadSamples();
      let sheet;
      try {
        sheet = await this.#samples;
      } catch {
        this.#samples = null;
        if (turn !== this.#turn) return;
        this.#refuse(text('draw.samples-missing'));
        return;
      }
      if (turn !== this.#turn) return;
      const { width, data } = sheet;
      const row = Math.floor(10 * Math.random());
      const column = Math.floor(10 * Math.random());
      const cells = new Uint8Array(GRID_SIZE * GRID_SIZE);
      const rgba = new Uint8ClampedArray(4 * cells.length);
      for (let y = 0; y < GRID_SIZE; y++) {
        for (let x = 0; x < GRID_SIZE; x++) {
          const pixel = 4 * ((row * GRID_SIZE + y) * width + column * GRID_SIZE + x);
          const cell = y * GRID_SIZE + x;
          cells[cell] = data[pixel];
          rgba.set([0, 0, 0, data[pixel]], 4 * cell);
        }
      }
      this.#receive({ width: GRID_SIZE, height: GRID_SIZE, rgba, cells, name: text('draw.sample-name', { count: row }) });
    }
  }

  /**
   * @returns {Promise<ImageData>}
   * @throws {Error} They could not be loaded.
   */
  async function loadSamples() {
    await loadScript('js/data/mnist-samples.js');
    return decodeImage(MNIST.data.SAMPLES);
  }

  return { ImageInput };
})());
