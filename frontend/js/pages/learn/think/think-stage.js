/**
 * Stage A, "See it think": connects the layers, one neuron, its sum, the changes by hand and softmax.
 */
MNIST.add('learn', (() => {
  const {
    Flow, FollowSum, Inspector, SoftmaxBench, SurgeryBench, gridTable, networkOf, signed, stepsOfSum,
    withEdit,
  } = MNIST.learn;
  const { elementById, whenIdleOnce } = MNIST.core;
  const { text } = MNIST.words;
  const { describeEdit } = MNIST.nn;
  /** A slow reader needs this long for a term of a sum. */
  const MILLISECONDS_A_TERM = 900;
  /** While one draws, the layers come first; the rest may come this many milliseconds later. */
  const DETAILS_WITHIN = 100;

  /** @implements {Stage} */
  class ThinkStage {
    /** @type {NeuronData | null} null until they have come. */
    neurons = null;
    #host;
    #flow;
    #inspector;
    #sum = new FollowSum();
    #surgery;
    #softmax;
    #play = elementById('sum-play', HTMLButtonElement);
    /** The timer that plays a sum; 0 if none does. */
    #player = 0;

    /** @param {StageHost} host */
    constructor(host) {
      this.#host = host;
      const { change, getState, section, tables } = host;
      /** @param {NeuronPlace} selected */
      const select = (selected) => {
        this.#stop();
        change({ selected, sumStep: 0 });
      };
      this.#inspector = new Inspector(getState, select);
      this.#surgery = new SurgeryBench(getState, (edit) => this.#edit(edit));
      this.#flow = new Flow(
        (selected) => {
          select(selected);
          this.#inspector.open();
        },
        (pixel) => {
          if (getState().selected.layer === 0) this.#surgery.choose(pixel);
        },
      );
      this.#softmax = new SoftmaxBench((temperature) => change({ temperature }));
      this.#stop();
      this.#play.addEventListener('click', () => this.#startOrStop());
      /** @type {[string, () => void][]} */
      const buttons = [
        ['sum-back', () => this.go(-1)],
        ['sum-next', () => this.go(1)],
        ['sum-skip', () => this.go(Infinity)],
      ];
      for (const [id, press] of buttons) elementById(id, HTMLButtonElement).addEventListener('click', press);
      tables.connect(section, {
        flow: () => Flow.table(getState()),
        weights: () => weightsTable(getState()),
      });
    }

    /** @param {LearnState} state */
    render(state) {
      this.#flow.render(state);
      this.#renderNeuron();
      this.#renderBenches();
    }

    #renderNeuron = whenIdleOnce(() => {
      this.#inspector.render(this.#host.getState(), this.neurons);
    }, DETAILS_WITHIN);

    #renderBenches = whenIdleOnce(() => {
      const state = this.#host.getState();
      this.#sum.render(state);
      this.#surgery.render(state);
      this.#softmax.render(state);
    }, DETAILS_WITHIN);

    leave() {
      this.#stop();
    }

    /** @param {number} steps How far the sum goes on. */
    go(steps) {
      const state = this.#host.getState();
      const all = stepsOfSum(state);
      const sumStep = Math.min(Math.max(state.sumStep + steps, 0), all.length);
      this.#host.change({ sumStep });
      if (sumStep > 0) this.#host.announce(all[sumStep - 1].text);
      if (sumStep === all.length) this.#stop();
    }

    /** @param {Edit} edit */
    #edit(edit) {
      const next = withEdit(this.#host.getState(), edit, describeEdit(edit));
      this.#host.note(next === null ? text('think.too-large') : '');
      if (next !== null) this.#host.change(next);
    }

    #startOrStop() {
      if (this.#player !== 0) {
        this.#stop();
        return;
      }
      const state = this.#host.getState();
      if (state.sumStep >= stepsOfSum(state).length) this.#host.change({ sumStep: 0 });
      this.#play.textContent = text('think.pause');
      this.#player = window.setInterval(() => this.go(1), MILLISECONDS_A_TERM);
      this.go(1);
    }

    #stop() {
      window.clearInterval(this.#player);
      this.#player = 0;
      this.#play.textContent = text('think.play');
    }
  }

  /** @param {LearnState} state */
  function weightsTable(state) {
    const { layer, neuron } = state.selected;
    const { inputs, outputs, W } = networkOf(state).layers[layer];
    const weights = Float64Array.from({ length: inputs }, (_, i) => W[i * outputs + neuron]);
    return gridTable(weights, [28, 16, 8][layer], text('think.weights-title'), (w) => signed(w, 3));
  }

  return { ThinkStage };
})());
