/**
 * The list of lessons: what each is about, how long it takes, and how far the learner is.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { LESSONS, element } = MNIST.learn;

  class LessonOverview {
    #progress;
    #start;
    #openSheet;
    #dialog = element('dialog', { id: 'lessons-dialog', class: 'dialog dialog-wide lessons-dialog', 'aria-labelledby': 'lessons-title' });

    /**
     * @param {MNIST.learn.LessonProgress} progress
     * @param {(place: LessonPlace) => void} start
     * @param {() => void} openSheet
     */
    constructor(progress, start, openSheet) {
      this.#progress = progress;
      this.#start = start;
      this.#openSheet = openSheet;
      document.body.append(this.#dialog);
    }

    open() {
      const close = element('button', { class: 'icon-button', 'aria-label': text('lessons.close') });
      close.innerHTML = '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="M5 5l10 10M15 5L5 15"/></svg>';
      const list = element('ol', { class: 'lessons-list' }, ...LESSONS.map((lesson) => this.#item(lesson)));
      this.#dialog.replaceChildren(
        element('form', { method: 'dialog' }, close),
        element('h2', { id: 'lessons-title' }, text('lessons.lessons')),
        element('p', { class: 'lessons-lead' }, text('lessons.lead')),
        list,
        this.#foot(),
      );
      if (!this.#dialog.open) this.#dialog.showModal();
      /** @type {HTMLElement | null} */ (this.#dialog.querySelector('.lessons-next'))?.focus();
    }

    close() {
      this.#dialog.close();
    }

    /** The first lesson that is not done. */
    get #next() {
      return LESSONS.find(({ number }) => !this.#progress.of(number).isDone)?.number ?? null;
    }

    /** @param {Lesson} lesson */
    #item({ number, minutes, steps }) {
      const { isDone, step } = this.#progress.of(number);
      const name = step > 0 ? 'continue' : isDone ? 'repeat' : 'start';
      const title = text(`lessons.title-${number}`);
      const button = element(
        'button', { type: 'button', class: `button lessons-start${number === this.#next ? ' button-primary lessons-next' : ''}` },
        text(`lessons.${name}`),
      );
      button.setAttribute('aria-label', `${text(`lessons.${name}`)}: ${title}`);
      button.addEventListener('click', () => {
        this.#dialog.close();
        if (name === 'repeat') this.#progress.restart(number);
        this.#start({ lesson: number, step: Math.min(step, steps.length - 1) });
      });
      return element(
        'li', { class: 'lessons-item' },
        element('span', { class: 'lessons-number', 'aria-hidden': 'true' }, isDone ? '✓' : String(number)),
        element('div', {},
          element('h3', {}, title),
          element('p', {}, text(`lessons.aim-${number}`)),
          element('p', { class: 'fine' }, `${text('lessons.minutes', { count: minutes })} · ${this.#status(number, steps)}`)),
        button,
      );
    }

    /**
     * @param {number} number
     * @param {readonly LessonStep[]} steps
     */
    #status(number, steps) {
      const { answers, isDone, step } = this.#progress.of(number);
      const graded = Object.values(answers);
      const right = graded.filter(({ grade }) => grade !== 'off').length;
      if (step > 0) return text('lessons.at-step', { step: step + 1, steps: steps.length });
      if (!isDone) return text('lessons.not-begun');
      return graded.length === 0 ? text('lessons.done') : text('lessons.done-right', { right, count: graded.length });
    }

    #foot() {
      const sheet = element('button', { type: 'button', class: 'button' }, text('lessons.open-sheet'));
      sheet.addEventListener('click', () => {
        this.#dialog.close();
        this.#openSheet();
      });
      const forget = element('button', { type: 'button', class: 'link-button' }, text('lessons.forget'));
      forget.addEventListener('click', () => {
        if (!window.confirm(text('lessons.forget-sure'))) return;
        this.#progress.forget();
        this.open();
      });
      const kept = text(this.#progress.isKept ? 'lessons.kept' : 'lessons.not-kept');
      return element('div', { class: 'lessons-foot' }, sheet, forget, element('p', { class: 'fine' }, kept));
    }
  }

  return { LessonOverview };
})());
