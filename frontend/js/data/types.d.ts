/**
 * Files of data, which register themselves.
 */

interface Namespaces {
  data: typeof MNIST.data;
}

declare namespace MNIST {
  namespace data {
    const SAMPLES: string;
    /** What the lessons quote; benchmarks/lesson_facts.js computes it. */
    const LESSON_FACTS: {
      parameters: number;
      /** Of 1,000 test digits, as all accuracies here. */
      accuracy: number;
      /** Half of the test digits have so many pixels with ink. */
      ink: { low: number; high: number };
      /** So many neurons of layer 1 are on. */
      on: { mean: number; low: number; high: number };
      fours: { count: number; asNine: number };
      nines: { count: number; asFour: number };
      surgery: {
        random: { neurons: number; draws: number; mean: number; low: number; high: number };
        chosen: { neurons: number[]; accuracy: number };
      };
      forgetting: { digits: number; alone: number; mixed: number };
      training: { initial: number; firstEpoch: number; fiveEpochs: number };
      byHeart: { training: number; test: number; more: number; wrongTraining: number; wrongTest: number };
      fooling: { digits: number; pixels: number; dreams: { accepted: number; all: number } };
    };
    /** `file` is a .safetensors file in base64. */
    const MODEL: { digest: string; file: string };
    /** Digits: `pixels` is base64 of deflated bytes, two pixels a byte. */
    const testDigits: { labels: string; pixels: string };
    const trainingDigits: { labels: string; pixels: string };
    const moreTrainingDigits: { labels: string; pixels: string };
    const exemplars: { labels: string; pixels: string };
    const exemplarsOf: number[][][];
    /** Base64 of deflated signed bytes. */
    const patterns: string;
    /** Each line with the step that it is, or an empty text. */
    const CODE_STRIP: Record<'python' | 'javascript' | 'formula', string[][]>;
  }
}
