/**
 * Predictions compared with what was found. Pure functions.
 */
MNIST.add('learn', (() => {
  const { language, number, percent, text } = MNIST.words;
  const { nameOf } = MNIST.nn;
  /** So many tolerances off is still near. */
  const NEAR = 2;

  /**
   * @param {LessonStep} step
   * @param {number | string} guess
   * @param {number | string} truth
   * @param {MNIST.learn.LessonWorld} world
   * @returns {LessonGrade}
   */
  function gradeOf({ grade, question }, guess, truth, world) {
    if (grade !== undefined) return grade(guess, truth, world);
    if (question?.kind !== 'number') return guess === truth ? 'right' : 'off';
    // Both have few decimals: what counts is not the last bit of a difference.
    const distance = Math.abs(Number(guess) - Number(truth)) - 1e-9;
    if (distance <= question.tolerance) return 'right';
    return distance <= NEAR * question.tolerance ? 'near' : 'off';
  }

  /**
   * @param {Lesson} lesson
   * @param {LessonStep} step
   * @param {number | string} value
   * @param {LessonValues} [asked] What stands in the question.
   * @returns {string} For people.
   */
  function answerName(lesson, { id, question }, value, asked) {
    if (question?.kind === 'choice') return question.nameOf?.(String(value)) ?? lesson.say(`${id}-${value}`, asked);
    if (question?.kind === 'neuron') return nameOf(question.layer, Number(value));
    return numberName(question, Number(value));
  }

  /**
   * @param {LessonQuestion | undefined} question
   * @param {number} value
   */
  function numberName(question, value) {
    const { unit, decimals = 0 } = question?.kind === 'number' ? question : {};
    return unit === 'percent' ? percent(value, 1) : number(value, decimals);
  }

  /**
   * @param {Lesson} lesson
   * @param {LessonStep} step
   * @param {Pick<LessonAnswer, 'guess' | 'truth' | 'grade' | 'asked'>} answer
   * @returns {string} Says how far off it was.
   */
  function describeGrade(lesson, step, { guess, truth, grade, asked }) {
    const values = { guess: answerName(lesson, step, guess, asked), truth: answerName(lesson, step, truth, asked) };
    if (step.question?.kind !== 'number') return text(`lessons.choice-${grade}`, values);
    const off = Number(guess) - Number(truth);
    const distance = step.question.unit === 'percent'
      ? text('lessons.points', { points: number(100 * Math.abs(off), 1) })
      : numberName(step.question, Math.abs(off));
    if (values.guess === values.truth) return text('lessons.number-exact', values);
    if (grade === 'right') return text('lessons.number-right', values);
    return text(`lessons.number-${grade}-${off > 0 ? 'more' : 'less'}`, { ...values, distance });
  }

  /**
   * @param {LessonQuestion} question
   * @param {string} written
   * @returns {number | null} The number, if it is one that is asked for. A percentage is a share then.
   */
  function checkedGuess(question, written) {
    if (question.kind !== 'number') return null;
    const value = numberIn(written);
    if (!Number.isFinite(value) || value < question.min || value > question.max) return null;
    return question.unit === 'percent' ? value / 100 : value;
  }

  /**
   * @param {string} written Such as "97.5", "97,5 %" or "1,000".
   * @returns {number} NaN if it is none.
   */
  function numberIn(written) {
    const plain = written.replace(/[\s%％]/g, '').replace('−', '-');
    const group = new Intl.NumberFormat(language).formatToParts(12345).find(({ type }) => type === 'group')?.value ?? ',';
    const isGrouped = /^-?\d{1,3}([.,]\d{3})+$/.test(plain) && plain.includes(group);
    return plain === '' ? NaN : Number(isGrouped ? plain.replaceAll(group, '') : plain.replace(',', '.'));
  }

  return { gradeOf, answerName, describeGrade, checkedGuess };
})());
