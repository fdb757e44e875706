/**
 * One question at a time: asks the API about a drawing and reports what becomes of it. Touches no
 * page.
 */
MNIST.add('api', (() => {
  const { ApiError } = MNIST.api;

  class PredictionSession {
    /** Milliseconds before a wait is worth showing: a fast answer must not flicker. */
    static waitingDelay = 150;
    /** Milliseconds after which an answer is given up. */
    static timeout = 10_000;

    #client;
    #report;
    /** @type {{version: number, controller: AbortController} | null} */
    #question = null;

    /**
     * @param {Pick<MNIST.api.ApiClient, 'predict'>} client
     * @param {(report: SessionReport) => void} report
     */
    constructor(client, report) {
      this.#client = client;
      this.#report = report;
    }

    /**
     * Asks about a drawing, and drops an earlier question about another one. The same drawing is not
     * asked about twice at once: an impatient second click waits for the first one's answer.
     *
     * @param {number} version The drawing's.
     * @param {Uint8Array[]} images One for each digit.
     */
    async ask(version, images) {
      if (this.#question?.version === version) return;
      this.#question?.controller.abort();
      const start = performance.now();
      const question = { version, controller: new AbortController() };
      this.#question = question;
      const isCurrent = () => this.#question === question;

      let isTimedOut = false;
      const waiting = setTimeout(
        () => isCurrent() && this.#report({ kind: 'waiting', version }),
        PredictionSession.waitingDelay,
      );
      const giveUp = setTimeout(() => {
        isTimedOut = true;
        question.controller.abort();
      }, PredictionSession.timeout);
      try {
        const predictions = await this.#client.predict(images, question.controller.signal);
        const milliseconds = performance.now() - start;
        if (isCurrent()) this.#finish({ kind: 'answered', version, predictions, milliseconds });
      } catch (error) {
        if (!isCurrent()) return;
        if (isTimedOut) {
          this.#finish({ kind: 'failed', version, error: new ApiError('timeout') });
        } else if (error instanceof ApiError) {
          this.#finish({ kind: 'failed', version, error });
        } else {
          this.#question = null;
          throw error;
        }
      } finally {
        clearTimeout(waiting);
        clearTimeout(giveUp);
      }
    }

    /** Drops the question, if one is open. */
    cancel() {
      const question = this.#question;
      if (question === null) return;
      question.controller.abort();
      this.#finish({ kind: 'cancelled', version: question.version });
    }

    /** @param {SessionReport} report */
    #finish(report) {
      this.#question = null;
      this.#report(report);
    }
  }

  return { PredictionSession };
})());
