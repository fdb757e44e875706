/**
 * The network: its weights, its passes, and what explains them. Shapes are row by row.
 */

interface Namespaces {
  nn: typeof MNIST.nn;
}

/** One layer: z = x·W + b. */
interface Layer {
  inputs: number;
  outputs: number;
  /** `inputs * outputs` numbers: the weights of one input stand together. */
  W: Float32Array;
  /** `outputs` numbers. */
  b: Float32Array;
}

interface Network {
  /** Each but the last ends in ReLU, the last in softmax. */
  layers: Layer[];
  /** What the network's training wrote down. */
  metadata: Record<string, unknown>;
}

/** A .safetensors file, and what names it: its ETag at GET /model/weights. */
interface WeightsFile {
  file: ArrayBuffer;
  digest: string;
}

/** The network that comes with the pages. */
interface ShippedNetwork {
  network: Network;
  digest: string;
}

interface ForwardPass {
  /** The activations of each hidden layer, after ReLU. */
  hidden: Float32Array[];
  /** The last layer's weighted sums, z. */
  logits: Float32Array;
  /** Of each class; they add up to 1. */
  probabilities: number[];
}

/** Digits in rows of 784 grey values, as the network reads them. */
interface DigitSet {
  pixels: Uint8Array;
  labels: Uint8Array;
}

/** A forward pass with every number kept, in double precision. */
interface FullPass {
  /** a₀ = x, a₁, a₂: what goes into each layer. */
  activations: Float64Array[];
  /** z₁, z₂, z₃ */
  sums: Float64Array[];
  probabilities: Float64Array;
}

/** The derivative of the cross-entropy of one image. */
interface Gradient {
  loss: number;
  /** δ of each layer: the loss's derivative by z. */
  deltas: Float64Array[];
  /** By each layer's weights, laid out like `W`. */
  dW: Float32Array[];
  /** By each layer's biases. */
  db: Float64Array[];
}

/** All from 0. */
interface WeightPlace {
  layer: number;
  input: number;
  output: number;
}

/** The evidence for one digit against another, taken apart. */
interface Ledger {
  /** z_for − z_against, which every list adds up to together with its part of the biases. */
  difference: number;
  /** How much the difference grows with each pixel: the effective weights. */
  slopes: Float64Array;
  /** Of each pixel. */
  pixels: Float64Array;
  /** Of each connected component of ink, the largest first. */
  strokes: { pixels: number[]; evidence: number }[];
  /** Of each neuron of each hidden layer. */
  neurons: Float64Array[];
  /** What the biases add to the list of pixels, of layer 1 and of layer 2. */
  biasParts: number[];
}

/** The directions in which rows of numbers vary most. */
interface PrincipalComponents {
  mean: Float64Array;
  /** Of length 1 and at right angles, the one with the largest variance first. */
  axes: Float64Array[];
  /** Along each axis. */
  variances: number[];
  /** Along all directions together. */
  total: number;
}

/** A row of numbers, and its Euclidean distance from a point. */
interface Neighbour {
  index: number;
  distance: number;
}

/** A change of the network by hand. */
type Edit = { layer: number; neuron: number } & (
  | { kind: 'weight'; input: number; value: number }
  | { kind: 'bias'; value: number }
  | { kind: 'scale'; value: number }
  | { kind: 'off' }
);

/** The out-of-distribution detector: s = max(0, Σₗ aₗ·Aₗ + max(z)·u + c)·v. */
interface Rejection {
  /** A, one for each hidden layer, without biases. */
  layers: Layer[];
  /** u */
  largestLogit: Float32Array;
  /** c */
  biases: Float32Array;
  /** v */
  output: Float32Array;
  /** An image with a lower s is not a digit. */
  minScore: number;
  /** An image whose two likeliest digits are closer is ambiguous. */
  minMargin: number;
}

interface Prediction {
  digit: number;
  /** 0 to 1. */
  confidence: number;
  /** Of each digit, 0 to 9; they add up to 1. */
  probabilities: number[];
  /** False if the drawing is not a digit, or too doubtful to be read. */
  isAccepted: boolean;
  /** Why it is not accepted; null if it is, or if nothing is said. */
  doubt: Doubt | null;
}

/** Why an image is not accepted. `answer-text` makes the sentence of it, in the page's language. */
type Doubt =
  | { kind: 'empty' | 'not-a-digit' }
  | { kind: 'ambiguous'; digits: [number, number] }
  /** A server's own sentence. */
  | { kind: 'other'; reason: string };

declare namespace MNIST {
  namespace nn {
    function readNetwork(file: ArrayBuffer): Network;
    function writeNetwork(network: Network): ArrayBuffer;
    function isCount(value: unknown): value is number;
    function bytesOf(base64: string): Uint8Array<ArrayBuffer>;
    function loadShippedNetwork(): Promise<ShippedNetwork>;

    function networkInput(network: Pick<Network, 'metadata'>, pixels: Uint8Array): Uint8Array;
    function readsUpright(network: Pick<Network, 'metadata'>): boolean;

    function forward(network: Network, pixels: Uint8Array): ForwardPass;
    function weightedSums(layer: Layer, x: Float32Array): Float32Array;
    function predictionFrom(probabilities: number[]): Prediction;
    function differs(prediction: Prediction, other: Prediction | null): boolean;

    function forwardPass(network: Network, x: ArrayLike<number>): FullPass;
    function softmaxOf(scores: ArrayLike<number>, temperature?: number): Float64Array;
    function backwardPass(network: Network, pass: FullPass, target: number): Gradient;
    function batchGradient(
      network: Network, batch: ReadonlyArray<{ x: ArrayLike<number>; target: number }>,
    ): Pick<Gradient, 'loss' | 'dW' | 'db'>;
    function descend(
      network: Network, gradient: Pick<Gradient, 'dW' | 'db'>, learningRate: number,
    ): Network;
    function measureSlope(
      network: Network, x: ArrayLike<number>, target: number, place: WeightPlace & { isBias?: boolean }, nudge: number,
    ): { less: number; more: number; slope: number };
    function countCorrect(
      network: Network, digits: { pixels: Uint8Array; labels: Uint8Array }, first: number, end: number,
    ): number;

    function ledgerOf(network: Network, pass: FullPass, digit: number, rival: number): Ledger;
    function connectedInk(x: ArrayLike<number>): number[][];
    function occlusionMap(
      network: Network, pass: FullPass, digit: number, rival: number,
    ): Float64Array;
    function inputGradient(
      network: Network, pass: FullPass, scoreSlopes: ArrayLike<number>,
    ): Float64Array;
    function differenceOf(
      network: Network, pass: FullPass, digit: number, rival: number,
    ): { difference: number; slopes: Float64Array };
    function integratedGradients(
      network: Network, x: ArrayLike<number>, digit: number, rival: number, steps?: number,
    ): { pixels: Float64Array; change: number };

    function principalComponents(
      rows: ArrayLike<number>, width: number, count?: number,
    ): Generator<void, PrincipalComponents>;
    function placeOf(components: PrincipalComponents, point: ArrayLike<number>): number[];
    const TSNE_STEPS: number;
    function resemblances(squaredDistances: ArrayLike<number>, self?: number): Float64Array;
    function similaritiesOf(
      rows: Uint8Array | Float32Array | Float64Array, width: number,
    ): Generator<void, Float32Array>;
    function tsneGradient(
      similarities: Float32Array, places: Float64Array, exaggeration?: number,
    ): Float64Array;
    function tsne(similarities: Float32Array, places: Float64Array): Generator<number, Float64Array>;
    function squaredDistances(rows: ArrayLike<number>, point: ArrayLike<number>): Float64Array;
    function nearestRows(
      rows: ArrayLike<number>, point: ArrayLike<number>, count: number,
    ): Neighbour[];

    function edited(network: Network, edits: ReadonlyArray<Edit>): Network;
    function describeEdit(edit: Edit): string;
    function nameOf(layer: number, neuron: number, count?: number): string;

    function readRejection(network: Network): Rejection | null;
    function digitScore(rejection: Rejection, pass: ForwardPass): number;
    function doubtAbout(rejection: Rejection, pass: ForwardPass, pixels: Uint8Array): Doubt | null;

    class Reader {
      constructor(network: Network);
      readonly network: Network;
      readonly sureness: Sureness;
      predict(pixels: Uint8Array): Prediction;
    }
    class LiveNetwork extends EventTarget {
      constructor(
        client: Pick<api.ApiClient, 'weights'>, loadShipped?: () => Promise<ShippedNetwork>,
      );
      get network(): Network | null;
      get isReady(): boolean;
      get isExpected(): boolean;
      get isUpright(): boolean;
      get isOwn(): boolean;
      useOwn(network: Network): void;
      leaveOwn(): Promise<void>;
      loadShipped(): Promise<void>;
      load(): Promise<void>;
      predict(pixels: Uint8Array): Prediction;
      readonly sureness: Sureness | null;
    }
  }
}
