/**
 * What this browser keeps of the lessons: how far each is, the predictions, the latest drawing and run.
 * Where storage is closed, full or holds something else, the lessons work all the same.
 */
MNIST.add('learn', (() => {
  const KEY = 'lessons';
  const VERSION = 1;
  const LESSON_COUNT = 8;
  /** So many points of a curve are kept. */
  const POINTS = 80;
  const GRADES = ['right', 'near', 'off'];

  /** @returns {LessonRecords} */
  function noRecords() {
    return { lessons: {}, drawing: '', run: null, name: '' };
  }

  /** @returns {Pick<Storage, 'getItem' | 'setItem'> | null} */
  function browserStorage() {
    try {
      return window.localStorage;
    } catch {
      return null; // The browser closes it to this page.
    }
  }

  class LessonProgress {
    #storage;
    #records;
    #isKept = true;

    /** @param {Pick<Storage, 'getItem' | 'setItem'> | null} [storage] */
    constructor(storage = browserStorage()) {
      this.#storage = storage;
      this.#records = readLessonRecords(this.#read());
    }

    get records() {
      return this.#records;
    }

    /** Whether what was kept last is still there after a reload. */
    get isKept() {
      return this.#isKept;
    }

    /**
     * @param {number} lesson
     * @returns {LessonRecord}
     */
    of(lesson) {
      return this.#records.lessons[lesson] ?? { step: 0, isDone: false, answers: {} };
    }

    /** @param {LessonPlace} place Where the lesson goes on. */
    reach({ lesson, step }) {
      this.#keep(lesson, { step });
    }

    /** @param {number} lesson From its start, with all questions open. */
    restart(lesson) {
      this.#keep(lesson, { step: 0, answers: {} });
    }

    /** @param {number} lesson */
    finish(lesson) {
      this.#keep(lesson, { step: 0, isDone: true });
    }

    /**
     * @param {number} lesson
     * @param {string} step
     * @param {LessonAnswer} answer
     */
    answer(lesson, step, answer) {
      this.#keep(lesson, { answers: { ...this.of(lesson).answers, [step]: answer } });
    }

    /** @param {Uint8Array} pixels */
    keepDrawing(pixels) {
      this.#write({ drawing: btoa(String.fromCharCode(...pixels)) });
    }

    /** @param {LessonRun} run */
    keepRun(run) {
      this.#write({ run });
    }

    /** @param {string} name */
    keepName(name) {
      this.#write({ name });
    }

    /** All of it. */
    forget() {
      this.#write(noRecords());
    }

    /**
     * @param {number} lesson
     * @param {Partial<LessonRecord>} part
     */
    #keep(lesson, part) {
      this.#refresh();
      this.#write({ lessons: { ...this.#records.lessons, [lesson]: { ...this.of(lesson), ...part } } });
    }

    /** Another tab may have gone on with another lesson. */
    #refresh() {
      const text = this.#isKept ? this.#read() : null;
      if (text !== null) this.#records = readLessonRecords(text);
    }

    #read() {
      try {
        return this.#storage?.getItem(KEY) ?? null;
      } catch {
        return null;
      }
    }

    /** @param {Partial<LessonRecords>} part */
    #write(part) {
      this.#refresh();
      this.#records = { ...this.#records, ...part };
      try {
        this.#storage?.setItem(KEY, JSON.stringify({ version: VERSION, ...this.#records }));
        this.#isKept = this.#storage !== null;
      } catch {
        this.#isKept = false; // It is full, or closed.
      }
    }
  }

  /**
   * @param {string | null} text
   * @returns {LessonRecords} Without what is damaged, or of another version.
   */
  function readLessonRecords(text) {
    const records = noRecords();
    const read = parsed(text);
    if (read?.version !== VERSION) return records;
    for (let number = 1; number <= LESSON_COUNT; number++) {
      const lesson = read.lessons?.[number];
      if (isObject(lesson)) records.lessons[number] = readRecord(lesson);
    }
    if (typeof read.drawing === 'string' && pixelsOfRecord(read.drawing) !== null) records.drawing = read.drawing;
    if (isRun(read.run)) records.run = read.run;
    if (typeof read.name === 'string') records.name = read.name.slice(0, 100);
    return records;
  }

  /**
   * @param {string | null} text
   * @returns {any} undefined if it is no JSON object.
   */
  function parsed(text) {
    try {
      const value = JSON.parse(text ?? '');
      return isObject(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }

  /** @param {any} value */
  function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  }

  /**
   * @param {any} lesson
   * @returns {LessonRecord}
   */
  function readRecord({ step, isDone, answers }) {
    /** @type {[string, any][]} */
    const kept = isObject(answers) ? Object.entries(answers) : [];
    return {
      step: Number.isInteger(step) && step >= 0 ? step : 0,
      isDone: isDone === true,
      answers: Object.fromEntries(kept.filter(([, answer]) => isAnswer(answer))),
    };
  }

  /** @param {any} answer */
  function isAnswer(answer) {
    return isObject(answer) && GRADES.includes(answer.grade) && isObject(answer.asked) && isObject(answer.found)
      && [answer.guess, answer.truth].every((value) => typeof value === 'string' || Number.isFinite(value));
  }

  /** @param {any} run */
  function isRun(run) {
    if (!isObject(run) || ![run.epoch, run.accuracy].every(Number.isFinite)) return false;
    return [run.epochs, run.test].every((list) => Array.isArray(list) && list.length === run.epochs.length && list.every(Number.isFinite));
  }

  /**
   * @param {string} text Base64.
   * @returns {Uint8Array | null} 784 grey values, if it is that.
   */
  function pixelsOfRecord(text) {
    try {
      const pixels = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      return pixels.length === 784 ? pixels : null;
    } catch {
      return null;
    }
  }

  /**
   * @param {ReadonlyArray<WatchTest>} tests At least one.
   * @returns {LessonRun}
   */
  function runRecord(tests) {
    const stride = Math.max(1, Math.ceil(tests.length / POINTS));
    const shown = tests.filter((_, n) => n % stride === 0 || n === tests.length - 1);
    const round = (/** @type {number} */ value) => Math.round(1e4 * value) / 1e4;
    const { epoch, accuracy } = tests[tests.length - 1];
    return { epochs: shown.map((test) => round(test.epoch)), test: shown.map((test) => round(test.accuracy)), epoch, accuracy };
  }

  return { LessonProgress, readLessonRecords, pixelsOfRecord, runRecord };
})());
