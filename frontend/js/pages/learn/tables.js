/**
 * "Show as table": every picture of the page can be read as rows of numbers.
 */
MNIST.add('learn', (() => {
  const { element } = MNIST.learn;

  class TableDialog {
    #dialog;
    #title;
    #table;

    /** @param {HTMLDialogElement} dialog With an h2 and a table. */
    constructor(dialog) {
      this.#dialog = dialog;
      this.#title = /** @type {HTMLElement} */ (dialog.querySelector('h2'));
      this.#table = /** @type {HTMLTableElement} */ (dialog.querySelector('table'));
    }

    /** @param {TableContent} content */
    open({ title, head, rows }) {
      this.#title.textContent = title;
      const heads = head.map((text) => element('th', { scope: 'col' }, text));
      this.#table.replaceChildren(
        element('thead', {}, element('tr', {}, ...heads)),
        element('tbody', {}, ...rows.map((row) => {
          const cells = row.map((text, i) => {
            return i === 0 ? element('th', { scope: 'row' }, text) : element('td', {}, text);
          });
          return element('tr', {}, ...cells);
        })),
      );
      this.#dialog.showModal();
    }

    /**
     * @param {HTMLElement} section Each button in it with `data-table` opens the table of that name.
     * @param {Record<string, () => TableContent>} tables
     */
    connect(section, tables) {
      for (const opener of /** @type {NodeListOf<HTMLElement>} */ (section.querySelectorAll('[data-table]'))) {
        const name = opener.dataset.table ?? '';
        opener.addEventListener('click', () => this.open(tables[name]()));
      }
    }
  }

  /**
   * @param {ArrayLike<number>} values
   * @param {number} columns
   * @param {string} title
   * @param {(value: number) => string} text
   * @returns {TableContent} A grid of numbers, row by row.
   */
  function gridTable(values, columns, title, text) {
    const rows = [];
    for (let start = 0; start < values.length; start += columns) {
      const row = Array.from({ length: columns }, (_, i) => text(values[start + i]));
      rows.push([`row ${start / columns}`, ...row]);
    }
    const head = ['', ...Array.from({ length: columns }, (_, i) => `${i}`)];
    return { title, head, rows };
  }

  return { TableDialog, gridTable };
})());
