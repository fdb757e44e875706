/**
 * The stage "Map".
 */

/** x and y, in the units of a space or in widths of the canvas. */
type MapPlace = [number, number];

/** What a digit is a point of. */
interface MapSpace {
  key: string;
  /** What its numbers are, for people. */
  numbers: string;
  /** Its rows are this many times larger than the numbers that people see. */
  scale: number;
  pointOf(pass: FullPass): Float64Array;
}

/** What the network makes of one digit of the map. */
interface MapAnswer {
  digit: number;
  /** From 0 to 1. */
  sureness: number;
  /** How much it looks like a digit; NaN if the network has no detector. */
  score: number;
  /** Whether it would be read, not refused. */
  isAccepted: boolean;
}

/** Points of one space, row by row. */
type MapRows = Uint8Array | Float32Array;

/** What one network makes of all digits of the map. */
interface MapSurvey {
  network: Network;
  answers: MapAnswer[];
  /** For each space. */
  rows: MapRows[];
}

interface MapPlane {
  components: PrincipalComponents;
  /** x and y of each digit. */
  places: Float64Array;
  /** The share of the variance that the plane keeps. */
  kept: number;
  /** The share of the variance that lies between the ten digits. */
  explained: number;
}

/** The map that t-SNE makes. */
interface MapEmbedding {
  /** x and y of each digit. */
  places: Float64Array;
  /** The share of nearest neighbours that are so on this map, and on the plane; null while digits move. */
  kept: { own: number; planes: number } | null;
  /** How many steps it took. */
  step: number;
}

/** Digits of the map, and how much a point resembles each. */
type MapResemblance = { index: number; share: number }[];

/** What is to be computed. */
interface MapWish {
  network: Network;
  /** An index into `MAP_SPACES`. */
  space: number;
  /** Whether t-SNE places the digits, and not PCA. */
  isTsne: boolean;
}

/** What the map shows: one space of one network. */
interface MapSheet {
  survey: MapSurvey;
  plane: MapPlane;
  /** An index into `MAP_SPACES`. */
  space: number;
  /** Those among which neighbours are looked for, as points of each space. */
  training: DigitSet;
  trainingRows: MapRows[];
  /** null if the digits lie where the plane has them. */
  embedding: MapEmbedding | null;
}

interface MapNeighbour {
  /** Which training digit. */
  index: number;
  label: number;
  distance: number;
}

interface MapNeighbours {
  /** The nearest first. */
  nearest: MapNeighbour[];
  /** What most of them are, and how many that is. */
  label: number;
  votes: number;
}

/** What makes the units of a space widths of the canvas. */
interface MapFit {
  x: number;
  y: number;
  size: number;
}

interface MapDrawing {
  place: MapPlace;
  /** Where it was while it was drawn. */
  trail: MapPlace[];
  neighbours: MapPlace[];
}

/** What the view asks for. */
interface MapModel {
  /** Whether a digit is among those that are meant. */
  isShown(n: number): boolean;
  /** What is written below it; may be empty. */
  nameOf(n: number): string;
  describe(n: number): string;
  choose(n: number): void;
}

/** What gestures and keys do. Lengths are in CSS pixels, directions are right and up. */
interface MapActions {
  pan(right: number, down: number): boolean;
  /** Says whether that is another view. */
  zoom(factor: number, left?: number, top?: number): boolean;
  reset(): boolean;
  hover(left: number, top: number): void;
  choose(left: number, top: number): void;
  step(direction: MapPlace): void;
  show(): void;
  start(): void;
}

declare namespace MNIST {
  namespace learn {
    function mapInSlices<T>(work: Generator<void, T>): Promise<T>;
    function mapInSlicesWhile<Y, T>(
      work: Generator<Y, T>, goesOn: (latest: Y) => boolean,
    ): Promise<T | null>;

    const MAP_SPACES: ReadonlyArray<MapSpace>;
    function mapSurvey(
      network: Network, rejection: Rejection | null, digits: DigitSet,
    ): Generator<void, MapSurvey>;
    function mapRows(
      network: Network, digits: DigitSet, visit?: (pass: ForwardPass, n: number) => void,
    ): Generator<void, MapRows[]>;
    function mapPlane(
      rows: MapRows, labels: Uint8Array, earlier: MapPlane | null,
    ): Generator<void, MapPlane>;
    function mapPlaces(
      components: PrincipalComponents, rows: MapRows, width: number,
    ): Generator<void, Float64Array>;
    function mapNeighbours(
      space: MapSpace, rows: MapRows, labels: Uint8Array, point: ArrayLike<number>,
    ): MapNeighbours;
    function mapPlaceOf(components: PrincipalComponents, point: ArrayLike<number>): MapPlace;
    function mapRowAt(rows: MapRows, width: number, n: number): MapRows;

    function mapResemblance(rows: MapRows, point: ArrayLike<number>): MapResemblance;
    function mapMeanPlace(places: Float64Array, resemblance: MapResemblance): MapPlace;
    function mapNeighboursKept(
      rows: MapRows, width: number, places: Float64Array,
    ): Generator<void, number>;

    class MapCamera {
      readonly width: number;
      readonly height: number;
      readonly zoom: number;
      readonly x: number;
      readonly y: number;
      constructor(width: number, height: number, view?: { zoom: number; x: number; y: number });
      get isWhole(): boolean;
      get isClosest(): boolean;
      toScreen(x: number, y: number): [number, number];
      toMap(left: number, top: number): [number, number];
      zoomed(factor: number, left?: number, top?: number): MapCamera;
      panned(right: number, down: number): MapCamera;
      showing(x: number, y: number): MapCamera;
    }
    function mapFit(places: Float64Array, aspect: number): MapFit;
    function mapFitted(fit: MapFit, places: ArrayLike<number>): Float64Array;
    function mapNext(
      places: Float64Array, from: number, direction: MapPlace, isShown: (n: number) => boolean,
    ): number;

    class MapPainter {
      static sizeAt(camera: MapCamera): number;
      constructor(base: HTMLCanvasElement, overlay: HTMLCanvasElement);
      load(digits: DigitSet): void;
      resize(width: number, height: number): void;
      paint(camera: MapCamera, places: Float64Array, model: MapModel): void;
      paintDrawing(camera: MapCamera, drawing: MapDrawing | null): void;
    }
    function mapMiddles(
      places: Float64Array, labels: Uint8Array, isShown: (n: number) => boolean,
    ): (MapPlace | null)[];
    const MAP_SIDE: number;
    function mapColour(digit: number): string;
    function mapTint(
      image: ImageData, pixels: Uint8Array, digit: number, left?: number, top?: number,
    ): void;
    function mapThumbnail(canvas: HTMLCanvasElement, pixels: Uint8Array, digit: number): void;
    class MapGestures {
      constructor(canvas: HTMLCanvasElement, actions: MapActions);
      look(direction: MapPlace): void;
    }
    const MAP_ARROWS: Record<string, MapPlace>;
    const MAP_KEY_ZOOM: number;
    class MapMorph {
      constructor(places: Float64Array, drawing: MapPlace | null);
      get isOver(): boolean;
      placesTo(goal: Float64Array): Float64Array;
      drawingTo(goal: MapPlace): MapPlace;
    }
    class MapView {
      constructor(section: HTMLElement, model: MapModel);
      load(digits: DigitSet): void;
      moveTo(places: Float64Array, isGliding: boolean): void;
      showDrawing(drawing: MapDrawing | null): void;
      rest(): void;
      arrive(): void;
      schedule(): void;
    }

    class MapAtlas {
      constructor(
        digits: DigitSet, training: DigitSet, rejection: Rejection | null,
        report: (sheet: MapSheet) => void,
      );
      want(wish: MapWish): void;
      rest(): void;
      search(training: DigitSet): void;
    }
    const MAP_HTML: string;
    class MapLegend {
      constructor(digits: DigitSet, changed: (shown: number) => void);
      get isMisreadOnly(): boolean;
      survey(survey: MapSurvey): void;
      isShown(n: number): boolean;
    }
    class MapNeighboursPanel {
      get sentence(): string;
      render(
        found: MapNeighbours | null, space: MapSpace, training: DigitSet, digit: number, isOnMap: boolean,
      ): void;
      table(): TableContent;
    }
    function mapWithArticle(digit: number): string;
    class MapRuler {
      constructor(rejection: Rejection);
      survey(survey: MapSurvey, isEdited: boolean): void;
      render(state: LearnState, isEmpty: boolean): void;
      table(): TableContent;
    }
    function mapHistogram(answers: ReadonlyArray<MapAnswer>): number[];
    class MapDigitCard {
      render(
        digits: DigitSet, n: number, survey: MapSurvey,
        apart: { numbers: string; distance: number | null },
      ): void;
    }
    function mapDescribe(n: number, label: number, answer: MapAnswer): string;
    function mapTable(
      sheet: MapSheet, labels: Uint8Array, isShown: (n: number) => boolean, near: MapPlace | null,
    ): TableContent;
    function mapCaption(sheet: MapSheet): string;
    function mapPlacesOf(sheet: MapSheet): Float64Array;
    class MapStage implements Stage {
      constructor(host: StageHost);
      render(state: LearnState): void;
      leave(): void;
    }
  }
}
