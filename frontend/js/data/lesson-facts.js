/* Written by benchmarks/lesson_facts.js: the figures that the lessons quote, of the shipped weights. */
MNIST.add('data', { LESSON_FACTS: {
  parameters: 109386,
  accuracy: 0.993,
  ink: {
    low: 128,
    high: 180
  },
  on: {
    mean: 53.514,
    low: 50,
    high: 57
  },
  fours: {
    count: 110,
    asNine: 0
  },
  nines: {
    count: 94,
    asFour: 0
  },
  surgery: {
    random: {
      neurons: 32,
      draws: 12,
      mean: 0.8987,
      low: 0.832,
      high: 0.946
    },
    chosen: {
      neurons: [
        38,
        120,
        125,
        0,
        23
      ],
      accuracy: 0.815
    }
  },
  forgetting: {
    digits: 5,
    alone: 0.4656,
    mixed: 0.9894
  },
  training: {
    initial: 0.096,
    firstEpoch: 0.843,
    fiveEpochs: 0.893
  },
  byHeart: {
    training: 1,
    test: 0.749,
    more: 0.941,
    wrongTraining: 0.97,
    wrongTest: 0.021
  },
  fooling: {
    digits: 12,
    pixels: 4,
    dreams: {
      accepted: 18,
      all: 20
    }
  }
} });
