/**
 * A sheet for a class, one page to print: what each lesson asks, space for predictions, the drawing
 * and its link.
 */
MNIST.add('learn', (() => {
  const { element, paintGrey } = MNIST.learn;
  const { elementById, inLanguage, loadScript, loadStylesOf } = MNIST.core;
  const { text } = MNIST.words;
  const LESSON_COUNT = 8;
  /** @type {HTMLDialogElement | null} */
  let dialog = null;

  /**
   * @param {ArrayLike<number>} pixels What is drawn, as 784 grey values.
   * @param {string} link
   */
  async function openClassSheet(pixels, link) {
    await loadStylesOf(elementById('lessons', HTMLButtonElement));
    for (const script of inLanguage(['words/en/lessons.js'])) await loadScript(`js/${script}`);
    if (dialog === null) {
      dialog = element('dialog', { id: 'class-sheet', class: 'lesson-sheet class-sheet', 'aria-labelledby': 'class-sheet-title' });
      document.body.append(dialog);
    }
    const print = element('button', { type: 'button', class: 'button button-primary' }, text('lessons.print'));
    print.addEventListener('click', () => window.print());
    const canvas = element('canvas', { role: 'img', 'aria-label': text('share.sheet-drawing') });
    paintGrey(canvas, pixels, 28, 255);
    const heads = ['lesson', 'asks', 'guess', 'found'].map((name) => element('th', { scope: 'col' }, text(`share.sheet-${name}`)));
    dialog.replaceChildren(
      element('form', { method: 'dialog', class: 'lesson-sheet-tools' }, print, element('button', { class: 'button' }, text('share.close'))),
      element('h2', { id: 'class-sheet-title' }, text('share.sheet-title')),
      element('p', { class: 'class-sheet-who' }, text('share.sheet-name'), element('span'), text('share.sheet-date'), element('span')),
      element('div', { class: 'class-sheet-own' }, canvas, element('p', {}, text('share.sheet-link'), element('br'), element('code', {}, link))),
      element('table', {}, element('thead', {}, element('tr', {}, ...heads)), element('tbody', {}, ...rows())),
    );
    dialog.showModal();
    print.focus();
  }

  function rows() {
    return Array.from({ length: LESSON_COUNT }, (_, n) => element('tr', {},
      element('th', { scope: 'row' }, `${n + 1} ${text(`lessons.title-${n + 1}`)}`),
      element('td', {}, text(`share.asks-${n + 1}`)),
      element('td'),
      element('td')));
  }

  return { openClassSheet };
})());
