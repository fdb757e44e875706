// The cells of the confusion matrix open the images behind them, and arrow keys move between cells.
"use strict";

/**
 * @typedef {object} Cell
 * @property {string} title What was read as what.
 * @property {string} note How many images there are, and which of them are shown.
 * @property {[number, number, number, string][]} images Column and row in the sheet, number in the
 *   test set, and the answer's confidence.
 */

{
  /** @type {Record<string, Cell>} */
  const cells = JSON.parse(document.getElementById("cells")?.textContent ?? "{}");
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("cell"));

  /** @param {Cell} cell */
  function show(cell) {
    /** @param {string} id @param {string} text */
    const say = (id, text) => {
      const element = document.getElementById(id);
      if (element) element.textContent = text;
    };
    say("cell-title", cell.title);
    say("cell-note", cell.note);
    document.getElementById("cell-digits")?.replaceChildren(...cell.images.map(figure));
    dialog.showModal();
    dialog.scrollTop = 0;
  }

  /** @param {Cell["images"][number]} image */
  function figure([column, row, number, confidence]) {
    const image = document.createElement("span");
    image.className = "digit";
    image.style.setProperty("--column", String(column));
    image.style.setProperty("--row", String(row));
    image.setAttribute("role", "img");
    image.setAttribute("aria-label", "test image " + number);
    const caption = document.createElement("figcaption");
    caption.textContent = confidence;
    const result = document.createElement("figure");
    result.title = "Test image " + number;
    result.append(image, caption);
    return result;
  }

  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });

  const matrix = /** @type {HTMLElement} */ (document.getElementById("matrix"));
  const buttons = [...matrix.querySelectorAll("button")];

  /** Only one cell is a tab stop; arrow keys reach the others. @param {HTMLButtonElement} chosen */
  function makeTabStop(chosen) {
    for (const button of buttons) button.tabIndex = button === chosen ? 0 : -1;
  }

  /** @param {HTMLButtonElement} button */
  const place = (button) => (button.dataset["cell"] ?? "0-0").split("-").map(Number);

  /**
   * The nearest cell with images in a direction, along the row or column first.
   * @param {HTMLButtonElement} from @param {number} down @param {number} right
   */
  function neighbour(from, down, right) {
    const [row = 0, column = 0] = place(from);
    /** @type {HTMLButtonElement | undefined} */
    let nearest;
    let shortest = Infinity;
    for (const button of buttons) {
      const [r = 0, c = 0] = place(button);
      const ahead = (r - row) * down + (c - column) * right;
      const aside = Math.abs((r - row) * right) + Math.abs((c - column) * down);
      if (ahead > 0 && ahead + 3 * aside < shortest) {
        shortest = ahead + 3 * aside;
        nearest = button;
      }
    }
    return nearest;
  }

  /** @type {Record<string, [number, number]>} */
  const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  matrix.addEventListener("keydown", (event) => {
    const arrow = arrows[event.key];
    if (!arrow || !(event.target instanceof HTMLButtonElement)) return;
    event.preventDefault();
    neighbour(event.target, ...arrow)?.focus();
  });
  matrix.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLButtonElement) makeTabStop(event.target);
  });
  matrix.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const cell = cells[button?.dataset["cell"] ?? ""];
    if (cell) show(cell);
  });
  if (buttons[0]) makeTabStop(buttons[0]);
}
