/**
 * What the page tells somebody: aloud, to a screen reader, or in a note beside the pad.
 */
MNIST.add('ui', (() => {
  class Announcer {
    /** What is said once the pen rests waits for so many milliseconds of rest. */
    static rest = 1_200;
    #element;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    #next;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    #atRest;

    /** @param {HTMLElement} element A polite live region. */
    constructor(element) {
      this.#element = element;
    }

    /** @param {string} text Said again even if it is the same as before. */
    say(text) {
      this.#element.textContent = '';
      clearTimeout(this.#next);
      this.#next = setTimeout(() => {
        this.#element.textContent = text;
      }, 50);
    }

    /**
     * Says something once nothing new has come for a while.
     * @param {() => string | null} compose Asked then; null if there is nothing to say.
     */
    sayAtRest(compose) {
      clearTimeout(this.#atRest);
      this.#atRest = setTimeout(() => {
        const text = compose();
        if (text !== null) this.say(text);
      }, Announcer.rest);
    }
  }

  class Note {
    /** It goes away by itself after so many milliseconds. */
    static duration = 8_000;
    #element;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    #end;

    /** @param {HTMLElement} element */
    constructor(element) {
      this.#element = element;
    }

    /** @param {string} text */
    show(text) {
      clearTimeout(this.#end);
      this.#element.textContent = text;
      this.#end = setTimeout(() => this.hide(), Note.duration);
    }

    hide() {
      this.#element.textContent = '';
    }
  }

  return { Announcer, Note };
})());
