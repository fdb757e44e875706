/**
 * Drawing: the pad, its strokes, and images that lie on it.
 */

interface Namespaces {
  draw: typeof MNIST.draw;
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
  /** What somebody has corrected of it. */
  correction?: InkCorrection;
}

/** What somebody has said about a photo, or done to it. Boxes are in its pixels. */
interface InkCorrection extends KnownInk {
  /** The image as it was opened. */
  original: PadImage;
  /** In the order in which they were made. */
  edits: ReadonlyArray<InkEdit>;
}

/** The digits in these boxes are one; or the one in this box is two. */
interface InkEdit {
  kind: 'join' | 'split';
  boxes: Box[];
}

/** Why an image cannot be read: a sentence of the catalogues, and what stands in it besides the `name`. */
interface ImageProblem {
  key: string;
  values: Record<string, string | number>;
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

declare namespace MNIST {
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
    function findingIn(image: PadImage | null): Finding;
    function greyOf(image: PadImage): Uint8Array;
    function changedDigit(
      before: ReadonlyArray<ReadDigit>, now: ReadonlyArray<ReadDigit>,
    ): number;

    function turnPhoto(image: PadImage, degrees: 0 | 90 | 180 | 270): PadImage;
    function cropPhoto(image: PadImage, box: Box): PadImage;
    function setTone(image: PadImage, tone: InkTone): PadImage;
    function leaveOut(image: PadImage, finding: Finding, which: ReadonlyArray<number>): PadImage;
    function joinDigits(image: PadImage, boxes: Box[]): PadImage;
    function splitDigit(image: PadImage, box: Box): PadImage;
    function originalOf(image: PadImage): PadImage;
    function isSamePlace(one: Box, other: Box): boolean;
    function unitedBox(boxes: ReadonlyArray<Box>): Box;
    function inkMask(
      image: Pick<PadImage, 'width' | 'height'>, finding: Finding, which: ReadonlyArray<number>,
    ): { mask: Uint8Array; ink: Uint8Array };
    function fillFromPaper(
      image: Pick<PadImage, 'width' | 'height' | 'rgba'>, mask: Uint8Array, ink: Uint8Array,
    ): Uint8ClampedArray;
    function toneOf(
      image: Pick<PadImage, 'width' | 'height'>, grey: ArrayLike<number>, finding: Finding,
    ): InkTone;
    function findCorrected(
      grey: ArrayLike<number>, width: number, height: number, correction: InkCorrection,
      sureness: Sureness | null,
    ): Finding;

    function imageFormat(bytes: Uint8Array): string;
    function isWholeImage(bytes: Uint8Array): boolean;
    function sizeProblem(width: number, height: number, bytes: Uint8Array): ImageProblem | null;
    function unsupportedKind(bytes: Uint8Array): string;
    class ImageError extends Error {
      problem: ImageProblem;
      constructor(problem: ImageProblem);
    }
    function decodeImage(source: Blob | string): Promise<ImageData>;
    function keepDrawing(drawing: Drawing, fragment: string): void;
    function showKeptDrawing(
      drawing: Drawing, fragment: string, prepare?: () => Promise<boolean>,
    ): Promise<boolean>;
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
    function encodeDrawing(strokes: ReadonlyArray<Readonly<Stroke>>, limit?: number): string | null;
    function drawingIn(fragment: string): string | null;
    function decodeDrawing(fragment: string): Stroke[] | null;
    function simplifyLine(points: Line, tolerance: number): PenPoint[];
    function pushVarint(bytes: number[], number: number): void;
    function readVarints(bytes: number[]): number[] | null;
    function toBase64Url(bytes: number[]): string;
    function fromBase64Url(text: string): number[] | null;
  }
}
