/**
 * "How it reads": the layers of the network that answers, whatever their number and sizes, and a
 * diagram of them.
 */
MNIST.add('ui', (() => {
  const { number } = MNIST.words;
  const { NetworkDiagram } = MNIST.ui;

  class Explanation {
    #list;
    #svg;
    #parameters;
    #diagram;
    /** The items of the list, as the page has them. */
    #items;
    /** The network that is explained; the page is written for the one that comes with it. */
    #shown = '784,128,64,10';

    /**
     * @param {HTMLElement} list One item for each layer: input, first hidden, second hidden, output.
     * @param {SVGSVGElement} svg
     * @param {NodeListOf<Element>} parameters Get the number of weights and biases.
     */
    constructor(list, svg, parameters) {
      this.#list = list;
      this.#svg = svg;
      this.#parameters = parameters;
      this.#items = [...list.children];
      this.#diagram = new NetworkDiagram(svg, 4);
    }

    /**
     * @param {Network | null} network null leaves what is there.
     * @param {number[] | null} probabilities Of each digit, or null for none.
     */
    show(network, probabilities) {
      if (network !== null) this.#describe(network);
      this.#diagram.show(probabilities);
    }

    /** @param {Network} network */
    #describe({ layers }) {
      const sizes = [layers[0].inputs, ...layers.map(({ outputs }) => outputs)];
      if (sizes.join() === this.#shown) return;
      this.#shown = sizes.join();
      this.#diagram = new NetworkDiagram(this.#svg, sizes.length);
      this.#list.style.setProperty('--columns', String(sizes.length));
      const count = layers.reduce((sum, { W, b }) => sum + W.length + b.length, 0);
      for (const element of this.#parameters) element.textContent = number(count);
      const [input, firstHidden, hidden, output] = this.#items;
      const all = sizes.map((_, i) => {
        if (i === 0) return input;
        if (i === sizes.length - 1) return output;
        return i === 1 ? firstHidden : /** @type {Element} */ (hidden.cloneNode(true));
      });
      this.#list.replaceChildren(...all);
      all.forEach((item, i) => {
        for (const place of item.querySelectorAll('[data-size="own"]')) {
          place.textContent = String(sizes[i]);
        }
        for (const place of item.querySelectorAll('[data-size="before"]')) {
          place.textContent = String(sizes[i - 1]);
        }
      });
    }
  }

  return { Explanation };
})());
