/**
 * Draws the network as columns of circles joined by lines. Of the wide layers only some neurons
 * are shown; of the ten outputs all, and they glow as the answer says.
 */
MNIST.add('ui', (() => {
  class NetworkDiagram {
    static #namespace = 'http://www.w3.org/2000/svg';
    /** Circles of the first column and the last one; those between are on the way. */
    static #ends = [14, 10];
    /** @type {SVGElement[]} */
    #outputs = [];

    /**
     * @param {SVGSVGElement} svg Of any size: all places are percentages of it.
     * @param {number} columnCount Inputs, hidden layers and outputs.
     */
    constructor(svg, columnCount) {
      svg.replaceChildren();
      const [first, last] = NetworkDiagram.#ends;
      const counts = Array.from({ length: columnCount }, (_, column) =>
        Math.round(first + ((last - first) * column) / (columnCount - 1)),
      );
      const columns = counts.map((count, column) =>
        Array.from({ length: count }, (_, i) => ({
          // Where each of the captions below begins.
          x: `${(100 * column) / columnCount}%`,
          y: `${(100 * (i + 0.5)) / count}%`,
        })),
      );
      const image = this.#add(svg, 'g', { transform: 'translate(5 0)' });
      columns.slice(1).forEach((column, i) => {
        for (const to of column) {
          for (const from of columns[i]) {
            this.#add(image, 'line', { x1: from.x, y1: from.y, x2: to.x, y2: to.y });
          }
        }
      });
      columns.forEach((column, i) => {
        const circles = column.map(({ x, y }) => this.#add(image, 'circle', { cx: x, cy: y, r: '4' }));
        if (i === columns.length - 1) this.#outputs = circles;
      });
      columns[columns.length - 1].forEach(({ x, y }, digit) => {
        this.#add(image, 'text', { x, y, dx: '0.75em', dy: '0.35em' }).textContent = String(digit);
      });
    }

    /** @param {number[] | null} probabilities Of each digit, or null for none. */
    show(probabilities) {
      this.#outputs.forEach((circle, digit) => {
        circle.style.setProperty('--share', String(probabilities?.[digit] ?? 0));
      });
    }

    /**
     * @param {SVGElement} parent
     * @param {string} name
     * @param {Record<string, string>} attributes
     * @returns {SVGElement}
     */
    #add(parent, name, attributes) {
      const element = /** @type {SVGElement} */ (
        document.createElementNS(NetworkDiagram.#namespace, name)
      );
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      parent.append(element);
      return element;
    }
  }

  return { NetworkDiagram };
})());
