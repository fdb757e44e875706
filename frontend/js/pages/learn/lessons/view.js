/**
 * What the strip says at one moment of a lesson.
 */
MNIST.add('learn', (() => {
  const { hasWords, text } = MNIST.words;
  const { answerName, describeGrade } = MNIST.learn;
  const { nameOf } = MNIST.nn;

  /**
   * @param {LessonMoment} moment
   * @returns {LessonView}
   */
  function lessonView(moment) {
    const { lesson, step, place, phase, problem, kept, world, memory, isActing } = moment;
    const { number, steps, say } = lesson;
    const isDone = phase === 'done';
    const isAsking = phase === 'ask' && step.question !== undefined;
    const values = askedValues(moment);
    const hasButton = !isDone && !isAsking && !isActing && step.act !== undefined;
    return {
      place,
      title: text('lessons.heading', { number, title: text(`lessons.title-${number}`) }),
      count: text('lessons.count', { step: place.step + 1, steps: steps.length }),
      kind: step.kind,
      text: say(step.id, values),
      phase,
      problem,
      question: step.question ?? null,
      choices: isAsking && problem === null ? choicesOf(moment, values) : [],
      chosen: chosenNeuron(moment),
      task: problem === null ? lessonTask(moment) : '',
      button: hasButton ? sentence(lesson, `${step.id}-button`, values) : '',
      grade: isDone && step.question !== undefined ? kept?.grade ?? null : null,
      feedback: isDone ? lessonFeedback(moment) : '',
      isFirst: place.step === 0,
      isLast: place.step === steps.length - 1,
      hasTarget: step.target !== undefined && problem === null,
      image: problem === null ? step.image?.(world, memory) ?? null : null,
    };
  }

  /**
   * @param {LessonMoment} moment
   * @returns {LessonValues} What stood in the question when it was answered, or stands in it now.
   */
  function askedValues({ step, phase, kept, asked, world, memory, problem }) {
    if (phase === 'done' && kept !== null && step.question !== undefined) return kept.asked;
    if (phase === 'act') return asked;
    try {
      return step.values?.(world, memory) ?? {};
    } catch (error) {
      if (problem !== null) return {}; // what is missing may be what a value needs
      throw error;
    }
  }

  /**
   * @param {LessonMoment} moment
   * @param {LessonValues} values
   */
  function choicesOf({ lesson, step, world, memory }, values) {
    if (step.question?.kind !== 'choice') return [];
    return step.question.choices(world, memory).map((value) => ({ value, name: answerName(lesson, step, value, values) }));
  }

  /**
   * @param {LessonMoment} moment
   * @returns {string} What is to be done for the answer to be seen, or how far it is done.
   */
  function lessonTask({ lesson, step, phase, asked, world, memory, isActing }) {
    if (isActing) return text('lessons.wait');
    if (step.kind === 'do') return sentence(lesson, `${step.id}-yet`, step.values?.(world, memory) ?? {});
    return phase === 'act' ? sentence(lesson, `${step.id}-task`, asked) : '';
  }

  /**
   * @param {LessonMoment} moment
   * @returns {string} What came of it, and why.
   */
  function lessonFeedback({ lesson, step, kept, world, memory }) {
    if (step.question === undefined || kept === null) return sentence(lesson, `${step.id}-done`, step.values?.(world, memory) ?? {});
    return `${describeGrade(lesson, step, kept)} ${sentence(lesson, `${step.id}-why`, kept.found)}`.trim();
  }

  /**
   * @param {LessonMoment} moment
   * @returns {string} The neuron that would be the answer.
   */
  function chosenNeuron({ step: { question }, world }) {
    if (question?.kind !== 'neuron') return '';
    const { layer, neuron } = world.state.selected;
    return layer === question.layer
      ? text('lessons.chosen', { neuron: nameOf(layer, neuron) })
      : text('lessons.choose-neuron', { layer: question.layer + 1 });
  }

  /**
   * @param {Lesson} lesson
   * @param {string} name
   * @param {LessonValues} values
   * @returns {string} Nothing if the lesson has no such sentence.
   */
  function sentence({ number, say }, name, values) {
    return hasWords(`lesson${number}.${name}`) ? say(name, values) : '';
  }

  return { lessonView, lessonTask, lessonFeedback };
})());
