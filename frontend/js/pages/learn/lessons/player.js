/**
 * Leads through a lesson: asks, waits until it can be seen, compares, goes on. What counts is the page
 * as it is at that moment, so going back, another drawing and other stages in between do no harm.
 */
MNIST.add('learn', (() => {
  const {
    LESSONS, LessonSpotlight, LessonStrip, LessonWorld, gradeOf, lessonFeedback, lessonTask, lessonView, problemOf, runRecord,
  } = MNIST.learn;
  const { elementById } = MNIST.core;
  /** What happens without the page's state, such as a training, is looked at so often, in milliseconds. */
  const LOOK = 200;
  /** So long the button of a step stays away once it was pressed. */
  const PATIENCE = 8_000;

  class LessonPlayer {
    #host;
    #world;
    #progress;
    #ended;
    #strip;
    #spotlight = new LessonSpotlight();
    /** @type {LessonPlace | null} */
    #place = null;
    /** @type {LessonView['phase']} */
    #phase = 'ask';
    /** @type {LessonMemory} */
    #memory = {};
    #isPrepared = false;
    /** Whether what the step is about was brought into view; its stage may come later. */
    #isInView = false;
    /** @type {number | string | null} */
    #guess = null;
    /** What stood in the question when it was answered. @type {LessonValues} */
    #asked = {};
    /** The steps that were done since the lesson was opened. @type {Set<string>} */
    #done = new Set();
    #actedAt = -Infinity;
    #timer = 0;
    /** The problem that was spoken of last. */
    #saidProblem = '';

    /**
     * @param {LessonHost} host
     * @param {MNIST.learn.LessonProgress} progress
     * @param {() => void} ended Called when a lesson has come to its end.
     */
    constructor(host, progress, ended) {
      this.#host = host;
      this.#world = new LessonWorld(host);
      this.#progress = progress;
      this.#ended = ended;
      this.#strip = new LessonStrip(elementById('lesson', HTMLElement), {
        answer: (guess) => this.#answer(guess),
        pick: () => this.#answer(this.#world.state.selected.neuron),
        act: () => this.#act(),
        help: () => this.#help(),
        again: () => this.#again(),
        show: () => this.#spotlight.point(),
        move: (steps) => this.#move(steps),
        leave: () => this.close(),
      });
    }

    get position() {
      return this.#place;
    }

    /** Whether what the stage says would give an answer away. */
    get isVeiling() {
      return this.#spotlight.isVeiling;
    }

    /**
     * @param {number} lesson From 1.
     * @param {number} step From 0; a lesson that has fewer begins at its start.
     */
    openAt(lesson, step) {
      const { steps } = LESSONS[lesson - 1] ?? LESSONS[0];
      if (this.#place?.lesson !== lesson) this.#done.clear();
      const { number } = LESSONS[lesson - 1] ?? LESSONS[0];
      this.#enter({ lesson: number, step: Number.isInteger(step) && step >= 0 && step < steps.length ? step : 0 });
      window.clearInterval(this.#timer);
      this.#timer = window.setInterval(() => this.render(), LOOK);
    }

    close() {
      window.clearInterval(this.#timer);
      this.#place = null;
      this.#spotlight.clear();
      this.#strip.hide();
      elementById('lessons', HTMLElement).focus();
    }

    get #lesson() {
      return LESSONS[(this.#place?.lesson ?? 1) - 1];
    }

    get #step() {
      return this.#lesson.steps[this.#place?.step ?? 0];
    }

    /** What this browser keeps of the step's answer. */
    get #kept() {
      return this.#progress.of(this.#lesson.number).answers[this.#step.id] ?? null;
    }

    /** @param {LessonPlace} place */
    #enter(place) {
      this.#place = place;
      this.#progress.reach(place);
      const { kind, question, stage } = this.#step;
      const isAnswered = question !== undefined && this.#kept !== null;
      this.#phase = isAnswered || kind === 'see' || this.#done.has(this.#step.id) ? 'done' : 'ask';
      this.#memory = {};
      this.#isPrepared = this.#phase === 'done' && kind !== 'see';
      this.#guess = null;
      this.#actedAt = -Infinity;
      this.#saidProblem = '';
      if (this.#host.getState().stage !== stage) this.#host.open(stage);
      this.#isInView = false;
      this.render();
      this.#strip.focus();
    }

    /** Shows the step as it is now, and goes on to its answer as soon as that can be seen. */
    render() {
      if (this.#place === null) return;
      const problem = this.#problem();
      if (problem === null) this.#goOn();
      const step = this.#step;
      const veil = [step.covers, this.#phase === 'done' ? undefined : step.hides].filter((one) => one !== undefined);
      this.#spotlight.show(step.target, step.kind === 'see' || veil.length === 0 ? step.covers : veil.join(', '));
      this.#strip.show(lessonView(this.#moment(problem)));
      if (problem === null && !this.#isInView) this.#isInView = this.#spotlight.scroll();
      if (problem !== null && problem.id !== this.#saidProblem) this.#host.announce(problem.text);
      this.#saidProblem = problem?.id ?? '';
    }

    /** @returns {LessonProblem | null} */
    #problem() {
      const { kind, stage } = this.#step;
      // An answer that was given stays, whatever is done afterwards; what is looked at must be there.
      if (this.#phase === 'done' && kind !== 'see') return null;
      const needs = this.#phase === 'act' || (kind === 'do' && this.#isPrepared) ? [] : this.#step.needs ?? [];
      return problemOf({ stage, needs }, this.#world);
    }

    #goOn() {
      const step = this.#step;
      if (!this.#isPrepared) {
        this.#isPrepared = true;
        step.prepare?.(this.#world, this.#memory);
      }
      const isReady = () => step.ready?.(this.#world, this.#memory) ?? true;
      if (this.#phase === 'ask' && step.kind === 'do' && isReady()) this.#finish();
      if (this.#phase === 'act' && isReady()) this.#grade();
    }

    /** @returns {LessonValues} */
    #values() {
      return this.#step.values?.(this.#world, this.#memory) ?? {};
    }

    /** @param {number | string} guess */
    #answer(guess) {
      this.#guess = guess;
      this.#asked = this.#values();
      this.#phase = 'act';
      this.render();
      if (this.#phase === 'act') {
        this.#spotlight.scroll();
        this.#strip.focus();
        this.#host.announce(lessonTask(this.#moment(null)));
      }
    }

    #grade() {
      const step = this.#step;
      const truth = step.truth?.(this.#world, this.#memory) ?? null;
      if (truth === null || this.#guess === null) return;
      const found = { ...this.#values(), ...step.found?.(this.#world, this.#memory) };
      const grade = gradeOf(step, this.#guess, truth, this.#world);
      this.#progress.answer(this.#lesson.number, step.id, { guess: this.#guess, truth, grade, asked: this.#asked, found });
      this.#keepOwn();
      this.#finish();
    }

    #finish() {
      this.#phase = 'done';
      this.#done.add(this.#step.id);
      if (this.#step.kind === 'do') this.#keepOwn();
      const moment = this.#moment(null);
      const feedback = lessonFeedback(moment);
      if (feedback !== '') this.#host.announce(feedback);
      this.#strip.show(lessonView(moment));
      this.#strip.focusNext();
    }

    /** Keeps the learner's own drawing and run for the page at the end. */
    #keepOwn() {
      const { isEmpty, isExample, run, state } = this.#world;
      if (!isEmpty && !isExample) this.#progress.keepDrawing(state.pixels);
      if (this.#step.keepsRun === true && run !== null && run.history.tests.length > 0) {
        this.#progress.keepRun(runRecord(run.history.tests));
      }
    }

    #act() {
      this.#actedAt = performance.now();
      this.#step.act?.(this.#world, this.#memory);
      this.render();
      if (this.#phase !== 'done') this.#strip.focus();
    }

    #help() {
      this.#problem()?.help?.();
      this.render();
      if (this.#phase !== 'done') this.#strip.focus();
    }

    #again() {
      const step = this.#step;
      this.#done.delete(step.id);
      this.#phase = 'ask';
      this.#isPrepared = false;
      this.#memory = {};
      this.render();
      this.#strip.focus();
    }

    /** @param {number} steps */
    #move(steps) {
      if (this.#place === null) return;
      const { lesson, step } = this.#place;
      const next = step + steps;
      if (next < 0) return;
      if (next < this.#lesson.steps.length) {
        this.#enter({ lesson, step: next });
        return;
      }
      this.#progress.finish(lesson);
      this.#world.tidy();
      this.close();
      this.#ended();
    }

    /**
     * @param {LessonProblem | null} problem
     * @returns {LessonMoment}
     */
    #moment(problem) {
      return {
        lesson: this.#lesson,
        step: this.#step,
        place: /** @type {LessonPlace} */ (this.#place),
        phase: this.#phase,
        problem,
        kept: this.#kept,
        asked: this.#asked,
        world: this.#world,
        memory: this.#memory,
        isActing: performance.now() < this.#actedAt + PATIENCE,
      };
    }
  }

  return { LessonPlayer };
})());
