/**
 * The page to print: the learner's own drawing, own run and own predictions.
 */
MNIST.add('learn', (() => {
  const { language, number, percent, text } = MNIST.words;
  const { LESSONS, answerName, element, paintGrey, pixelsOfRecord } = MNIST.learn;
  const SHORT = { maximumFractionDigits: 1 };
  const SVG = 'http://www.w3.org/2000/svg';
  const [WIDTH, HEIGHT, LEFT, BOTTOM] = [360, 200, 44, 28];

  class LessonSheet {
    #progress;
    #dialog = element('dialog', { id: 'lesson-sheet', class: 'lesson-sheet', 'aria-labelledby': 'lesson-sheet-title' });

    /** @param {MNIST.learn.LessonProgress} progress */
    constructor(progress) {
      this.#progress = progress;
      document.body.append(this.#dialog);
    }

    open() {
      const { records } = this.#progress;
      const print = element('button', { type: 'button', class: 'button button-primary' }, text('lessons.print'));
      print.addEventListener('click', () => window.print());
      const close = element('button', { class: 'button' }, text('lessons.close'));
      this.#dialog.replaceChildren(
        element('form', { method: 'dialog', class: 'lesson-sheet-tools' }, print, close),
        element('h2', { id: 'lesson-sheet-title' }, text('lessons.sheet-title')),
        this.#who(),
        element('div', { class: 'lesson-sheet-own' }, drawingFigure(records.drawing), runFigure(records.run)),
        ...LESSONS.map((lesson) => this.#lesson(lesson)),
        element('p', { class: 'fine' }, text('lessons.sheet-foot')),
      );
      if (!this.#dialog.open) this.#dialog.showModal();
      print.focus();
    }

    close() {
      this.#dialog.close();
    }

    #who() {
      const name = element('input', { id: 'lesson-sheet-name', type: 'text', maxlength: '100', autocomplete: 'name', value: this.#progress.records.name });
      name.addEventListener('change', () => this.#progress.keepName(name.value));
      const date = new Intl.DateTimeFormat(language, { dateStyle: 'long' }).format(new Date());
      const label = element('label', { for: 'lesson-sheet-name' }, text('lessons.name'), ' ', name);
      return element('p', { class: 'lesson-sheet-who' }, label, element('span', {}, date));
    }

    /** @param {Lesson} lesson */
    #lesson(lesson) {
      const { answers, isDone } = this.#progress.of(lesson.number);
      const rows = lesson.steps.flatMap((step) => {
        const answer = answers[step.id];
        if (step.question === undefined || answer === undefined) return [];
        return [element('tr', {},
          element('th', { scope: 'row' }, lesson.say(step.id, answer.asked)),
          element('td', {}, answerName(lesson, step, answer.guess, answer.asked)),
          element('td', {}, answerName(lesson, step, answer.truth, answer.asked)),
          element('td', { class: `is-${answer.grade}` }, text(`lessons.grade-${answer.grade}`)))];
      });
      const title = text('lessons.heading', { number: lesson.number, title: text(`lessons.title-${lesson.number}`) });
      const heading = element('h3', {}, isDone ? `${title} ✓` : title);
      if (rows.length === 0) return element('section', {}, heading, element('p', { class: 'fine' }, text('lessons.no-answers')));
      const heads = ['question', 'guess', 'truth', 'grade'].map((name) => element('th', { scope: 'col' }, text(`lessons.head-${name}`)));
      return element('section', {}, heading,
        element('table', {}, element('thead', {}, element('tr', {}, ...heads)), element('tbody', {}, ...rows)));
    }
  }

  /** @param {string} drawing */
  function drawingFigure(drawing) {
    const pixels = pixelsOfRecord(drawing);
    if (pixels === null) return element('p', { class: 'fine' }, text('lessons.no-drawing'));
    const canvas = element('canvas', { width: '28', height: '28', role: 'img', 'aria-label': text('lessons.own-drawing') });
    paintGrey(canvas, pixels, 28, 255);
    return element('figure', {}, canvas, element('figcaption', {}, text('lessons.own-drawing')));
  }

  /** @param {LessonRun | null} run */
  function runFigure(run) {
    if (run === null || run.epochs.length < 2) return element('p', { class: 'fine' }, text('lessons.no-run'));
    const caption = text('lessons.own-run', { epochs: number(run.epoch, SHORT), accuracy: percent(run.accuracy, 1) });
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
    svg.setAttribute('role', 'img');
    svg.setAttribute('aria-label', caption);
    const end = run.epochs[run.epochs.length - 1];
    const place = (/** @type {number} */ epoch, /** @type {number} */ share) => {
      return `${(LEFT + (epoch / end) * (WIDTH - LEFT - 8)).toFixed(1)} ${(8 + (1 - share) * (HEIGHT - BOTTOM - 8)).toFixed(1)}`;
    };
    for (const share of [0, 0.5, 1]) {
      add(svg, 'path', { d: `M${place(0, share)}L${place(end, share)}`, class: 'lesson-sheet-rule' });
      add(svg, 'text', { x: String(LEFT - 6), y: place(0, share).split(' ')[1], 'text-anchor': 'end', dy: '4' }, percent(share));
    }
    add(svg, 'text', { x: String(WIDTH - 8), y: String(HEIGHT - 6), 'text-anchor': 'end' }, text('lessons.epochs', { epochs: number(end, SHORT) }));
    add(svg, 'path', { d: run.epochs.map((epoch, n) => `${n === 0 ? 'M' : 'L'}${place(epoch, run.test[n])}`).join(''), class: 'lesson-sheet-curve' });
    return element('figure', {}, svg, element('figcaption', {}, caption));
  }

  /**
   * @param {SVGSVGElement} svg
   * @param {string} tag
   * @param {Record<string, string>} attributes
   * @param {string} [content]
   */
  function add(svg, tag, attributes, content = '') {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.textContent = content;
    svg.append(made);
  }

  return { LessonSheet };
})());
