/**
 * "How the ink was found": shows how a photo was read, step by step, and lets people correct it. Each
 * correction puts another image on the pad, which the page reads at once.
 */
MNIST.add('index', (() => {
  const { elementById } = MNIST.core;
  const { text } = MNIST.words;
  const {
    cropPhoto, findingIn, greyOf, joinDigits, leaveOut, originalOf, setTone, splitDigit, toneOf, turnPhoto,
  } = MNIST.draw;
  const {
    CropTool, InkBoxes, WHOLE_FRAME, currentDigits, inkMarkup, paintInk, paintPhoto, pixelsOfFrame, showTiles, stepsOf,
  } = MNIST.index;

  class InkPanel {
    #host;
    #photo;
    #ink;
    #what;
    #tiles;
    #hint;
    #boxes;
    #crop;
    /** @type {Map<string, HTMLButtonElement>} */
    #buttons = new Map();
    /** @type {PadImage | null} The one that is shown. */
    #image = null;
    /** @type {Finding} What was found in it. */
    #finding = findingIn(null);
    /** What is taken for ink. @type {InkTone} */
    #tone = 'dark';
    /** As the page shows them. @type {ReadonlyArray<ReadDigit>} */
    #digits = [];
    /** The boxes that are chosen. @type {Set<number>} */
    #chosen = new Set();

    /**
     * @param {HTMLElement} section
     * @param {InkHost} host
     */
    constructor(section, host) {
      this.#host = host;
      section.innerHTML = inkMarkup();
      section.setAttribute('aria-labelledby', 'ink-title');
      this.#photo = elementById('ink-photo', HTMLCanvasElement);
      this.#ink = elementById('ink-ink', HTMLCanvasElement);
      this.#what = elementById('ink-what', HTMLElement);
      this.#tiles = elementById('ink-tiles', HTMLElement);
      this.#hint = elementById('ink-hint', HTMLElement);
      this.#boxes = new InkBoxes(elementById('ink-boxes', HTMLElement), (index) => this.#toggle(index));
      this.#crop = new CropTool(elementById('ink-crop', HTMLElement), () => this.#run('use'));
      this.#tiles.addEventListener('click', ({ target }) => {
        const tile = /** @type {Element} */ (target).closest('.ink-tile');
        if (tile !== null) this.#toggle([...this.#tiles.children].indexOf(tile));
      });
      for (const button of section.querySelectorAll('button')) {
        const { command } = button.dataset;
        if (command === undefined) continue;
        this.#buttons.set(command, button);
        button.addEventListener('click', () => this.#run(command));
      }
      section.addEventListener('keydown', (event) => {
        if (event.key !== 'Escape' || !this.#crop.isOpen) return;
        event.stopPropagation(); // which would clear the pad
        this.#run('cancel');
      });
    }

    /** @param {IndexState} state */
    render(state) {
      const { image } = this.#host.drawing;
      const digits = currentDigits(state);
      if (image === null || (image === this.#image && digits === this.#digits)) return;
      if (image !== this.#image) {
        this.#chosen.clear();
        if (this.#crop.isOpen) this.#closeCrop();
      }
      const finding = findingIn(image);
      const isNew = image !== this.#image || finding !== this.#finding;
      this.#image = image;
      this.#digits = digits;
      this.#finding = finding;
      if (isNew) this.#showFinding(image);
      this.#showChosen();
    }

    /** @param {PadImage} image */
    #showFinding(image) {
      this.#tone = toneOf(image, greyOf(image), this.#finding);
      paintPhoto(this.#photo, image);
      this.#photo.parentElement?.style.setProperty('--ratio', String(image.width / image.height));
      const hasDim = paintInk(this.#ink, this.#finding);
      this.#ink.style.setProperty('--ratio', String(this.#ink.width / this.#ink.height));
      const steps = stepsOf(this.#finding, this.#tone, hasDim, image.correction?.isUpright ?? false);
      this.#what.replaceChildren(...steps.map((sentence) => {
        return Object.assign(document.createElement('li'), { textContent: sentence });
      }));
    }

    /** Shows the boxes and what can be done with those that are chosen. */
    #showChosen() {
      const image = this.#image;
      const { digits } = this.#finding;
      const { network } = this.#host.live;
      if (image === null || network === null) return;
      const predictions = digits.map(({ pixels }) => this.#predictionOf(pixels));
      this.#boxes.show(image, digits, predictions, this.#chosen);
      showTiles(this.#tiles, digits, predictions, this.#chosen, network);
      const count = this.#chosen.size;
      const isCorrected = image.correction !== undefined;
      const can = {
        join: count > 1, split: count === 1, leave: count > 0, undo: isCorrected, found: isCorrected,
      };
      for (const [command, isPossible] of Object.entries(can)) {
        this.#buttons.get(command)?.setAttribute('aria-disabled', String(!isPossible));
      }
      const hint = digits.length === 0 ? text('ink.hint-none') : text('ink.hint', { count });
      if (this.#hint.textContent !== hint) this.#hint.textContent = hint;
    }

    /**
     * @param {Uint8Array} pixels
     * @returns {Prediction | null} As the page shows it; of this network if it shows none.
     */
    #predictionOf(pixels) {
      const shown = this.#digits.find((digit) => digit.pixels === pixels);
      return shown?.prediction ?? (this.#host.live.isReady ? this.#host.live.predict(pixels) : null);
    }

    /** @param {number} index */
    #toggle(index) {
      if (!this.#chosen.delete(index)) {
        this.#chosen.add(index);
        this.#host.select(index);
      }
      this.#showChosen();
    }

    /** @param {string} command */
    #run(command) {
      const image = this.#image;
      if (image === null || this.#buttons.get(command)?.getAttribute('aria-disabled') === 'true') return;
      const which = [...this.#chosen].sort((a, b) => a - b);
      const boxes = which.map((i) => this.#finding.digits[i].box);
      /** @type {Record<string, () => void>} */
      const commands = {
        left: () => this.#show(this.#turned(image, 270)),
        right: () => this.#show(this.#turned(image, 90)),
        invert: () => this.#show(setTone(image, this.#tone === 'dark' ? 'light' : 'dark')),
        join: () => this.#show(joinDigits(image, boxes)),
        split: () => this.#show(splitDigit(image, boxes[0])),
        leave: () => this.#show(leaveOut(image, this.#finding, which)),
        undo: () => this.#host.drawing.undo(),
        found: () => this.#show(originalOf(image)),
        crop: () => this.#openCrop(),
        use: () => {
          const { frame } = this.#crop;
          this.#closeCrop();
          if (frame !== WHOLE_FRAME) this.#show(cropPhoto(image, pixelsOfFrame(frame, image)));
        },
        cancel: () => this.#closeCrop(),
      };
      commands[command]();
    }

    /**
     * @param {PadImage} image
     * @param {90 | 270} degrees
     * @returns {PadImage} Turned from how it was read: perhaps that was turned already.
     */
    #turned(image, degrees) {
      const all = (this.#finding.rotation + degrees) % 360;
      return turnPhoto(image, /** @type {0 | 90 | 180 | 270} */ (all));
    }

    /** @param {PadImage} image */
    #show(image) {
      this.#host.drawing.show(image);
    }

    #openCrop() {
      elementById('ink-boxes', HTMLElement).hidden = true;
      elementById('ink-box-commands', HTMLElement).hidden = true;
      elementById('ink-crop-commands', HTMLElement).hidden = false;
      this.#crop.open();
    }

    #closeCrop() {
      this.#crop.close();
      elementById('ink-boxes', HTMLElement).hidden = false;
      elementById('ink-box-commands', HTMLElement).hidden = false;
      elementById('ink-crop-commands', HTMLElement).hidden = true;
      this.#buttons.get('crop')?.focus();
    }
  }

  return { InkPanel };
})());
