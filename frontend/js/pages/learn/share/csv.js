/**
 * A table as CSV (RFC 4180), and a file that the browser saves.
 */
MNIST.add('learn', (() => {
  const { compared } = MNIST.learn;
  /** So that Excel takes the file as UTF-8. */
  const BYTE_ORDER_MARK = '\uFEFF';

  /**
   * @param {Pick<TableContent, 'head' | 'rows'>} table
   * @returns {string} With the numbers as they are shown, and plain minus signs, which programs can read.
   */
  function csvOf({ head, rows }) {
    const lines = [head, ...rows].map((row) => row.map(cellOf).join());
    return `${BYTE_ORDER_MARK}${lines.join('\r\n')}\r\n`;
  }

  /** @param {string} text */
  function cellOf(text) {
    const plain = text.replace(/^([−+])(?=[\d.,]+( ?%)?$)/, (_, sign) => (sign === '−' ? '-' : ''));
    return /[",\r\n]/.test(plain) ? `"${plain.replace(/"/g, '""')}"` : plain;
  }

  /**
   * @param {LearnState} state
   * @param {string} what Such as the name of a table.
   * @returns {string} Such as mnist-why-4-not-9, without its ending.
   */
  function fileName(state, what) {
    if (state.stage === 'why') {
      const { digit, rival } = compared(state);
      return `mnist-why-${digit}-not-${rival}`;
    }
    if (state.stage === 'mine') return `mnist-mine-${what}`; // it is not of what is drawn
    const { probabilities } = state.pass;
    const isEmpty = state.pixels.every((grey) => grey === 0);
    const parts = ['mnist', state.stage, what, isEmpty ? '' : probabilities.indexOf(Math.max(...probabilities))];
    return parts.filter((part) => part !== '').join('-');
  }

  /**
   * @param {Blob} content
   * @param {string} name
   */
  function saveFile(content, name) {
    const url = URL.createObjectURL(content);
    const link = Object.assign(document.createElement('a'), { href: url, download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  return { csvOf, fileName, saveFile };
})());
