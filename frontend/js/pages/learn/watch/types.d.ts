/**
 * Stage D, "Watch it learn": what its scripts share.
 */

/** How a network begins, and how it is trained. */
interface WatchSettings extends Readonly<TrainingSettings> {
  readonly hidden: readonly number[];
  readonly initialisation: Initialisation;
}

/** A moment of a training that can be gone back to. */
interface WatchFrame {
  readonly step: number;
  /** With a fraction. */
  readonly epoch: number;
  readonly snapshot: TrainingSnapshot;
  /** A view of the snapshot's weights. */
  readonly network: Network;
}

interface WatchPreset {
  readonly id: string;
  readonly name: string;
  readonly isGood: boolean;
  /** What happens, and why. */
  readonly reason: string;
  /** What differs from the settings that the page begins with. */
  readonly settings: Partial<WatchSettings>;
}

/** One moment of a training. */
interface WatchPoint {
  readonly step: number;
  /** Epochs since the start, with a fraction. */
  readonly epoch: number;
  /** Of the training digits since the point before; null before the first step. */
  readonly loss: number | null;
  readonly accuracy: number | null;
  /** The share of test digits that are read right, as last measured. */
  readonly test: number | null;
  /** The ten probabilities of the learner's drawing. */
  readonly probe: ArrayLike<number> | null;
}

/** A measurement on the test digits. */
interface WatchTest {
  readonly step: number;
  readonly epoch: number;
  readonly accuracy: number;
}

/** The curves of a training. */
interface WatchCurves {
  readonly points: ReadonlyArray<WatchPoint>;
  readonly tests: ReadonlyArray<WatchTest>;
}

/** What the network does on some test digits. */
interface WatchSurveyed {
  /** For each hidden layer and neuron, the share of the digits on which it is on. */
  readonly active: Float32Array[];
  /** How often each digit is the answer. */
  readonly answers: Uint32Array;
  /** For each neuron of layer 1, one after another, the 784 numbers that it responds to. */
  readonly patterns: Float32Array;
  readonly digits: number;
}

interface WatchFinding {
  readonly id: string;
  readonly title: string;
  readonly reason: string;
  readonly fix: WatchFix | null;
}

interface WatchFix {
  readonly text: string;
  readonly change: Partial<WatchSettings>;
  /** Whether a new network is needed. */
  readonly restart: boolean;
}

/** What the doctor looks at. */
interface WatchCase {
  readonly settings: WatchSettings;
  readonly points: ReadonlyArray<WatchPoint>;
  readonly surveyed: WatchSurveyed | null;
  /** Why it stopped by itself, if it did; `failed`: its worker has died. */
  readonly stopped: 'plateau' | 'broken' | 'failed' | null;
}

/** One step on one image, with every number. */
interface WatchSlowStep {
  /** Which of the training digits, from 0. */
  readonly number: number;
  readonly label: number;
  /** Whether the label is wrong on purpose. */
  readonly isSpoiled: boolean;
  readonly pass: FullPass;
  readonly gradient: Gradient;
  readonly before: Network;
  readonly after: Network;
  readonly passAfter: FullPass;
  readonly settings: TrainingSettings;
}

/** What the tiles show. */
interface WatchView {
  readonly network: Network;
  readonly initial: Network;
  readonly surveyed: WatchSurveyed | null;
  readonly mode: 'patterns' | 'weights' | 'change';
}

declare namespace MNIST {
  namespace learn {
    const WATCH_START: WatchSettings;
    const WATCH_CHOICES: {
      readonly batchSize: readonly number[];
      readonly examples: readonly number[];
      readonly weightDecay: readonly number[];
      readonly learningRate: { readonly min: number; readonly max: number };
      readonly hidden: { readonly min: number; readonly max: number; readonly layers: number };
    };
    function readHidden(text: string): number[] | string;
    function rateText(rate: number): string;
    function needsNewNetwork(change: Partial<WatchSettings>): boolean;

    const WATCH_PRESETS: readonly WatchPreset[];
    function settingsOf(preset: WatchPreset, seed: number): WatchSettings;

    class WatchSeries<T extends { step: number }> {
      static max: number;
      constructor(moments?: T[]);
      get all(): ReadonlyArray<T>;
      add(moment: T): void;
      replace(change: (moments: T[]) => T[]): void;
    }
    class WatchHistory {
      static maxBranches: number;
      get points(): ReadonlyArray<WatchPoint>;
      get tests(): ReadonlyArray<WatchTest>;
      get branches(): ReadonlyArray<WatchCurves>;
      get last(): WatchPoint | null;
      add(point: WatchPoint): void;
      addTest(test: WatchTest): void;
      branchAt(step: number): void;
      probeAgain(probeAt: (step: number) => ArrayLike<number> | null): void;
    }
    class WatchMeans {
      static digits: number;
      add(
        steps: ReadonlyArray<StepResult>, epoch: number,
      ): { loss: number | null; accuracy: number | null };
    }
    function hasPlateau(points: ReadonlyArray<WatchPoint>, since: number): boolean;
    function examine(patient: WatchCase): WatchFinding[];

    interface WatchPlotArea {
      readonly context: CanvasRenderingContext2D;
      readonly left: number;
      readonly top: number;
      readonly width: number;
      readonly height: number;
      readonly ink: string;
      readonly soft: string;
      readonly line: string;
      readonly accent: string;
      readonly font: string;
      x(epoch: number): number;
    }
    function niceEnd(epoch: number): number;
    function epochTicks(end: number): number[];
    function lastEpoch(history: WatchHistory): number;
    function preparePlot(canvas: HTMLCanvasElement, end: number): WatchPlotArea;
    function paintEpochs(area: WatchPlotArea, end: number, cursor: number | null): void;
    function heightOfAccuracy(accuracy: number): number;
    function heightOfLoss(loss: number): number;
    function paintAccuracy(canvas: HTMLCanvasElement, history: WatchHistory, cursor: number | null): void;
    function paintLoss(canvas: HTMLCanvasElement, history: WatchHistory, cursor: number | null): void;
    function curveTable(history: WatchHistory): TableContent;
    function winnerOf(probe: ArrayLike<number>): number;
    function ribbonRuns(
      points: ReadonlyArray<WatchPoint>,
    ): { digit: number; isWinner: boolean; points: { epoch: number; share: number }[] }[];
    function paintRibbon(canvas: HTMLCanvasElement, history: WatchHistory, cursor: number | null): void;
    function describeRibbon(points: ReadonlyArray<WatchPoint>): string;
    function ribbonTable(history: WatchHistory): TableContent;

    class WatchFindings {
      static rest: number;
      current: WatchFinding | null;
      constructor(say: (text: string) => void);
      forget(): void;
      look(patient: WatchCase): void;
    }

    class WatchSurvey {
      static digits: number;
      constructor(network: Network, digits: DigitSet);
      get isDone(): boolean;
      advance(): void;
      result(): WatchSurveyed;
    }
    function deadShares(surveyed: WatchSurveyed): { dead: number; of: number }[];

    class WatchTiles {
      constructor(box: HTMLElement, select: (neuron: number) => void);
      show(view: WatchView, selected: number): void;
    }
    function tileOf(view: WatchView, neuron: number): Float32Array;
    function tileValues(view: WatchView, columns: number): Float32Array;
    function describeTile(view: WatchView, neuron: number): string;

    const WATCH_MARKUP: string;
    class WatchControls {
      constructor(
        change: (part: Partial<WatchSettings>) => void, choose: (preset: WatchPreset) => void,
      );
      show(settings: WatchSettings, preset: WatchPreset | null): void;
    }
    function isResult(patient: WatchCase): boolean;
    function describeResult(patient: WatchCase): string;
    function describeShipped(accuracy: number, metadata: Record<string, any>): string;
    class WatchFigures {
      constructor(shipped: Network);
      showStatus(text: string): void;
      show(run: WatchRun, surveyed: WatchSurveyed | null, frame: WatchFrame | null): void;
      showFinding(finding: WatchFinding | null): void;
      showResult(patient: WatchCase, test: DigitSet, repaint: () => void): void;
    }
    function describeStatus(run: WatchRun, frame: WatchFrame | null): string;
    class WatchPictures {
      selected: number;
      result: WatchSurveyed | null;
      constructor(repaint: () => void);
      set digits(digits: DigitSet);
      forget(): void;
      showPlots(run: WatchRun, frame: WatchFrame | null): void;
      showTiles(run: WatchRun, frame: WatchFrame | null): void;
      tileTable(): TableContent;
    }
    class WatchFrames {
      static max: number;
      get all(): ReadonlyArray<WatchFrame>;
      wants(step: number): boolean;
      add(snapshot: TrainingSnapshot, epoch: number): void;
      follow(
        trainer: Pick<nn.Trainer, 'snapshot'>, step: number, epoch: number,
      ): Promise<boolean>;
      forget(step: number): void;
      cutAt(step: number): void;
      before(step: number): WatchFrame | null;
      probesOf(pixels: Uint8Array): (step: number) => ArrayLike<number> | null;
    }
    const FILM_MARKUP: string;
    function filmTable(run: WatchRun): TableContent;
    class WatchFilm {
      constructor(
        look: (frame: WatchFrame | null) => void, branch: (frame: WatchFrame) => void,
      );
      show(run: WatchRun, shown: WatchFrame | null, selected: number): void;
    }
    const SLOW_STAGES: readonly string[];
    function slowStepOf(
      snapshot: TrainingSnapshot, digits: { training: DigitSet; test: DigitSet },
    ): WatchSlowStep;
    function describeSlowStage(step: WatchSlowStep, stage: number): string;
    const SLOW_MARKUP: string;
    class WatchSlowMotion {
      constructor(run: () => WatchRun | null, say: (text: string) => void);
      get isOpen(): boolean;
      open(): Promise<void>;
      close(): void;
      pause(): void;
      next(): Promise<void>;
      table(): TableContent;
    }
    class WatchSpeaker {
      static rest: number;
      constructor(say: (text: string) => void);
      say(text: string): void;
      hush(): void;
    }
    class WatchRun {
      settings: WatchSettings;
      history: WatchHistory;
      frames: WatchFrames;
      initial: Network;
      network: Network;
      isRunning: boolean;
      stopped: WatchCase['stopped'];
      imagesPerSecond: number;
      get fingerprint(): string;
      set speed(batches: number);
      constructor(digits: { training: DigitSet; test: DigitSet }, changed: () => void);
      begin(settings: WatchSettings): void;
      play(): void;
      pause(): void;
      advance(amount: { images?: number; batches?: number; epochs?: number }): void;
      change(part: Partial<WatchSettings>): void;
      probe(pixels: Uint8Array | null): boolean;
      probeOf(frame: WatchFrame): ArrayLike<number> | null;
      testOf(frame: WatchFrame): number | null;
      recallProbes(): void;
      branchAt(frame: WatchFrame): Promise<void>;
      lookAhead<T>(
        look: (snapshot: TrainingSnapshot, digits: { training: DigitSet; test: DigitSet }) => T,
      ): Promise<T | null>;
      stop(): void;
    }
    class WatchStage implements Stage {
      constructor(host: StageHost);
      get run(): WatchRun | null;
      get setup(): Training | null;
      setUp(training: Training): void;
      render(state: LearnState): void;
      leave(): void;
      go(steps: number): void;
    }
  }
}
