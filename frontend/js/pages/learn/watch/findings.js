/**
 * What the doctor has found, for people: one finding at a time, said once, and shown for long enough.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { examine } = MNIST.learn;

  class WatchFindings {
    /** A finding stays for so long after it was found last: it does not come and go. In milliseconds. */
    static rest = 3_000;
    #say;
    #foundAt = 0;
    /** What is shown. @type {WatchFinding | null} */
    current = null;

    /** @param {(text: string) => void} say */
    constructor(say) {
      this.#say = say;
    }

    /** Another network or setting: what still holds is found again. */
    forget() {
      this.current = null;
    }

    /** @param {WatchCase} patient */
    look(patient) {
      const [found] = examine(patient);
      const now = Date.now();
      if (found === undefined) {
        if (now - this.#foundAt > WatchFindings.rest) this.current = null;
        return;
      }
      if (found.id !== this.current?.id) {
        const { title, fix } = found;
        this.#say(fix === null ? title : text('watch.helps', { title, fix: fix.text }));
      }
      this.current = found;
      this.#foundAt = now;
    }
  }

  return { WatchFindings };
})());
