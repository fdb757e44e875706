/**
 * Files of data, which register themselves.
 */

interface Namespaces {
  data: typeof MNIST.data;
}

declare namespace MNIST {
  namespace data {
    const SAMPLES: string;
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
