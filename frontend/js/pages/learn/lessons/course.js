/**
 * The eight lessons, in their order.
 */
MNIST.add('learn', (() => {
  const { LESSON_1, LESSON_2, LESSON_3, LESSON_4, LESSON_5, LESSON_6, LESSON_7, LESSON_8 } = MNIST.learn;

  return { LESSONS: [LESSON_1, LESSON_2, LESSON_3, LESSON_4, LESSON_5, LESSON_6, LESSON_7, LESSON_8] };
})());
