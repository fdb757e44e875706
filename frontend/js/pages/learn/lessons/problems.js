/**
 * What keeps a step from going on, and what helps: so no lesson gets stuck.
 */
MNIST.add('learn', (() => {
  const { text } = MNIST.words;

  /**
   * @param {Pick<LessonStep, 'stage' | 'needs'>} step
   * @param {MNIST.learn.LessonWorld} world
   * @returns {LessonProblem | null} The first thing to be done, if there is one.
   */
  function problemOf({ stage, needs = [] }, world) {
    const { host, state } = world;
    if (state.stage !== stage) {
      return problem('stage', { stage: stageTitle(stage) }, () => host.open(stage));
    }
    if (!world.isLoaded(stage)) {
      const hasFailed = document.querySelector(`#${stage} [role="alert"]`) !== null;
      return problem('loading', {}, hasFailed ? () => host.open(stage) : null);
    }
    for (const need of needs) {
      const found = PROBLEMS[need](world);
      if (found !== null) return found;
    }
    return null;
  }

  /** @type {Record<LessonNeed, (world: MNIST.learn.LessonWorld) => LessonProblem | null>} */
  const PROBLEMS = {
    ink: ({ host, isEmpty }) => (isEmpty ? problem('ink', {}, () => host.drawn.showExample()) : null),
    digit: (world) => {
      const { host, isEmpty, reason, state } = world;
      if (isEmpty) return problem('ink', {}, () => host.drawn.showExample());
      if (state.erased.size > 0) return problem('whole', {}, () => world.tidy());
      return reason === '' ? null : problem('digit', { reason }, () => host.drawn.showExample());
    },
    whole: (world) => (world.state.erased.size === 0 ? null : problem('whole', {}, () => world.tidy())),
    shipped: ({ host, state }) => (state.versions.length === 1 ? null : problem('shipped', {}, () => host.restore())),
    digits: ({ host }) => (host.digits === null ? problem('digits', {}, null) : null),
    training: ({ run }) => {
      return run?.stopped === 'failed' ? problem('training', {}, () => run.begin(run.settings)) : null;
    },
  };

  /**
   * @param {string} id
   * @param {LessonValues} values
   * @param {(() => void) | null} help
   * @returns {LessonProblem}
   */
  function problem(id, values, help) {
    return {
      id,
      text: text(`lessons.problem-${id}`, values),
      button: help === null ? '' : text(`lessons.help-${id}`, values),
      help,
    };
  }

  /** @param {StageName} stage */
  function stageTitle(stage) {
    return document.getElementById(`tab-${stage}`)?.textContent?.trim() ?? stage;
  }

  return { problemOf };
})());
