/**
 * Says what happens in a training, one sentence in two seconds at most: the latest one counts.
 */
MNIST.add('learn', (() => {
  class WatchSpeaker {
    /** In milliseconds. */
    static rest = 2_000;
    #say;
    #last = -Infinity;
    #next = '';
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    #timer;

    /** @param {(text: string) => void} say */
    constructor(say) {
      this.#say = say;
    }

    /** @param {string} text */
    say(text) {
      this.#next = text;
      clearTimeout(this.#timer);
      const rest = this.#last + WatchSpeaker.rest - Date.now();
      if (rest > 0) this.#timer = setTimeout(() => this.#speak(), rest);
      else this.#speak();
    }

    #speak() {
      this.#last = Date.now();
      this.#say(this.#next);
    }

    /** What still waits is not said any more. */
    hush() {
      clearTimeout(this.#timer);
    }
  }

  return { WatchSpeaker };
})());
