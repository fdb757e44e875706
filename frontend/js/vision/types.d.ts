/**
 * From a drawing or an image to what the network reads.
 *
 * Shapes are row by row; an image is 784 grey values from 0 (black) to 255.
 */

interface Namespaces {
  vision: typeof MNIST.vision;
}

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

/** How the ink of an image was found. */
interface FoundWay {
  /** How the paper's brightness was found. */
  background: 'plane' | 'local';
  /** By how many degrees the image was turned clockwise to be read. */
  rotation: 0 | 90 | 270;
  /** Whether ruled lines were removed. */
  rulings: boolean;
  /** Whether a digit reaches the image's edge, and not all are read surely. */
  isCut: boolean;
}

/** Whether ink is darker or lighter than its paper. */
type InkTone = 'dark' | 'light';

/** What somebody has said of an image, so that it need not be found out. */
interface KnownInk {
  readonly tone: InkTone | null;
  /** Whether it is not to be turned. */
  readonly isUpright: boolean;
}

/** What was found in an image, and how. */
interface Finding extends FoundWay {
  digits: { box: Box; pixels: Uint8Array }[];
  /** The ink of each of them, in pixels of `image`. */
  parts: DigitInk[];
  /** All ink, shrunk and turned as it was read; null in a blank image. */
  image: InkImage | null;
  /** How many times smaller it is than the image. */
  times: number;
}

declare namespace MNIST {
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
      grey: ArrayLike<number>, width: number, height: number, tone?: InkTone | null,
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
    function partOf(digit: DigitInk, first: number, end: number): DigitInk | null;
    function splitTouching(digit: DigitInk, score: number, sureness: Sureness): DigitInk[];
    function findSurestDigits(
      grey: ArrayLike<number>, width: number, height: number, sureness: Sureness, known?: KnownInk,
    ): Finding;
    function findingOf(
      way: Omit<FoundWay, 'isCut'> & { digits: DigitInk[]; scores: number[]; image: InkImage },
      shrunk: { times: number },
    ): Finding;
  }
}
