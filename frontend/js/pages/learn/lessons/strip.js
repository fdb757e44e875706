/**
 * The strip above the stage, or at the bottom of a phone: one step of a lesson, and what there is to do.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;
  const { checkedGuess, element, paintGrey } = MNIST.learn;

  const CLOSE = '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="M5 5l10 10M15 5L5 15"/></svg>';
  const FOLD = '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="M5 8l5 5 5-5"/></svg>';

  class LessonStrip {
    #section;
    #events;
    #title = element('h2', { id: 'lesson-title', class: 'lesson-title' });
    #count = element('span', { class: 'lesson-count' });
    #fold;
    #kind = element('span', { class: 'lesson-kind' });
    #text = element('span');
    #words = element('p', { class: 'lesson-words', tabindex: '-1' }, this.#kind, ' ', this.#text);
    #image = element('canvas', { class: 'lesson-image', width: '28', height: '28', role: 'img' });
    #answer = element('div', { class: 'lesson-answer' });
    #task = element('p', { class: 'lesson-task' });
    #chosen = element('span', { class: 'lesson-chosen' });
    #feedback = element('p', { class: 'lesson-feedback' });
    #back;
    #show;
    #next;
    #again;
    #body;
    /** What the answer's elements were made for. */
    #made = '';

    /**
     * @param {HTMLElement} section Empty.
     * @param {LessonStripEvents} events
     */
    constructor(section, events) {
      this.#section = section;
      this.#events = events;
      this.#fold = iconButton('lesson-fold', text('lessons.fold'), FOLD, () => this.#setOpen(this.#body.hidden === true));
      const leave = iconButton('lesson-leave', text('lessons.leave'), CLOSE, () => events.leave());
      this.#back = textButton('lesson-back', text('lessons.back'), () => events.move(-1));
      this.#show = textButton('lesson-show', text('lessons.show'), () => events.show());
      this.#next = textButton('lesson-next', '', () => events.move(1));
      const says = element('div', { class: 'lesson-says' }, this.#words, this.#image);
      this.#again = textButton('lesson-again', text('lessons.again'), () => events.again());
      const steps = element('div', { class: 'lesson-steps' }, this.#again, this.#back, this.#show, this.#next);
      this.#body = element('div', { id: 'lesson-body', class: 'lesson-body' }, says, this.#answer, steps);
      this.#fold.setAttribute('aria-controls', 'lesson-body');
      const icons = element('span', { class: 'lesson-icons' }, this.#fold, leave);
      const head = element('header', { class: 'lesson-head' }, this.#title, this.#count, icons);
      section.replaceChildren(head, this.#body);
      this.#setOpen(true);
      new ResizeObserver(([{ target }]) => {
        document.documentElement.style.setProperty('--lesson-height', `${/** @type {HTMLElement} */ (target).offsetHeight}px`);
      }).observe(section);
    }

    /** @param {LessonView} view */
    show(view) {
      this.#section.hidden = false;
      document.body.classList.add('has-lesson');
      set(this.#title, view.title);
      set(this.#count, view.count);
      set(this.#kind, text(`lessons.kind-${view.kind}`));
      set(this.#text, view.text);
      this.#image.hidden = view.image === null;
      if (view.image !== null) {
        paintGrey(this.#image, view.image, 28, 1);
        this.#image.setAttribute('aria-label', text('lessons.image'));
      }
      this.#showAnswer(view);
      this.#back.disabled = view.isFirst;
      this.#show.hidden = !view.hasTarget;
      this.#again.hidden = view.grade === null;
      const isDone = view.phase === 'done';
      set(this.#next, text(!isDone ? 'lessons.skip' : view.isLast ? 'lessons.finish' : 'lessons.next'));
      this.#next.classList.toggle('button-primary', isDone);
    }

    hide() {
      this.#section.hidden = true;
      document.body.classList.remove('has-lesson');
      document.documentElement.style.removeProperty('--lesson-height');
    }

    /** A screen reader then reads the step. */
    focus() {
      this.#setOpen(true);
      this.#words.focus({ preventScroll: true });
    }

    focusNext() {
      this.#next.focus({ preventScroll: true });
    }

    /** @param {boolean} isOpen */
    #setOpen(isOpen) {
      this.#body.hidden = !isOpen;
      this.#fold.setAttribute('aria-expanded', String(isOpen));
    }

    /** @param {LessonView} view What somebody is typing stays as long as the question is the same. */
    #showAnswer(view) {
      const { place, phase, problem, choices, button, grade } = view;
      const made = JSON.stringify([place, phase, problem?.id, choices, button, grade]);
      set(this.#task, problem?.text ?? view.task);
      set(this.#chosen, view.chosen);
      set(this.#feedback, view.feedback);
      if (made === this.#made) return;
      this.#made = made;
      this.#answer.replaceChildren(...this.#answerParts(view));
    }

    /**
     * @param {LessonView} view
     * @returns {Node[]}
     */
    #answerParts(view) {
      const { problem, phase, question, grade } = view;
      if (problem !== null) {
        const help = problem.help === null ? [] : [textButton('lesson-help', problem.button, () => this.#events.help())];
        return [this.#task, ...help];
      }
      if (phase === 'done') {
        this.#feedback.className = `lesson-feedback${grade === null ? '' : ` is-${grade}`}`;
        return view.feedback === '' ? [] : [this.#feedback];
      }
      if (phase === 'ask' && question !== null) return [this.#question(view, question)];
      const act = view.button === '' ? [] : [textButton('lesson-act button-primary', view.button, () => this.#events.act())];
      return view.task === '' ? act : [this.#task, ...act];
    }

    /**
     * @param {LessonView} view
     * @param {LessonQuestion} question
     * @returns {HTMLElement}
     */
    #question({ choices }, question) {
      if (question.kind === 'choice') {
        const buttons = choices.map(({ value, name }) => textButton('lesson-choice', name, () => this.#events.answer(value)));
        return element('div', { class: 'lesson-choices', role: 'group', 'aria-label': text('lessons.prediction') }, ...buttons);
      }
      if (question.kind === 'neuron') {
        const pick = textButton('lesson-pick button-primary', text('lessons.pick'), () => this.#events.pick());
        return element('div', { class: 'lesson-number' }, this.#chosen, pick);
      }
      return this.#numberForm(question);
    }

    /** @param {Extract<LessonQuestion, {kind: 'number'}>} question */
    #numberForm(question) {
      const { min, max, unit } = question;
      const input = element('input', {
        id: 'lesson-number', type: 'text', inputmode: min < 0 ? 'text' : 'decimal', autocomplete: 'off', 'aria-describedby': 'lesson-range',
      });
      const limits = { min, max };
      const range = element('span', { id: 'lesson-range', class: 'fine' }, text(unit === 'percent' ? 'lessons.range-percent' : 'lessons.range', limits));
      const check = element('button', { type: 'submit', class: 'button button-primary lesson-check' }, text('lessons.check'));
      const label = element('label', { for: 'lesson-number' }, text('lessons.prediction'));
      const form = element('form', { class: 'lesson-number' }, label, input, ...(unit === 'percent' ? ['%'] : []), check, range);
      form.addEventListener('submit', (event) => {
        event.preventDefault();
        const guess = checkedGuess(question, input.value);
        if (guess !== null) {
          this.#events.answer(guess);
          return;
        }
        input.setAttribute('aria-invalid', 'true');
        range.setAttribute('role', 'alert');
        range.classList.add('is-wrong');
        input.focus();
      });
      return form;
    }
  }

  /**
   * @param {Element} target
   * @param {string} content Written only if it is new, so that nothing is announced twice.
   */
  function set(target, content) {
    if (target.textContent !== content) target.textContent = content;
  }

  /**
   * @param {string} name
   * @param {string} content
   * @param {() => void} press
   */
  function textButton(name, content, press) {
    const button = element('button', { type: 'button', class: `button ${name}` }, content);
    button.addEventListener('click', press);
    return button;
  }

  /**
   * @param {string} name
   * @param {string} label
   * @param {string} icon
   * @param {() => void} press
   */
  function iconButton(name, label, icon, press) {
    const button = element('button', { type: 'button', class: `icon-button ${name}`, 'aria-label': label, title: label });
    button.innerHTML = icon;
    button.addEventListener('click', press);
    return button;
  }

  return { LessonStrip };
})());
