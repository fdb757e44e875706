/**
 * "Follow the sum": a neuron's z, one term after another, then ReLU, then where the result goes.
 */
MNIST.add('learn', (() => {
  const { describeTerm, element, networkOf, outgoingOf, plain, showItems, signed, termsOf } = MNIST.learn;
  const { elementById } = MNIST.core;
  const { nameOf } = MNIST.nn;
  const TERMS = 10;

  /**
   * @param {LearnState} state
   * @returns {{text: string, total: number | null}[]} Each step in words, and the sum after it.
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
    const silent = `${zeros} inputs are 0 and add nothing`;
    steps.push({ text: `the other ${count} terms add ${signed(others, 3)}; ${silent}`, total });
    total += network.layers[layer].b[neuron];
    steps.push({ text: `the bias adds ${signed(network.layers[layer].b[neuron], 3)}: this is z`, total });
    if (layer === 2) {
      const share = plain(100 * pass.probabilities[neuron], 1);
      steps.push({ text: `softmax compares this score with the nine others: ${share}%`, total: null });
      return steps;
    }
    const a = pass.activations[layer + 1][neuron];
    const relu = a === 0 ? 'z is negative, so ReLU passes on 0' : `ReLU passes z on as it is: a = ${plain(a, 4)}`;
    steps.push({ text: relu, total: a });
    const [next] = outgoingOf(network, pass, selected);
    const aim = `${nameOf(layer + 1, next.index)} takes it × ${plain(next.weight, 4)}`;
    steps.push({ text: `on to the next layer: ${plain(a, 3)}, and ${aim} = ${signed(next.product, 3)}`, total: null });
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
      showItems(this.#rows, shown, make, (row, { text, total }, i) => {
        row.children[0].textContent = text;
        row.children[1].textContent = total === null ? '' : plain(total, 4);
        row.classList.toggle('is-current', i === shown.length - 1);
      });
      const z = state.pass.sums[state.selected.layer][state.selected.neuron];
      const isDone = state.sumStep >= steps.length;
      const last = steps.find(({ text }) => text.endsWith('this is z'));
      this.#check.textContent = isDone && last?.total != null
        ? `The terms add up to ${plain(last.total, 4)}, and the tile’s z is ${plain(z, 4)}.`
        : '';
    }
  }

  return { FollowSum, stepsOfSum };
})());
