/** What the scripts that fool the network share. */

/** What the page makes of one image. */
interface FoolVerdict {
  digit: number;
  /** 0 to 1. */
  confidence: number;
  probabilities: number[];
  /** False if the page would refuse the image. */
  isAccepted: boolean;
  /** Why it is refused; null if it is not. */
  doubt: Doubt | null;
  /** How much the image looks like a digit, and the least that is accepted; null without a detector. */
  score: number | null;
  minScore: number | null;
}

/** Pixels to toggle, and by how much the rival's score is then ahead. */
interface PixelSet {
  places: number[];
  lead: number;
}

/** How large a change is: the Euclidean length of all pixels' changes (L²), or the largest of them (L∞). */
type ChangeMeasure = 'euclidean' | 'largest';

/** A search for the smallest change. */
interface Ascent {
  network: Network;
  /** The image that is changed, from 0 to 1. */
  x: Float64Array;
  target: number;
  measure: ChangeMeasure;
  isDone: (changed: Uint8Array) => boolean;
}

/** Where real images of one digit lie: their mean, and their principal components. */
interface HandwritingSpan {
  /** 784 numbers from 0 to 1. */
  mean: Float64Array;
  /** Each is as long as the images deviate along it. */
  axes: Float64Array[];
}

type NoiseKind = 'grey' | 'dots' | 'middle' | 'blobs';

/** What is done to an image, in this order. */
interface Distortion {
  /** In pixels, by which the edges of the ink move outwards. */
  thickness: number;
  /** In degrees, clockwise. */
  rotation: number;
  /** In pixels, to the right. */
  shift: number;
  /** Standard deviation of the noise, as a share of full ink. */
  noise: number;
}

/** Of test digits. */
interface RobustnessCount {
  /** How many have been read. */
  total: number;
  /** Read right, refused or not. */
  right: number;
  refused: number;
  /** Read wrong, and not refused. */
  wrong: number;
}

declare namespace MNIST {
  namespace vision {
    function rotate(pixels: Uint8Array, degrees: number): Uint8Array;
    function shift(pixels: Uint8Array, right: number, down: number): Uint8Array;
    function thicken(pixels: Uint8Array, amount: number): Uint8Array;
    function addNoise(pixels: Uint8Array, deviation: number, noise: ArrayLike<number>): Uint8Array;
    function fade(from: Uint8Array, to: Uint8Array, share: number): Uint8Array;
    function reshape(from: Float64Array, to: Float64Array, share: number): Uint8Array;
    function edgeDistances(pixels: Uint8Array): Float64Array;
  }

  namespace nn {
    function answerTo(network: Network, pixels: Uint8Array): number;
    function judge(network: Network, rejection: Rejection | null, pixels: Uint8Array): FoolVerdict;
    function toGrey(x: ArrayLike<number>): Uint8Array;
    function toUnit(pixels: Uint8Array): Float64Array;

    function fewestPixels(
      network: Network, pixels: Uint8Array, isFooled?: (changed: Uint8Array) => boolean,
    ): Generator<number[] | null, number[] | null>;
    function withToggles(pixels: Uint8Array, places: Iterable<number>): Uint8Array;

    function smallestChange(
      network: Network, pixels: Uint8Array, target: number, measure: ChangeMeasure,
      isFooled?: (changed: Uint8Array) => boolean,
    ): Generator<Uint8Array | null, Uint8Array | null>;
    function changeBetween(
      from: Uint8Array, to: Uint8Array,
    ): { change: Float64Array; euclidean: number; largest: number };
    function lengthOf(vector: ArrayLike<number>): number;
    function withRandomNoise(
      pixels: Uint8Array, sizes: { euclidean: number; largest: number }, measure: ChangeMeasure,
      random: { next(): number; normal(): number },
    ): Uint8Array;

    function logOddsOf(
      network: Network, x: ArrayLike<number>, digit: number,
    ): { logOdds: number; slopes: Float64Array };
    function dreamFreely(
      network: Network, digit: number, start: Uint8Array, steps: number,
    ): Generator<Uint8Array, void>;
    function dreamWithin(
      network: Network, digit: number, span: HandwritingSpan, start: Uint8Array, steps: number,
    ): Generator<Uint8Array, void>;
    function handwritingSpan(
      images: ReadonlyArray<Uint8Array>, count: number,
    ): Generator<void, HandwritingSpan>;

    const NOISE_KINDS: ReadonlyArray<NoiseKind>;
    function noiseImage(kind: NoiseKind, seed: number): Uint8Array;

    function distorted(pixels: Uint8Array, distortion: Distortion, n?: number): Uint8Array;
    function normalised(network: Network, pixels: Uint8Array): Uint8Array;
    function countDistorted(
      network: Network, rejection: Rejection | null, digits: DigitSet, distortion: Distortion,
      isNormalised: boolean,
    ): Generator<RobustnessCount, RobustnessCount>;
  }
}
