/**
 * The drawing that every stage explains: the pad, images and samples on it, and the example that the
 * page begins with.
 */
MNIST.add('learn', (() => {
  const { BRUSH_SIGMA, ImageInput, connectPad, findOnPad } = MNIST.draw;
  const { elementById, loadScript } = MNIST.core;
  const { text } = MNIST.words;

  /** A 4 that is nearly a 9, so that every stage has something to say. @type {Stroke[]} */
  const EXAMPLE = [
    [[12.5, 5.4], [10, 5.8], [9.2, 8.2], [8.6, 10.6], [8.4, 12.6], [9.4, 13.8], [12.4, 13.8], [15.4, 13.2], [17.6, 12.2]],
    [[18.2, 6.2], [17.8, 10], [17.2, 14.4], [16.6, 18.6], [16, 22.4]],
  ].map((points) => ({ sigma: BRUSH_SIGMA, points: points.map(([x, y]) => ({ x, y })) }));

  class DrawnDigit {
    #pad;
    #images;
    #note;
    #changed;
    #isReadingDue = false;
    /** Reads photos as index.html does; comes with the first one. @type {MNIST.nn.Reader | null} */
    #reader = null;
    #getNetwork;
    /** Whether the pad shows the example. */
    #isExample = false;

    /**
     * @param {(text: string) => void} announce
     * @param {MNIST.ui.Note} note
     * @param {() => Network | null} getNetwork The one that comes with the page, once it is here.
     * @param {(pixels: Uint8Array | null) => void} changed Called in the frame after a change, with
     *   the 784 grey values of the first digit; null if there is none.
     */
    constructor(announce, note, getNetwork, changed) {
      this.#note = note;
      this.#getNetwork = getNetwork;
      this.#changed = changed;
      this.#pad = connectPad(announce);
      this.#images = new ImageInput(
        (image) => this.drawing.show(image),
        (reason) => note.show(reason),
      );
      this.#images.listenTo(elementById('image', HTMLInputElement));
      this.#images.listenTo(elementById('camera', HTMLInputElement));
      this.#images.listenToPage(this.#pad.frame);
      this.drawing.addEventListener('change', () => this.#readInNextFrame());
      const pad = elementById('pad', HTMLCanvasElement);
      pad.addEventListener('pointerdown', () => this.#makeRoom(), { capture: true });
      pad.addEventListener('keydown', (event) => {
        if (event.key === ' ') this.#makeRoom();
      }, { capture: true });
    }

    get drawing() {
      return this.#pad.drawing;
    }

    /** Whether the pad shows the example that the page begins with. */
    get isExample() {
      return this.#isExample;
    }

    /** What keys do on the pad; see `MNIST.ui.Shortcuts`. */
    get commands() {
      return this.#pad.commands;
    }

    /** The page's colours have changed. */
    recolour() {
      this.#pad.recolour();
    }

    showSample() {
      void this.#images.takeSample();
    }

    /** In place of what is drawn. */
    showExample() {
      this.drawing.load(EXAMPLE);
      this.#isExample = true;
    }

    /** Reads what is drawn already, or else shows the example. */
    begin() {
      if (!this.drawing.isEmpty) {
        this.#read();
        return;
      }
      this.showExample();
    }

    #readInNextFrame() {
      this.#images.forget();
      this.#note.hide();
      if (this.drawing.isEmpty || this.drawing.image !== null) this.#isExample = false;
      if (this.#isReadingDue) return;
      this.#isReadingDue = true;
      requestAnimationFrame(() => this.#read());
    }

    #read() {
      this.#isReadingDue = false;
      const { image } = this.drawing;
      if (image !== null && image.cells === null) {
        void this.#readPhoto(image);
        return;
      }
      const digits = findOnPad(this.drawing);
      if (digits.length > 1) this.#note.show(text('learn.only-first', { count: digits.length }));
      this.#changed(digits[0]?.pixels ?? null);
    }

    /**
     * Several ways of finding the digits are tried. Of what is found, the first digit counts.
     * @param {PadImage} image
     */
    async #readPhoto(image) {
      const reader = await this.#loadReader();
      if (image !== this.drawing.image) return;
      const found = findOnPad(this.drawing, reader?.sureness);
      const digits = found.filter(({ pixels }) => reader?.predict(pixels).doubt?.kind !== 'not-a-digit');
      if (found.length === 0) this.#note.show(text('common.message-nothing-found'));
      else if (digits.length === 0) this.#note.show(text('common.doubt-not-a-digit'));
      else if (digits.length > 1) this.#note.show(text('learn.only-first', { count: digits.length }));
      this.#changed((digits[0] ?? found[0])?.pixels ?? null);
    }

    /** @returns {Promise<MNIST.nn.Reader | null>} null if it does not come. */
    async #loadReader() {
      const network = this.#getNetwork();
      if (this.#reader !== null || network === null) return this.#reader;
      try {
        await loadScript('js/nn/rejection.js');
        await loadScript('js/nn/reader.js');
        this.#reader ??= new MNIST.nn.Reader(network);
      } catch {
        // Photos are read in one way only.
      }
      return this.#reader;
    }

    /** The first stroke of one's own takes the place of the example. */
    #makeRoom() {
      const isPen = document.querySelector('input[name="tool"][value="pen"]:checked') !== null;
      if (this.#isExample && isPen) this.drawing.clear();
    }
  }

  return { DrawnDigit };
})());
