/**
 * Shows a state of index.html. All that the page shows of it is set here, the same for the same
 * state.
 */
MNIST.add('index', (() => {
  const { text } = MNIST.words;
  const { elementById } = MNIST.core;
  const {
    DigitBoxes, Explanation, ProbabilityChart, ResultPanel, Stages, describeWay, messageFor,
    remarkFor, statusText,
  } = MNIST.ui;
  const { findingIn } = MNIST.draw;
  const { currentDigits, isAnswered } = MNIST.index;

  /**
   * @param {MNIST.draw.Drawing} drawing
   * @param {(index: number) => void} select Called when one of several digits is chosen.
   * @param {MNIST.index.Correction} correction
   * @returns {IndexView}
   */
  function connectView(drawing, select, correction) {
    const ownCopy = elementById('own-copy', HTMLElement);
    const learned = elementById('own-copy-learned', HTMLElement);
    const predictButton = elementById('predict', HTMLButtonElement);
    const apiStatus = elementById('api-status', HTMLElement);
    const inkWay = elementById('ink-way', HTMLElement);
    const boxes = new DigitBoxes(elementById('boxes', HTMLElement));
    const explanation = new Explanation(
      elementById('layers', HTMLElement),
      elementById('diagram', SVGSVGElement),
      document.querySelectorAll('[data-parameters]'),
    );
    const panel = new ResultPanel(
      {
        panel: elementById('result', HTMLElement),
        digit: elementById('digit', HTMLElement),
        title: elementById('verdict', HTMLElement),
        text: elementById('verdict-text', HTMLElement),
        source: elementById('source', HTMLElement),
        remark: elementById('remark', HTMLElement),
        commands: elementById('commands', HTMLElement),
      },
      new ProbabilityChart(elementById('bars', HTMLElement)),
      select,
    );
    const stages = new Stages(
      {
        ink: elementById('stage-ink', HTMLCanvasElement),
        boxed: elementById('stage-boxed', HTMLCanvasElement),
        box: elementById('stage-box', HTMLElement),
        redrawn: elementById('stage-redrawn', HTMLCanvasElement),
        seen: elementById('seen', HTMLCanvasElement),
        upright: elementById('upright', HTMLCanvasElement),
        uprightStage: elementById('stage-upright', HTMLElement),
      },
      drawing,
    );

    /** @param {IndexState} state */
    function renderPanel(state) {
      const { answer, problem, api, live } = state;
      const isCurrent = isAnswered(state);
      if (answer !== null && (isCurrent || problem === null)) {
        const selected = Math.min(state.selected, answer.digits.length - 1);
        const remark = problem && remarkFor(problem.kind, api.base, problem.detail);
        panel.showAnswer(answer, selected, isCurrent, remark ?? '');
      } else if (problem !== null) {
        panel.showMessage(messageFor(problem.kind, api.base, problem.detail));
      } else if (!live.isReady && api.status !== 'ready' && api.status !== 'checking') {
        panel.showMessage(messageFor(api.status, api.base, api.detail));
      } else {
        panel.showPrompt(!state.drawing.isEmpty, live.isExpected);
      }
    }

    /** @param {IndexState} state */
    function render(state) {
      const { selected, api, live, isWaiting, drawing: { isPhoto } } = state;
      const digits = currentDigits(state);
      renderPanel(state);
      panel.setWaiting(isWaiting);
      predictButton.classList.toggle('is-waiting', isWaiting);
      boxes.show(digits.length > 1 || isPhoto ? digits : [], selected);
      explanation.show(live.network, digits[selected]?.prediction?.probabilities ?? null);
      correction.render(state);
      ownCopy.hidden = !live.isOwn;
      learned.innerHTML = text('index.own-reads', { count: state.learned }); // our own words, with <strong>
      inkWay.textContent = describeWay(findingIn(drawing.image));
      stages.show(state.found[selected] ?? null, live.isUpright);
      apiStatus.textContent = statusText(api.status);
      apiStatus.dataset.status = api.status;
    }

    return {
      render,
      play: (digit) => stages.play(digit),
      recolour: () => stages.recolour(),
      scrollToAnswer: () => panel.scrollIntoView(),
    };
  }

  return { connectView };
})());
