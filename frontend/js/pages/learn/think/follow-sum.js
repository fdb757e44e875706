/**
 * "Follow the sum": a neuron's z, one term after another, then ReLU, then where the result goes.
 */
MNIST.add('learn', (() => {
  const { describeTerm, element, networkOf, outgoingOf, plain, showItems, signed, termsOf } = MNIST.learn;
  const { elementById } = MNIST.core;
  const { text } = MNIST.words;
  const { nameOf } = MNIST.nn;
  const TERMS = 10;

  /**
   * @param {LearnState} state
   * @returns {{text: string, total: number | null, isZ?: boolean}[]} Each step in words, and the sum after it.
   */
  function stepsOfSum(state) {
    const { pass, selected } = state;
    const network = networkOf(state);
    const { layer, neuron } = selected;
    const terms = termsOf(network, pass, selected);
    const steps = [];
    let total = 0;
    for (const term of terms.slice(0, TERMS)) {
      total += term.product;
      steps.push({ text: describeTerm(term, layer), total });
    }
    const others = terms.slice(TERMS).reduce((sum, { product }) => sum + product, 0);
    const count = Math.max(terms.length - TERMS, 0);
    const zeros = network.layers[layer].inputs - terms.length;
    total += others;
    steps.push({ text: text('think.others', { count, sum: signed(others, 3), zeros }), total });
    total += network.layers[layer].b[neuron];
    const bias = signed(network.layers[layer].b[neuron], 3);
    steps.push({ text: text('think.bias-adds', { bias }), total, isZ: true });
    if (layer === 2) {
      const share = MNIST.words.percent(pass.probabilities[neuron], 1);
      steps.push({ text: text('think.softmax-compares', { share }), total: null });
      return steps;
    }
    const a = pass.activations[layer + 1][neuron];
    const relu = a === 0 ? text('think.relu-negative') : text('think.relu-passes', { a: plain(a, 4) });
    steps.push({ text: relu, total: a });
    const [next] = outgoingOf(network, pass, selected);
    const onward = text('think.next-layer', {
      a: plain(a, 3), name: nameOf(layer + 1, next.index), weight: plain(next.weight, 4), product: signed(next.product, 3),
    });
    steps.push({ text: onward, total: null });
    return steps;
  }

  class FollowSum {
    #rows = elementById('sum-rows', HTMLElement);
    #check = elementById('sum-check', HTMLElement);

    /** @param {LearnState} state */
    render(state) {
      const steps = stepsOfSum(state);
      const shown = steps.slice(0, state.sumStep);
      const make = () => element('li', {}, element('span'), element('span', { class: 'sum-total' }));
      showItems(this.#rows, shown, make, (row, step, i) => {
        const { total } = step;
        row.children[0].textContent = step.text;
        row.children[1].textContent = total === null ? '' : plain(total, 4);
        row.classList.toggle('is-current', i === shown.length - 1);
      });
      const z = state.pass.sums[state.selected.layer][state.selected.neuron];
      const isDone = state.sumStep >= steps.length;
      const last = steps.find(({ isZ }) => isZ);
      this.#check.textContent = isDone && last?.total != null
        ? text('think.sum-check', { total: plain(last.total, 4), z: plain(z, 4) })
        : '';
    }
  }

  return { FollowSum, stepsOfSum };
})());
