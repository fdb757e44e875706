/**
 * "Show as table": every picture of the page can be read as rows of numbers, which can be saved as CSV;
 * the picture can be saved as PNG.
 */
MNIST.add('learn', (() => {
  const { element } = MNIST.learn;
  const { loadScript } = MNIST.core;
  const { text } = MNIST.words;

  class TableDialog {
    #dialog;
    #title;
    #table;
    #done = element('span', { role: 'status' });
    /** @type {TableContent} */
    #content = { title: '', head: [], rows: [] };
    #name = '';

    /** @param {HTMLDialogElement} dialog With an h2 and a table. */
    constructor(dialog) {
      this.#dialog = dialog;
      this.#title = /** @type {HTMLElement} */ (dialog.querySelector('h2'));
      this.#table = /** @type {HTMLTableElement} */ (dialog.querySelector('table'));
      const save = element('button', { type: 'button', class: 'button' }, text('learn.save-csv'));
      const copy = element('button', { type: 'button', class: 'button' }, text('learn.copy-table'));
      save.addEventListener('click', () => void this.#save());
      copy.addEventListener('click', () => void this.#copy());
      dialog.append(element('p', { class: 'table-actions' }, save, copy, this.#done));
    }

    async #save() {
      await loadScript('js/pages/learn/share/csv.js');
      const { csvOf, fileName, page, saveFile } = MNIST.learn;
      if (page.state === null) return;
      saveFile(new Blob([csvOf(this.#content)], { type: 'text/csv;charset=utf-8' }), `${fileName(page.state, this.#name)}.csv`);
    }

    /** With tabs, as spreadsheets take what is pasted. */
    async #copy() {
      const lines = [this.#content.head, ...this.#content.rows].map((row) => row.join('\t'));
      try {
        await navigator.clipboard.writeText(lines.join('\n'));
        this.#done.textContent = text('learn.copied');
      } catch {
        // No clipboard here: the table is selected, to be copied by hand.
        window.getSelection()?.selectAllChildren(this.#table);
        this.#done.textContent = document.execCommand('copy') ? text('learn.copied') : text('learn.copy-by-hand');
      }
    }

    /**
     * @param {TableContent} content
     * @param {string} [name] For its file.
     */
    open(content, name = '') {
      const { title, head, rows } = content;
      this.#content = content;
      this.#name = name;
      this.#done.textContent = '';
      this.#title.textContent = title;
      const heads = head.map((name) => element('th', { scope: 'col' }, name));
      this.#table.replaceChildren(
        element('thead', {}, element('tr', {}, ...heads)),
        element('tbody', {}, ...rows.map((row) => {
          const cells = row.map((cell, i) => {
            return i === 0 ? element('th', { scope: 'row' }, cell) : element('td', {}, cell);
          });
          return element('tr', {}, ...cells);
        })),
      );
      this.#dialog.showModal();
    }

    /**
     * @param {HTMLElement} section Each button in it with `data-table` opens the table of that name.
     * @param {Record<string, () => TableContent>} tables
     * @param {boolean} [isOfDrawing] Whether a picture is of the drawing on the pad; else the table's title says of what.
     */
    connect(section, tables, isOfDrawing = true) {
      for (const opener of /** @type {NodeListOf<HTMLElement>} */ (section.querySelectorAll('[data-table]'))) {
        const name = opener.dataset.table ?? '';
        opener.addEventListener('click', () => this.open(tables[name](), name));
        const picture = element('button', { type: 'button', class: 'link-button' }, text('learn.save-picture'));
        picture.addEventListener('click', () => {
          const subject = isOfDrawing ? document.getElementById('verdict')?.textContent : text('learn.heading-of', { stage: tables[name]().title });
          void savePicture(picture, name, subject ?? '');
        });
        opener.after(' ', picture);
      }
    }
  }

  /**
   * @param {HTMLElement} button
   * @param {string} name
   * @param {string} subject A sentence that says what it is of.
   */
  async function savePicture(button, name, subject) {
    await loadScript('js/pages/learn/share/csv.js');
    await loadScript('js/pages/learn/share/picture.js');
    const { fileName, page, pictureOf, saveFile } = MNIST.learn;
    const part = pictureBeside(button);
    if (part === null || page.state === null) return;
    const stage = document.getElementById('stage-title')?.textContent ?? '';
    const caption = [stage, subject, 'MNIST Recognizer'].join(' ');
    saveFile(await pictureOf(part, caption), `${fileName(page.state, name)}.png`);
  }

  /**
   * @param {HTMLElement} button
   * @returns {HTMLElement | null} The figure that it is in, else the nearest part before it that has a canvas.
   */
  function pictureBeside(button) {
    const figure = button.closest('figure');
    if (figure !== null) return figure;
    for (let at = /** @type {Element | null} */ (button); at !== null; at = at.parentElement) {
      for (let before = at.previousElementSibling; before !== null; before = before.previousElementSibling) {
        if (!(before instanceof HTMLElement) || before.offsetParent === null) continue;
        if (before.matches('canvas') || before.querySelector('canvas') !== null) return before;
      }
    }
    return null;
  }

  /**
   * @param {ArrayLike<number>} values
   * @param {number} columns
   * @param {string} title
   * @param {(value: number) => string} format
   * @returns {TableContent} A grid of numbers, row by row.
   */
  function gridTable(values, columns, title, format) {
    const rows = [];
    for (let start = 0; start < values.length; start += columns) {
      const row = Array.from({ length: columns }, (_, i) => format(values[start + i]));
      rows.push([text('learn.row', { row: start / columns }), ...row]);
    }
    const head = ['', ...Array.from({ length: columns }, (_, i) => `${i}`)];
    return { title, head, rows };
  }

  return { TableDialog, gridTable };
})());
