/**
 * Teaches a copy of the network own digits, and says what that changed.
 */
MNIST.add('learn', (() => {
  const { number, text } = MNIST.words;
  const { elementById } = MNIST.core;
  const { Trainer, layersOf } = MNIST.nn;
  const {
    MIN_DIGITS_TO_TEST, element, lessonOfMine, loadTrainingDigits, mineAsRead, scoreOfMine, splitMine,
    taughtNetwork, verdictOnMine,
  } = MNIST.learn;
  const BATCH_SIZE = 32;

  class MineTeacher {
    #shipped;
    #began;
    #finished;
    #button = elementById('mine-teach', HTMLButtonElement);
    #stop = elementById('mine-stop', HTMLButtonElement);
    #withOld = elementById('mine-old', HTMLInputElement);
    #isTesting = elementById('mine-test', HTMLInputElement);
    #passes = elementById('mine-passes', HTMLInputElement);
    #rate = elementById('mine-rate', HTMLInputElement);
    #progress = elementById('mine-progress', HTMLProgressElement);
    #report = elementById('mine-teach-report', HTMLElement);
    #scores = elementById('mine-before-after', HTMLElement);
    #table = elementById('mine-scores', HTMLTableElement);
    /** @type {ReadonlyArray<OwnDigit>} */
    #digits = [];
    /** @type {MNIST.nn.Trainer | null} While it teaches. */
    #trainer = null;
    #isBusy = false;
    /** What was learned last. @type {MineResult | null} */
    #result = null;

    /**
     * @param {() => Network} shipped
     * @param {() => void} began Called when the button is pressed.
     * @param {(result: MineResult | null) => void} finished Called with what was learned, and with null
     *   when another lesson begins.
     */
    constructor(shipped, began, finished) {
      this.#shipped = shipped;
      this.#began = began;
      this.#finished = finished;
      this.#button.addEventListener('click', () => void this.#teach());
      this.#stop.addEventListener('click', () => this.#trainer?.stop());
      for (const input of [this.#passes, this.#rate]) input.addEventListener('input', () => this.#showSettings());
      this.#showSettings();
    }

    /** @param {ReadonlyArray<OwnDigit>} digits */
    show(digits) {
      this.#digits = digits;
      const isEnough = digits.length >= MIN_DIGITS_TO_TEST;
      this.#isTesting.disabled = !isEnough;
      elementById('mine-test-note', HTMLElement).textContent = isEnough
        ? ''
        : text('mine.enough', { count: MIN_DIGITS_TO_TEST });
      this.#button.setAttribute('aria-disabled', String(digits.length === 0 || this.#isBusy));
    }

    /** Takes back what it said, unless that belongs to the copy that is on offer, or is being taught. */
    hush() {
      if (this.#isBusy) return;
      const sentence = this.#result === null ? '' : verdictOnMine(this.#result);
      if (sentence !== this.#report.textContent) this.#say(sentence);
    }

    /** @returns {TableContent} The figures before and after. */
    scoresTable() {
      const rows = this.#result === null ? [] : rowsOf(this.#result).map(([name, { before, after }]) => {
        return [name, ...[before.count, before.right, after.right, before.refused, after.refused].map((count) => number(count))];
      });
      const heads = ['count', 'right-before', 'right-after', 'refused-before', 'refused-after'];
      return { title: text('mine.before-after'), head: ['', ...heads.map((name) => text(`mine.head-${name}`))], rows };
    }

    get #learningRate() {
      return Number((10 ** Number(this.#rate.value)).toPrecision(2));
    }

    #showSettings() {
      elementById('mine-passes-value', HTMLOutputElement).value = this.#passes.value;
      const rate = number(this.#learningRate, { maximumSignificantDigits: 2 });
      elementById('mine-rate-value', HTMLOutputElement).value = rate;
      this.#rate.setAttribute('aria-valuetext', rate);
    }

    async #teach() {
      if (this.#isBusy) return;
      this.#began();
      if (this.#digits.length === 0) {
        this.#say(text('mine.collect-first'));
        return;
      }
      this.#setBusy(true);
      this.#result = null;
      this.#finished(null);
      this.#scores.hidden = true;
      try {
        const result = await this.#learn();
        this.#result = result;
        this.#showScores(result);
        this.#say(verdictOnMine(result));
        this.#finished(result);
      } catch (error) {
        this.#say(/** @type {Error} */ (error).message);
      } finally {
        this.#setBusy(false);
      }
    }

    /**
     * @returns {Promise<MineResult>}
     * @throws {Error} It was stopped, or failed; the message is for people.
     */
    async #learn() {
      const shipped = this.#shipped();
      const isTesting = this.#isTesting.checked && !this.#isTesting.disabled;
      const [passes, learningRate, withOld] = [Number(this.#passes.value), this.#learningRate, this.#withOld.checked];
      const { learned, held } = splitMine(this.#digits, isTesting);
      this.#say(text('mine.loading'), false);
      const { training, test } = await loadTrainingDigits();
      const own = await mineAsRead(shipped, learned);
      const lesson = lessonOfMine(own, withOld ? training : null);
      const images = Math.ceil(passes * lesson.imagesPerPass);
      const layers = await this.#train(shipped, lesson.digits, test, images, learningRate);
      const network = taughtNetwork(shipped, layers, {
        own_digits: learned.length, with_old_digits: withOld, passes, learning_rate: learningRate,
      });
      this.#say(text('mine.measuring'), false);
      /** @param {DigitSet} digits */
      const compare = async (digits) => {
        return { before: await scoreOfMine(shipped, digits), after: await scoreOfMine(network, digits) };
      };
      return {
        network,
        learned: learned.length,
        withOld,
        isHeldBack: held.length > 0,
        own: await compare(held.length > 0 ? await mineAsRead(shipped, held) : own),
        seen: held.length > 0 ? await compare(own) : null,
        test: await compare(test),
      };
    }

    /**
     * @param {Network} network Left as it is.
     * @param {DigitSet} digits
     * @param {DigitSet} test
     * @param {number} images So many are trained on.
     * @param {number} learningRate
     * @returns {Promise<Layer[]>}
     */
    async #train(network, digits, test, images, learningRate) {
      /** @type {(error: Error) => void} */
      let fail = () => {};
      const failed = new Promise((_, reject) => {
        fail = reject;
      });
      const trainer = new Trainer({
        network,
        digits,
        test,
        settings: {
          optimizer: 'sgd', learningRate, batchSize: BATCH_SIZE, distortions: true, examples: digits.labels.length,
        },
        measureEvery: Infinity,
        onProgress: (progress) => {
          this.#progress.value = progress.images / images;
          const { steps, loss } = progress;
          if (loss !== null) this.#say(text('mine.learning', { count: steps, loss: number(loss, 3) }), false);
          if (progress.state === 'diverged') {
            fail(new Error(text('mine.diverged')));
          }
        },
        onFailure: (reason) => fail(new Error(text('mine.failed', { reason }))),
      });
      this.#trainer = trainer;
      try {
        await Promise.race([trainer.run({ images }), failed]);
        const { theta, sizes } = await trainer.snapshot();
        return layersOf(theta, sizes);
      } catch (error) {
        throw trainer.state === 'stopped' ? new Error(text('mine.stopped')) : error;
      } finally {
        this.#trainer = null;
        trainer.stop();
      }
    }

    /** @param {boolean} isBusy */
    #setBusy(isBusy) {
      const hadFocus = document.activeElement === this.#stop;
      this.#isBusy = isBusy;
      this.#progress.hidden = !isBusy;
      this.#progress.value = 0;
      this.#stop.hidden = !isBusy;
      this.#button.setAttribute('aria-disabled', String(isBusy || this.#digits.length === 0));
      if (hadFocus) this.#button.focus();
    }

    /**
     * @param {string} sentence
     * @param {boolean} [isAloud] Whether a screen reader says it.
     */
    #say(sentence, isAloud = true) {
      this.#report.setAttribute('aria-live', isAloud ? 'polite' : 'off');
      this.#report.textContent = sentence;
    }

    /** @param {MineResult} result */
    #showScores(result) {
      this.#table.tBodies[0].replaceChildren(...rowsOf(result).map(([name, scores]) => rowOf(name, scores)));
      this.#scores.hidden = false;
    }
  }

  /**
   * @param {MineResult} result
   * @returns {[string, {before: MineScore, after: MineScore}][]} What was measured on, and what came out.
   */
  function rowsOf({ own, seen, test, isHeldBack }) {
    return [
      [text(isHeldBack ? 'mine.held' : 'mine.were-learned'), own],
      ...(seen === null ? [] : [/** @type {[string, typeof seen]} */ ([text('mine.were-learned'), seen])]),
      [text('mine.test-digits'), test],
    ];
  }

  /**
   * @param {string} name
   * @param {{before: MineScore, after: MineScore}} scores
   */
  function rowOf(name, { before, after }) {
    const cells = [before, after].map(({ right, count, refused }) => {
      const cell = element('td', {}, text('mine.of', { right, all: count }));
      // What the page would not read at all, however right the answer.
      if (refused > 0) cell.append(element('small', {}, text('mine.refused', { count: refused })));
      return cell;
    });
    return element('tr', {}, element('th', { scope: 'row' }, name), ...cells);
  }

  return { MineTeacher };
})());
