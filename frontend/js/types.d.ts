/**
 * The types that scripts share, and what each namespace of `MNIST` offers. `MNIST.add` checks that
 * a script offers what stands here. What the names mean is written at their definitions.
 *
 * Shapes are row by row; an image is 784 grey values from 0 (black) to 255.
 */

// ---------------------------------------------------------------- drawings and images

/** A point of the pen; y grows downwards. On the pad in cells, of which it has 28 × 28. */
interface PenPoint {
  x: number;
  y: number;
}

type Line = ReadonlyArray<PenPoint>;

interface Extent {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** On the pad in cells, in an image in pixels. */
interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** As `inkBox` finds it, in whole pixels. */
interface InkBox {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Two strokes: the least distance between them, and how far the ends of one are from the other's. */
interface StrokeGap {
  distance: number;
  ends: number;
}

/** Two parts of a drawing, by their indices, that may belong to one digit. */
interface Link extends StrokeGap {
  first: number;
  second: number;
}

interface Stroke {
  /** In cells. */
  points: PenPoint[];
  /** Standard deviation of the brush it was drawn with, in cells. */
  sigma: number;
}

/** An image that lies on the pad instead of strokes. */
interface PadImage {
  width: number;
  height: number;
  /** Four bytes a pixel. */
  rgba: Uint8ClampedArray;
  /** 784 grey values, if it is one of MNIST's own images. */
  cells: Uint8Array | null;
  /** What it is, for people. */
  name: string;
}

/** One state of a drawing. The array is not changed once it is kept. */
interface DrawingState {
  strokes: Stroke[];
  image: PadImage | null;
  version: number;
}

/** What the pointer does. */
interface Tool {
  isErasing: boolean;
  sigma: number;
}

/** The pad of a page, connected. */
interface Pad {
  drawing: MNIST.draw.Drawing;
  frame: HTMLElement;
  /** What keys do on any page with a pad; see `MNIST.ui.Shortcuts`. */
  commands: Record<string, () => void>;
  /** The page's colours have changed. */
  recolour(): void;
}

/** How much ink there is in each pixel, from 0, in whole numbers, row by row. */
interface InkImage {
  ink: Float64Array;
  width: number;
  height: number;
}

/** The ink of one digit, and where its first column and row are in the image. */
interface DigitInk {
  left: number;
  top: number;
  image: InkImage;
}

/** Says how surely 784 grey values are a digit, from 0 to 1. */
type Sureness = (pixels: Uint8Array) => number;

/** What was found in an image, and how. */
interface Finding {
  digits: { box: Box; pixels: Uint8Array }[];
  /** How the paper's brightness was found. */
  background: 'plane' | 'local';
  /** By how many degrees the image was turned clockwise to be read. */
  rotation: 0 | 90 | 270;
  /** Whether ruled lines were removed. */
  rulings: boolean;
}

/** One digit on the pad. */
interface FoundDigit {
  /** In cells. */
  box: Box;
  /** The image that the network gets. */
  pixels: Uint8Array;
  /** The same at MNIST's size, but in the middle by its box instead of its mass. */
  redrawn: Uint8Array;
  /** Its own strokes in cells; null in an image. */
  strokes: PenPoint[][] | null;
}

/** With its answer, if it has one. */
interface ReadDigit extends FoundDigit {
  prediction: Prediction | null;
}

// ---------------------------------------------------------------- the network

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
  /** Why it is not accepted; empty if it is, or if nothing is said. */
  reason: string;
}

// ---------------------------------------------------------------- the API

/**
 * Why there is no answer.
 * - `unreachable`: nothing answers at the address, or a gateway there says so.
 * - `timeout`: something answers too slowly.
 * - `no-weights`: the server runs, but has no trained network.
 * - `busy`: the server has too much to do, or is asked too often.
 * - `refused`: the server answered with an error.
 * - `unexpected`: what answers is not this API.
 * - `absent`: the page's own server is not the API.
 * - `forbidden`: a server answers, but does not let pages from this origin read it.
 */
type ApiFailure =
  | 'unreachable' | 'timeout' | 'no-weights' | 'busy' | 'refused' | 'unexpected' | 'absent'
  | 'forbidden';

type ApiStatus = 'checking' | 'ready' | ApiFailure;

/** What a prediction session reports. `version` is the drawing's that was asked about. */
type SessionReport =
  | { kind: 'waiting'; version: number }
  | { kind: 'answered'; version: number; predictions: Prediction[]; milliseconds: number }
  | { kind: 'failed'; version: number; error: MNIST.api.ApiError }
  | { kind: 'cancelled'; version: number };

// ---------------------------------------------------------------- what the page shows

interface Message {
  title: string;
  text: string;
  /** To type in a terminal; one of them is enough. */
  commands: string[];
}

type MessageKind = ApiFailure | 'empty' | 'nothing-found' | 'too-much';

/** What was read, by whom, and how long it took. */
interface Answer {
  /** The drawing's that it is for. */
  version: number;
  digits: ReadDigit[];
  source: 'page' | 'api';
  milliseconds: number;
}

interface ResultElements {
  panel: HTMLElement;
  digit: HTMLElement;
  title: HTMLElement;
  text: HTMLElement;
  source: HTMLElement;
  remark: HTMLElement;
  commands: HTMLElement;
}

interface StageElements {
  ink: HTMLCanvasElement;
  boxed: HTMLCanvasElement;
  /** The frame that is drawn around the digit. */
  box: HTMLElement;
  /** 28 × 28 pixels. */
  redrawn: HTMLCanvasElement;
  /** 28 × 28 pixels. */
  seen: HTMLCanvasElement;
  /** 28 × 28 pixels. */
  upright: HTMLCanvasElement;
  /** What holds `upright`; hidden where the network reads images as they are. */
  uprightStage: HTMLElement;
}

interface ShareElements {
  dialog: HTMLDialogElement;
  link: HTMLInputElement;
  copy: HTMLButtonElement;
  /** Hands the link to the system, where the browser can. */
  send: HTMLButtonElement;
  /** Says what became of it. */
  done: HTMLElement;
}

type ThemeChoice = 'system' | 'light' | 'dark';

// ---------------------------------------------------------------- the namespaces

interface Namespaces {
  core: typeof MNIST.core;
  vision: typeof MNIST.vision;
  nn: typeof MNIST.nn;
  draw: typeof MNIST.draw;
  api: typeof MNIST.api;
  ui: typeof MNIST.ui;
  data: typeof MNIST.data;
}

declare namespace MNIST {
  function add<Folder extends keyof Namespaces>(
    folder: Folder,
    parts: Partial<Namespaces[Folder]>,
  ): void;

  namespace core {
    function elementById<T extends Element>(id: string, type: new (...args: any[]) => T): T;
    function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D;
    function afterFirstPaint(callback: () => void): void;
    function loadScript(source: string): Promise<void>;
  }

  namespace vision {
    const MNIST_GEOMETRY: Readonly<{
      SIZE: 28;
      BOX: 20;
      CENTRE: 14;
      PEN_RADIUS: 1.25;
      PEN_SOFTNESS: 1.2;
      FARTHEST: 1e9;
      MAX_ENLARGED: 4;
      MIN_CONTRAST: 16;
    }>;
    function centreByMass(pixels: Uint8Array): Uint8Array;
    function inkBox(ink: ArrayLike<number>, width: number, height: number): InkBox | null;
    function straighten(pixels: Uint8Array): Uint8Array;
    function measureSlant(pixels: Uint8Array): { slant: number; middle: number };

    function renderStrokes(strokes: ReadonlyArray<Line>, dotSize?: number): Uint8Array | null;
    function normaliseStrokes(strokes: ReadonlyArray<Line>, dotSize?: number): PenPoint[][] | null;
    function inkStrokes(strokes: ReadonlyArray<Line>): Uint8Array;

    function preprocessRaster(
      grey: ArrayLike<number>, width: number, height: number,
    ): Uint8Array | null;
    function separateInk(
      grey: ArrayLike<number>, width: number, height: number,
    ): Float64Array | null;
    function normaliseInk(image: InkImage): Uint8Array;
    function cutOut(ink: Float64Array, stride: number, box: InkBox): InkImage;
    function widenThinInk(image: InkImage): InkImage;

    const NO_EXTENT: Extent;
    class StrokeMemory {
      line(stroke: Line, line: PenPoint[]): PenPoint[];
      between(one: PenPoint[], other: PenPoint[]): StrokeGap;
    }
    function extentOf(points: Line): Extent;
    function thinStroke(stroke: Line, step: number): PenPoint[];
    function distanceBetween(a: PenPoint, b: PenPoint): number;
    function strokeDistance(one: Line, other: Line): number;

    function groupStrokes(strokes: ReadonlyArray<Line>, memory?: StrokeMemory): number[][];
    function groupParts(extents: ReadonlyArray<Extent>, links: Link[]): number[][];
    function nearPairs(extents: ReadonlyArray<Extent>): [number, number][];
    function unite(a: Extent, b: Extent): Extent;

    function findDigits(
      grey: ArrayLike<number>, width: number, height: number,
    ): { box: Box; pixels: Uint8Array }[];
    function shrinkImage(
      grey: ArrayLike<number>, width: number, height: number,
    ): { grey: ArrayLike<number>; width: number; height: number; times: number };
    const BORDER: Readonly<{ ALL_COUNT: 0; NO_STRIPS: 1; NONE_LONG: 2 }>;
    function takeApart(image: InkImage, border: number): DigitInk[];
    function takeApartPlainly(image: InkImage): DigitInk[];

    const PEAK_SHARE: number;
    function blackHat(
      levels: Uint8Array, width: number, height: number, reach: number,
    ): Uint8Array;
    function thresholdHat(hat: Uint8Array, share: number): Float64Array | null;
    function removeRulings(image: InkImage): InkImage | null;
    function splitTouching(digit: DigitInk, score: number, sureness: Sureness): DigitInk[];
    function findSurestDigits(
      grey: ArrayLike<number>, width: number, height: number, sureness: Sureness,
    ): Finding;
  }

  namespace nn {
    function readNetwork(file: ArrayBuffer): Network;
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
      network: Network, x: ArrayLike<number>, target: number, place: WeightPlace, nudge: number,
    ): { less: number; more: number; slope: number };
    function countCorrect(
      network: Network, digits: { pixels: Uint8Array; labels: Uint8Array }, first: number, end: number,
    ): number;

    function ledgerOf(network: Network, pass: FullPass, digit: number, rival: number): Ledger;
    function connectedInk(x: ArrayLike<number>): number[][];
    function occlusionMap(
      network: Network, pass: FullPass, digit: number, rival: number,
    ): Float64Array;
    function integratedGradients(
      network: Network, x: ArrayLike<number>, digit: number, rival: number, steps?: number,
    ): { pixels: Float64Array; change: number };

    function edited(network: Network, edits: ReadonlyArray<Edit>): Network;
    function describeEdit(edit: Edit): string;
    function nameOf(layer: number, neuron: number, count?: number): string;

    function readRejection(network: Network): Rejection | null;
    function digitScore(rejection: Rejection, pass: ForwardPass): number;
    function reasonAgainst(rejection: Rejection, pass: ForwardPass, pixels: Uint8Array): string;

    class LiveNetwork extends EventTarget {
      constructor(
        client: Pick<api.ApiClient, 'weights'>, loadShipped?: () => Promise<ShippedNetwork>,
      );
      get network(): Network | null;
      get isReady(): boolean;
      get isExpected(): boolean;
      get isUpright(): boolean;
      loadShipped(): Promise<void>;
      load(): Promise<void>;
      predict(pixels: Uint8Array): Prediction;
      readonly sureness: Sureness | null;
    }
  }

  namespace draw {
    const GRID_SIZE: number;
    const BRUSH_SIGMAS: readonly number[];
    const BRUSH_SIGMA: number;
    function paintSegment(grid: Uint8Array, from: PenPoint, to: PenPoint, sigma?: number): void;
    function clipToGrid(from: PenPoint, to: PenPoint): { from: PenPoint; to: PenPoint } | null;

    const ERASER_REACH: number;
    function eraseAlong<T extends { points: PenPoint[]; sigma: number }>(
      strokes: T[], from: PenPoint, to: PenPoint, radius: number,
    ): T[];
    function distanceToSegment(point: PenPoint, from: PenPoint, to: PenPoint): number;

    class DrawingHistory {
      static maxSteps: number;
      static maxBytes: number;
      get canUndo(): boolean;
      get canRedo(): boolean;
      get latest(): DrawingState | undefined;
      remember(state: DrawingState): void;
      branch(): void;
      forget(): DrawingState | undefined;
      undo(now: DrawingState): DrawingState | undefined;
      redo(now: DrawingState): DrawingState | undefined;
    }
    /** Dispatches `change` and `penup`. */
    class Drawing extends EventTarget {
      get grid(): Uint8Array;
      get strokes(): PenPoint[][];
      get inkedStrokes(): ReadonlyArray<Readonly<Stroke>>;
      get image(): PadImage | null;
      get version(): number;
      get isEmpty(): boolean;
      get canUndo(): boolean;
      get canRedo(): boolean;
      get isPenDown(): boolean;
      penDown(point: PenPoint, sigma?: number): void;
      toolDown(point: PenPoint, tool: Readonly<Tool>): void;
      eraserDown(point: PenPoint, radius: number): void;
      penMove(point: PenPoint): void;
      penUp(): void;
      cancelPen(): void;
      clear(): void;
      load(strokes: Stroke[]): void;
      show(image: PadImage): void;
      undo(): void;
      redo(): void;
    }
    class DrawingPad {
      static palmWidth: number;
      static penRest: number;
      constructor(canvas: HTMLCanvasElement, drawing: Drawing, tool: Readonly<Tool>);
    }
    class KeyboardPen {
      constructor(
        pad: HTMLElement, cursor: HTMLElement, drawing: Drawing, tool: Readonly<Tool>,
        announce: (text: string) => void,
      );
    }
    class Toolbar {
      tool: Tool;
      constructor(radios: NodeListOf<HTMLInputElement>);
      choose(value: 'pen' | 'eraser'): void;
      resize(step: -1 | 1): void;
    }

    const INK_WIDTH: number;
    const CORNER_RADIUS: number;
    function drawStroke(
      context: CanvasRenderingContext2D, stroke: Readonly<Stroke>, scale: number,
      minWidth?: number, start?: number, end?: number,
    ): void;
    function traceSmoothly(
      context: CanvasRenderingContext2D, points: Line, scale: number, start?: number, end?: number,
    ): void;
    function placeOfImage(image: PadImage): Box;
    function drawImageOnPad(
      context: CanvasRenderingContext2D, image: PadImage, scale: number, colour: string,
    ): void;
    class InkPainter {
      constructor(canvas: HTMLCanvasElement, minWidth?: number);
      paint(strokes: ReadonlyArray<Readonly<Stroke>>, colour: string): void;
    }
    class InkLayer {
      constructor(canvas: HTMLCanvasElement, drawing: Drawing);
      recolour(): void;
    }
    function connectPad(announce: (text: string) => void): Pad;

    const DOT_SIZE: number;
    const MAX_STROKES: number;
    const MAX_DIGITS: number;
    function findOnPad(
      drawing: Pick<Drawing, 'strokes' | 'image'>, sureness?: Sureness | null,
    ): FoundDigit[];
    function changedDigit(
      before: ReadonlyArray<ReadDigit>, now: ReadonlyArray<ReadDigit>,
    ): number;

    function imageFormat(bytes: Uint8Array): string;
    function isWholeImage(bytes: Uint8Array): boolean;
    function sizeProblem(width: number, height: number, bytes: Uint8Array): string;
    function unsupportedKind(bytes: Uint8Array): string;
    function decodeImage(source: Blob | string): Promise<ImageData>;
    class ImageInput {
      constructor(
        receive: (image: PadImage) => void, refuse: (reason: string) => void,
        decode?: (file: Blob) => Promise<ImageData>,
      );
      listenTo(input: HTMLInputElement): void;
      listenToPage(target: HTMLElement): void;
      forget(): void;
      take(file: File): Promise<void>;
      takeSample(): Promise<void>;
    }

    const SHARE: Readonly<{ KEY: string; MAX_CHARACTERS: number; [name: string]: unknown }>;
    function encodeDrawing(strokes: ReadonlyArray<Readonly<Stroke>>): string | null;
    function decodeDrawing(fragment: string): Stroke[] | null;
    function simplifyLine(points: Line, tolerance: number): PenPoint[];
    function toBase64Url(bytes: number[]): string;
  }

  namespace api {
    class ApiError extends Error {
      kind: ApiFailure;
      detail: string;
      constructor(kind: ApiFailure, detail?: string);
    }
    function apiBasesFor(
      page: { protocol: string; hostname: string; port: string; origin: string; search: string },
      meta?: string,
    ): string[];
    class ApiClient {
      get base(): string;
      constructor(bases: string[], pageOrigin?: string);
      predict(images: Uint8Array[], signal: AbortSignal): Promise<Prediction[]>;
      weights(known?: string): Promise<WeightsFile | null>;
      health(signal: AbortSignal): Promise<{ isModelLoaded: boolean; detail: string }>;
    }
    /** Dispatches `check` after each look. */
    class HealthMonitor extends EventTarget {
      static calm: number;
      static soonest: number;
      static latest: number;
      static timeout: number;
      status: ApiStatus;
      detail: string;
      constructor(client: Pick<ApiClient, 'health'>, isWatched: () => boolean);
      check(): Promise<void>;
    }
    class PredictionSession {
      static waitingDelay: number;
      static timeout: number;
      constructor(client: Pick<ApiClient, 'predict'>, report: (report: SessionReport) => void);
      ask(version: number, images: Uint8Array[]): Promise<void>;
      cancel(): void;
    }
  }

  namespace ui {
    class Announcer {
      static rest: number;
      constructor(element: HTMLElement);
      say(text: string): void;
      sayAtRest(compose: () => string | null): void;
    }
    class Note {
      static duration: number;
      constructor(element: HTMLElement);
      show(text: string): void;
      hide(): void;
    }

    const STATUS_TEXT: Record<ApiStatus, string>;
    function messageFor(kind: MessageKind, apiBase: string, detail?: string): Message;
    function remarkFor(kind: MessageKind, apiBase: string, detail?: string): string;
    function promptFor(isDrawn: boolean, isLive: boolean): Message;
    function formatPercent(share: number): string;
    function roundPercent(share: number): string;
    function shortAnswer(prediction: Prediction): string;
    function headline(predictions: ReadonlyArray<Prediction>): string;
    function describeAloud(predictions: ReadonlyArray<Prediction>): string;
    function describeReading(predictions: ReadonlyArray<Prediction>): string;
    function describeCertainty(prediction: Prediction): string;
    function describeSource(source: 'page' | 'api', milliseconds: number): string;

    function showImage(canvas: HTMLCanvasElement, pixels: Uint8Array | null): void;
    class DigitBoxes {
      constructor(layer: HTMLElement);
      show(digits: ReadonlyArray<ReadDigit>, selected: number): void;
    }
    function widenedBox(box: Box, margin: number): Box;
    class ProbabilityChart {
      constructor(list: HTMLElement);
      show(prediction: Prediction): void;
      clear(): void;
    }
    class Explanation {
      constructor(list: HTMLElement, svg: SVGSVGElement, parameters: NodeListOf<Element>);
      show(network: Network | null, probabilities: number[] | null): void;
    }
    class NetworkDiagram {
      constructor(svg: SVGSVGElement, columnCount: number);
      show(probabilities: number[] | null): void;
    }
    class Stages {
      constructor(elements: StageElements, drawing: draw.Drawing);
      recolour(): void;
      show(digit: FoundDigit | null, isUpright: boolean): void;
      play(digit: FoundDigit): void;
    }
    class ResultPanel {
      constructor(
        elements: ResultElements, chart: ProbabilityChart, select: (index: number) => void,
      );
      showPrompt(isDrawn: boolean, isLive: boolean): void;
      showMessage(message: Message): void;
      showAnswer(answer: Answer, selected: number, isCurrent: boolean, remark: string): void;
      setWaiting(isWaiting: boolean): void;
      scrollIntoView(): void;
    }
    class ShareDialog {
      constructor(elements: ShareElements);
      open(fragment: string): void;
    }
    class Shortcuts {
      constructor(commands: Record<string, () => void>, singles: HTMLInputElement);
    }
    type KeyPress = Pick<
      KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'
    >;
    function keyNames(event: KeyPress): string[];
    class Theme {
      get choice(): ThemeChoice;
      set choice(choice: ThemeChoice);
    }
    const theme: Theme;
    class ThemeSwitch {
      constructor(radios: NodeListOf<HTMLInputElement>, theme: Theme, changed: () => void);
    }
  }

  namespace data {
    const SAMPLES: string;
    /** `file` is a .safetensors file in base64. */
    const MODEL: { digest: string; file: string };
    /** Digits: `pixels` is base64 of deflated bytes, two pixels a byte. */
    const testDigits: { labels: string; pixels: string };
    const trainingDigits: { labels: string; pixels: string };
    const exemplars: { labels: string; pixels: string };
    const exemplarsOf: number[][][];
    /** Base64 of deflated signed bytes. */
    const patterns: string;
    /** Each line with the step that it is, or an empty text. */
    const CODE_STRIP: Record<'python' | 'javascript' | 'formula', string[][]>;
  }
}
