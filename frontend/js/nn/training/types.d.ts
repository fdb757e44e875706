/** The types of training in the page. */

type OptimizerName = 'sgd' | 'momentum' | 'adam';
type Initialisation = 'he' | 'small' | 'zeros' | 'huge';

/** All may be changed while a run goes on; another seed changes only which labels are spoiled. */
interface TrainingSettings {
  optimizer: OptimizerName;
  /** η */
  learningRate: number;
  batchSize: number;
  /** λ: each step first shrinks every weight by the share η·λ. */
  weightDecay: number;
  /** p: each hidden neuron is switched off with this probability. */
  dropout: number;
  /** Whether digits are turned, scaled and shifted a little each time. */
  distortions: boolean;
  /** The share of labels that are wrong on purpose, from 0 to 1. */
  spoiledLabels: number;
  /** Only so many of the digits, from the first on. */
  examples: number;
  seed: number;
}

interface TrainingStart {
  network: Network;
  settings?: Partial<TrainingSettings>;
  digits: DigitSet;
  test: DigitSet;
}

interface StepResult {
  /** Mean cross-entropy of the batch before the step. */
  loss: number;
  correct: number;
  size: number;
}

interface Measurement {
  accuracy: number;
  loss: number;
}

interface Optimizer {
  state: Record<string, Float32Array | Float64Array>;
  step(theta: Float32Array, gradient: Float32Array, rate: number): void;
}

/** A run to be continued exactly, plain data. */
interface TrainingSnapshot {
  settings: TrainingSettings;
  /** Inputs, hidden neurons …, outputs. */
  sizes: number[];
  /** All weights and biases. */
  theta: Float32Array;
  /** What the optimizer remembers. */
  moments: Record<string, Float32Array | Float64Array>;
  random: Uint32Array;
  order: Uint32Array;
  position: number;
  epoch: number;
  stepInEpoch: number;
  steps: number;
  images: number;
}

/**
 * `diverged`: the loss is beyond all bounds; only another snapshot helps. `failed`: the worker has died.
 */
type TrainerState = 'starting' | 'paused' | 'running' | 'diverged' | 'failed' | 'stopped';

interface TrainingProgress {
  state: 'paused' | 'running' | 'diverged';
  steps: number;
  epoch: number;
  stepInEpoch: number;
  /** How many images it has trained on. */
  images: number;
  /** The mean of `recent`; null without any, as the next. */
  loss: number | null;
  accuracy: number | null;
  /** Each step since the last progress, in order. */
  recent: StepResult[];
  /** Those on the test digits since the last progress. */
  measurements: (Measurement & { steps: number })[];
  /** Which of the digits was trained on last. */
  digit: number | null;
  /** A copy. */
  network: Network;
  stepsPerSecond: number;
  /** The probability of each digit for the image that was given as probe. */
  probe: Float32Array | null;
  settings: TrainingSettings;
}

interface TrainerOptions {
  /** About 30 times a second at most, and whenever the state changes. */
  onProgress: (progress: TrainingProgress) => void;
  /** The worker has died; the reason is for people who look for it. */
  onFailure?: (reason: string) => void;
  /** How many images are trained on, at most, between two measurements on the test digits. */
  measureEvery?: number;
  /** For tests. */
  makeWorker?: () => Worker;
}

type SessionRequest =
  | { type: 'begin'; start: TrainingStart; measureEvery: number }
  | { type: 'run'; images: number; batches: number; epochs: number; stepsPerSecond: number }
  | { type: 'pause' }
  | { type: 'change'; settings: TrainingSettings }
  | { type: 'probe'; pixels: Uint8Array | null }
  | { type: 'snapshot' }
  | { type: 'restore'; snapshot: TrainingSnapshot };

type SessionCommand = (SessionRequest & { id: number }) | { type: 'seen' };

type SessionAnswer =
  | { type: 'ready' }
  | { type: 'progress'; theta: Float32Array; progress: Omit<TrainingProgress, 'network'> }
  | { type: 'done'; id: number; value?: TrainingSnapshot | undefined }
  | { type: 'refused'; id: number; reason: string };

/** Where a session runs. */
interface SessionHost {
  post: (answer: SessionAnswer, transfer?: Transferable[]) => void;
  /** Does the work after so many milliseconds, once what else is waiting has been done. */
  later: (work: () => void, delay: number) => void;
  now: () => number;
  /** So many milliseconds it works at once. */
  sliceTime: number;
}

declare namespace MNIST {
  namespace nn {
    function exactExp(x: number): number;
    function exactLog(x: number): number;

    class RandomSource {
      state: Uint32Array;
      constructor(seed: number);
      next(): number;
      below(n: number): number;
      normal(): number;
      shuffle<T extends { [index: number]: number; length: number }>(array: T): T;
    }
    function randomSource(seed: number): RandomSource;

    function initialNetwork(choice?: {
      hidden?: readonly number[]; initialisation?: Initialisation; seed?: number;
    }): Network;
    function countParameters(sizes: readonly number[]): number;
    function layersOf(theta: Float32Array, sizes: readonly number[]): Layer[];
    function sizesOf(network: Pick<Network, 'layers'>): number[];
    function parametersOf(network: Pick<Network, 'layers'>): Float32Array<ArrayBuffer>;
    function fingerprint(network: Pick<Network, 'layers'>): string;

    class SparseMatrix {
      readonly maxRows: number;
      readonly width: number;
      rows: number;
      readonly values: Float32Array<ArrayBuffer>;
      readonly columns: Uint16Array<ArrayBuffer>;
      readonly columnCounts: Uint16Array<ArrayBuffer>;
      readonly rowsOf: Uint16Array<ArrayBuffer>;
      readonly rowCounts: Uint16Array<ArrayBuffer>;
      constructor(maxRows: number, width: number);
      index(rows: number): void;
    }
    function weightedSumsOf(a: SparseMatrix, layer: Layer, z: Float32Array): void;
    function outerProducts(
      a: SparseMatrix, delta: Float32Array, outputs: number, dW: Float32Array,
    ): void;
    function errorsBefore(
      delta: Float32Array, layer: Layer, a: SparseMatrix, before: Float32Array,
    ): void;

    class BatchPass {
      readonly maxRows: number;
      readonly activations: SparseMatrix[];
      readonly sums: Float32Array[];
      readonly labels: Uint8Array;
      get x(): Float32Array;
      constructor(sizes: readonly number[], maxRows: number);
      forward(
        layers: readonly Layer[], rows: number, dropout?: number, random?: RandomSource | null,
      ): void;
      measure(): { loss: number; correct: number };
      backward(layers: readonly Layer[], gradient: readonly Layer[], dropout?: number): void;
    }
    function softmaxInPlace(scores: Float32Array, target: number): number;

    const OPTIMIZERS: Readonly<Record<OptimizerName, new (size: number) => Optimizer>>;
    function distortInto(
      pixels: Uint8Array, random: RandomSource, x: Float32Array, start: number,
    ): void;
    const DEFAULT_SETTINGS: Readonly<TrainingSettings>;
    function checkedSettings(
      part: Partial<TrainingSettings>, rest?: Readonly<TrainingSettings>,
    ): TrainingSettings;

    class TrainingEngine {
      readonly digits: DigitSet;
      readonly test: DigitSet;
      /** Whole epochs that are done. */
      epoch: number;
      stepInEpoch: number;
      steps: number;
      /** How many images it has trained on. */
      images: number;
      settings: TrainingSettings;
      hasDiverged: boolean;
      /** Which of the digits was trained on last. */
      digit: number | null;
      readonly sizes: number[];
      readonly theta: Float32Array;
      constructor(start: TrainingStart);
      get network(): Network;
      get examples(): number;
      step(size?: number): StepResult;
      labelOf(n: number): number;
      evaluate(count?: number, digits?: DigitSet): Measurement;
      evaluatePart(
        first: number, end: number, digits?: DigitSet,
      ): { loss: number; correct: number };
      predict(pixels: Uint8Array): Float32Array;
      snapshot(): TrainingSnapshot;
      restore(snapshot: TrainingSnapshot): void;
    }

    class TrainingSession {
      constructor(host: SessionHost);
      receive(command: SessionCommand): void;
    }
    class Trainer {
      get state(): TrainerState;
      get settings(): TrainingSettings;
      get isInWorker(): boolean;
      constructor(options: TrainingStart & TrainerOptions);
      start(pace?: { stepsPerSecond?: number }): void;
      run(amount: {
        images?: number; batches?: number; epochs?: number; stepsPerSecond?: number;
      }): Promise<void>;
      pause(): Promise<void>;
      change(part: Partial<TrainingSettings>): void;
      probe(pixels: Uint8Array | null): void;
      snapshot(): Promise<TrainingSnapshot>;
      restore(snapshot: TrainingSnapshot): Promise<void>;
      stop(): void;
    }
  }
}
