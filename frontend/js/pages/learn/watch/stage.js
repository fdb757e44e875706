/**
 * Stage D, "Watch it learn": connects the training with its pictures, its settings and the doctor.
 * The training runs in a worker; what is new is painted once a frame, and only while the stage is open.
 */
MNIST.add('learn', (() => {
  const { number, text } = MNIST.words;
  const {
    WATCH_MARKUP, WATCH_PRESETS, WatchControls, WatchFigures, WatchFilm, WatchFindings, WatchLandscape, WatchPictures,
    WatchRace, WatchRun, WatchSlowMotion, WatchSpeaker, curveTable, filmTable, loadTrainingDigits, percent, ribbonTable,
    settingsOf, winnerOf,
  } = MNIST.learn;
  const { elementById } = MNIST.core;
  /** Who wants little motion sees a new picture so often, in milliseconds. */
  const CALM = 500;
  /** For so long after a change of the drawing, in milliseconds, it counts as being drawn. */
  const DRAWING = 150;

  /** @implements {Stage} */
  class WatchStage {
    #host;
    #play;
    #controls;
    #figures;
    #pictures;
    #film;
    #slow;
    #speaker;
    /** The moment that is looked at; null is now. @type {WatchFrame | null} */
    #frame = null;
    /** @type {MNIST.learn.WatchRun | null} null until the digits have come. */
    #run = null;
    /** What stands below the training, with work of its own. @type {{pause(): void, resume?(): void}[]} */
    #panels = [];
    /** @type {DigitSet | null} */
    #test = null;
    /** @type {WatchPreset | null} */
    #preset = WATCH_PRESETS[0];
    #findings;
    #isOpen = true;
    #isPaintDue = false;
    #drawnAt = -Infinity;
    /** What is set up once the digits have come. @type {Training | null} */
    #wanted = null;
    /** Which part of the stage is painted next while somebody draws. */
    #part = 0;
    /** What was said last of the training's progress. */
    #saidEpoch = 0;
    #calm = window.matchMedia('(prefers-reduced-motion: reduce)');

    /** @param {StageHost} host */
    constructor(host) {
      this.#host = host;
      host.section.innerHTML = WATCH_MARKUP;
      this.#play = elementById('watch-play', HTMLButtonElement);
      // On a phone the pictures come first, and the settings are folded away.
      const settings = /** @type {HTMLDetailsElement} */ (host.section.querySelector('.watch-settings'));
      settings.open = !window.matchMedia('(max-width: 47rem)').matches;
      this.#speaker = new WatchSpeaker((sentence) => host.announce(sentence));
      this.#findings = new WatchFindings((sentence) => this.#speaker.say(sentence));
      this.#controls = new WatchControls(
        (part) => this.#change(part),
        (preset) => this.#choose(preset),
      );
      this.#figures = new WatchFigures(host.shipped);
      this.#pictures = new WatchPictures(() => this.#paintSoon());
      this.#film = new WatchFilm((frame) => this.#look(frame), (frame) => this.#branch(frame));
      this.#slow = new WatchSlowMotion(() => this.#run, (sentence) => this.#speaker.say(sentence));
      this.#connectButtons();
      this.#load().catch((error) => {
        this.#figures.showStatus(text('watch.not-loaded', { reason: error.message }));
      });
    }

    /** null until the digits have come. */
    get run() {
      return this.#run;
    }

    /** How the training begins. @returns {Training | null} null until the digits have come. */
    get setup() {
      return this.#run === null ? this.#wanted : { preset: this.#preset?.id ?? null, settings: this.#run.settings };
    }

    /** @param {Training} training What begins, once play is pressed. */
    setUp(training) {
      this.#wanted = training;
      if (this.#run === null) return;
      this.#run.pause();
      this.#begin(training.settings);
      this.#preset = WATCH_PRESETS.find(({ id }) => id === training.preset) ?? null;
    }

    async #load() {
      const digits = await loadTrainingDigits();
      this.#test = digits.test;
      this.#pictures.digits = digits.test;
      const run = new WatchRun(digits, () => this.#paintSoon());
      this.#run = run;
      const panels = elementById('watch-panels', HTMLElement);
      this.#panels = [
        new WatchRace(panels, this.#host, digits, () => run.settings),
        new WatchLandscape(panels, this.#host, digits.training, () => run.network),
      ];
      this.#host.tables.connect(this.#host.section, {
        curves: () => curveTable(run.history),
        ribbon: () => {
          run.recallProbes();
          return ribbonTable(run.history);
        },
        film: () => filmTable(run),
        tile: () => this.#pictures.tileTable(),
        slow: () => this.#slow.table(),
      });
      run.probe(inked(this.#host.getState().pixels));
      if (this.#wanted !== null) this.setUp(this.#wanted);
      for (const button of document.querySelectorAll('.watch-transport [aria-disabled]')) button.removeAttribute('aria-disabled');
    }

    #connectButtons() {
      const { section } = this.#host;
      this.#play.addEventListener('click', () => {
        this.#slow.close();
        if (this.#run?.isRunning) this.#run.pause();
        else this.#run?.play();
      });
      for (const button of /** @type {NodeListOf<HTMLElement>} */ (section.querySelectorAll('[data-run]'))) {
        button.addEventListener('click', () => this.#run?.advance({ [button.dataset.run ?? '']: 1 }));
      }
      elementById('watch-again', HTMLButtonElement).addEventListener('click', () => this.#begin({}));
      const speed = elementById('watch-speed', HTMLSelectElement);
      speed.addEventListener('change', () => {
        if (this.#run !== null) this.#run.speed = Number(speed.value);
      });
      elementById('watch-slow-open', HTMLButtonElement).addEventListener('click', () => void this.#slow.open());
      elementById('watch-fix', HTMLButtonElement).addEventListener('click', () => this.#applyFix());
    }

    /** @param {LearnState} state */
    render(state) {
      this.#isOpen = true;
      for (const panel of this.#panels) panel.resume?.();
      if (this.#run?.probe(inked(state.pixels))) this.#drawnAt = performance.now();
      this.#paintSoon();
    }

    leave() {
      this.#isOpen = false;
      this.#speaker.hush();
      for (const panel of this.#panels) panel.pause();
      this.#slow.pause();
      this.#run?.pause();
    }

    /** @param {number} steps On by a batch, or back by a frame of the film. */
    go(steps) {
      if (this.#run === null) return;
      if (this.#slow.isOpen) {
        if (steps > 0) void this.#slow.next();
        return;
      }
      const frames = this.#run.frames.all;
      if (this.#frame === null && steps > 0) {
        this.#run.advance({ batches: 1 });
        return;
      }
      const at = this.#frame === null ? frames.length : frames.indexOf(this.#frame);
      this.#look(frames[Math.max(at + Math.sign(steps), 0)] ?? null);
    }

    /** @param {WatchFrame | null} frame */
    #look(frame) {
      this.#run?.pause();
      this.#frame = frame;
      this.#paintSoon();
    }

    /** @param {WatchFrame} frame */
    #branch(frame) {
      this.#frame = null;
      this.#forget();
      void this.#run?.branchAt(frame);
      this.#play.focus();
      this.#speaker.say(text('watch.goes-on', { epoch: number(frame.epoch, 2) }));
    }

    /** @param {Partial<WatchSettings>} part */
    #change(part) {
      this.#preset = null;
      this.#findings.forget();
      if (this.#run === null) return;
      const before = this.#run.initial;
      this.#run.change(part);
      if (this.#run.initial !== before) this.#forget();
      this.#paintSoon();
    }

    /** @param {WatchPreset} preset */
    #choose(preset) {
      if (this.#run === null) return;
      this.#begin(settingsOf(preset, this.#run.settings.seed));
      this.#preset = preset;
    }

    /** @param {Partial<WatchSettings>} part Of the new network. */
    #begin(part) {
      if (this.#run === null) return;
      this.#run.begin({ ...this.#run.settings, ...part });
      this.#forget();
      this.#paintSoon();
    }

    #forget() {
      this.#pictures.forget();
      this.#findings.forget();
      this.#frame = null;
      this.#saidEpoch = 0;
    }

    #applyFix() {
      const fix = this.#findings.current?.fix ?? null;
      if (fix === null) return;
      this.#preset = null;
      this.#findings.forget();
      if (fix.restart) this.#begin(fix.change);
      else this.#run?.change(fix.change);
      this.#run?.play();
      this.#play.focus();
    }

    #paintSoon() {
      if (this.#isPaintDue || !this.#isOpen) return;
      this.#isPaintDue = true;
      const paint = () => requestAnimationFrame(() => {
        this.#isPaintDue = false;
        if (this.#isOpen) this.#paint();
      });
      if (this.#calm.matches && this.#run?.isRunning) setTimeout(paint, CALM);
      else paint();
    }

    /** Shows where the training is. While somebody draws, each frame shows a part: the pen comes first. */
    #paint() {
      const run = this.#run;
      if (run === null) return;
      if (run.isRunning) this.#frame = null;
      const parts = [ // plots first: they ask for sizes, which text that changes would make costly
        () => this.#pictures.showPlots(run, this.#frame),
        () => this.#pictures.showTiles(run, this.#frame),
        () => this.#showNumbers(run),
      ];
      if (performance.now() - this.#drawnAt > DRAWING) {
        for (const paint of parts) paint();
        return;
      }
      this.#part = (this.#part + 1) % parts.length;
      parts[this.#part]();
      this.#paintSoon();
    }

    /** @param {MNIST.learn.WatchRun} run */
    #showNumbers(run) {
      this.#play.textContent = text(run.isRunning ? 'watch.pause' : 'watch.play');
      this.#play.dataset.state = run.isRunning ? 'running' : 'paused';
      this.#controls.show(run.settings, this.#preset);
      this.#film.show(run, this.#frame, this.#pictures.selected);
      const surveyed = this.#pictures.result;
      this.#figures.show(run, surveyed, this.#frame);
      if (this.#frame !== null) return;
      const patient = { settings: run.settings, points: run.history.points, surveyed, stopped: run.stopped };
      this.#findings.look(patient);
      this.#figures.showFinding(this.#findings.current);
      if (this.#test !== null) {
        this.#figures.showResult(patient, this.#test, () => this.#paintSoon());
      }
      this.#tell(run);
    }

    /** @param {MNIST.learn.WatchRun} run Says where it is, once an epoch. */
    #tell({ history: { last } }) {
      if (last === null || Math.floor(last.epoch) === this.#saidEpoch) return;
      this.#saidEpoch = Math.floor(last.epoch);
      const epoch = this.#saidEpoch;
      const test = last.test === null
        ? text('watch.tell', { epoch }) : text('watch.tell-test', { epoch, share: percent(last.test) });
      const answer = last.probe === null ? '' : text('watch.tell-answer', { digit: winnerOf(last.probe) });
      this.#speaker.say(`${test} ${answer}`.trim());
    }
  }

  /**
   * @param {Uint8Array} pixels
   * @returns {Uint8Array | null} null if nothing is drawn.
   */
  function inked(pixels) {
    return pixels.some((grey) => grey > 0) ? pixels : null;
  }

  return { WatchStage };
})());
