/**
 * What is said of a training in words and figures: how far it is, how well it reads, what the doctor
 * found, and how it compares in the end.
 */
MNIST.add('learn', (() => {
  const { number, text } = MNIST.words;
  const {
    Meter, deadShares, describeResult, describeShipped, isResult, percent, winnerOf,
  } = MNIST.learn;
  const { elementById } = MNIST.core;
  const { fingerprint } = MNIST.nn;

  class WatchFigures {
    #status = elementById('watch-status', HTMLElement);
    #test = elementById('watch-test', HTMLElement);
    #training = elementById('watch-training', HTMLElement);
    #loss = elementById('watch-loss', HTMLElement);
    #dead = elementById('watch-dead', HTMLElement);
    #deadName = elementById('watch-dead-name', HTMLElement);
    #answer = elementById('watch-answer', HTMLElement);
    #answerName = elementById('watch-answer-name', HTMLElement);
    #finding = elementById('watch-finding', HTMLElement);
    #findingTitle = elementById('watch-finding-title', HTMLElement);
    #findingReason = elementById('watch-finding-reason', HTMLElement);
    #fix = elementById('watch-fix', HTMLButtonElement);
    #result = elementById('watch-result', HTMLElement);
    #resultText = elementById('watch-result-text', HTMLElement);
    #shippedText = elementById('watch-result-shipped', HTMLElement);
    #shipped;
    /** @type {MNIST.learn.Meter | null} Counts what the shipped network reads. */
    #meter = null;

    /** @param {Network} shipped */
    constructor(shipped) {
      this.#shipped = shipped;
    }

    /** @param {string} status */
    showStatus(status) {
      this.#status.textContent = status;
    }

    /**
     * @param {MNIST.learn.WatchRun} run
     * @param {WatchSurveyed | null} surveyed
     * @param {WatchFrame | null} frame The moment that is looked at; null is now.
     */
    show(run, surveyed, frame) {
      const { points } = run.history;
      const last = frame === null ? run.history.last : (points.filter(({ step }) => step <= frame.step).at(-1) ?? null);
      this.#status.textContent = describeStatus(run, frame);
      // Of a moment of the film: measured then and there, not when the curves were last.
      const test = frame === null ? (last?.test ?? null) : run.testOf(frame);
      this.#test.textContent = test === null ? '–' : percent(test);
      this.#training.textContent = last === null || last.accuracy === null ? '–' : percent(last.accuracy);
      this.#loss.textContent = last === null || last.loss === null ? '–' : lossText(last.loss);
      const dead = surveyed === null ? null : deadShares(surveyed);
      this.#dead.textContent = dead === null ? '–' : String(dead.reduce((sum, layer) => sum + layer.dead, 0));
      this.#deadName.textContent = dead === null ? text('watch.dead')
        : text('watch.dead-of', { count: dead.reduce((sum, layer) => sum + layer.of, 0) });
      const probe = frame === null ? (last?.probe ?? null) : run.probeOf(frame);
      this.#answer.textContent = probe === null ? '–' : String(winnerOf(probe));
      this.#answerName.textContent = probe === null
        ? text('watch.your-drawing') : text('watch.drawing-share', { share: percent(probe[winnerOf(probe)]) });
    }

    /** @param {WatchFinding | null} finding */
    showFinding(finding) {
      this.#finding.hidden = finding === null;
      if (finding === null) return;
      this.#findingTitle.textContent = finding.title;
      this.#findingReason.textContent = finding.reason;
      this.#fix.hidden = finding.fix === null;
      this.#fix.textContent = finding.fix?.text ?? '';
    }

    /**
     * @param {WatchCase} patient
     * @param {DigitSet} test
     * @param {() => void} repaint Called once the shipped network has been measured.
     */
    showResult(patient, test, repaint) {
      this.#result.hidden = !isResult(patient);
      if (this.#result.hidden) return;
      this.#meter ??= new Meter(test, repaint);
      const accuracy = this.#meter.accuracyOf(this.#shipped);
      if (accuracy === null) this.#meter.measure(this.#shipped);
      this.#resultText.textContent = describeResult(patient);
      this.#shippedText.textContent = accuracy === null ? '' : describeShipped(accuracy, this.#shipped.metadata);
    }
  }

  /** @param {number} loss */
  function lossText(loss) {
    if (!Number.isFinite(loss)) return text('watch.not-finite');
    return loss >= 1000 ? loss.toExponential(1) : number(loss, loss < 0.1 ? 4 : 3);
  }

  /**
   * @param {MNIST.learn.WatchRun} run
   * @param {WatchFrame | null} frame The moment that one has gone back to.
   * @returns {string}
   */
  function describeStatus(run, frame) {
    const { history, settings, isRunning, imagesPerSecond } = run;
    const stopped = frame === null ? run.stopped : null;
    const { step, epoch } = frame ?? history.last ?? { step: 0, epoch: 0 };
    const values = { epoch: number(epoch, 2), count: step, seed: String(settings.seed) };
    // While it runs nobody could read the fingerprint.
    const status = isRunning
      ? text('watch.status-running', { ...values, images: 100 * Math.round(imagesPerSecond / 100) })
      : text('watch.status', { ...values, fingerprint: frame === null ? run.fingerprint : fingerprint(frame.network) });
    return stopped === null ? status : text('watch.status-stopped', { status, reason: text(`watch.stopped-${stopped}`) });
  }

  return { WatchFigures, describeStatus };
})());
