/**
 * The lessons: what their scripts share.
 */

/** `do` something, `predict` what comes, `see` it, `check` what was understood. */
type LessonKind = 'do' | 'predict' | 'see' | 'check';

type LessonGrade = 'right' | 'near' | 'off';

/** What a step cannot do without; problems.js says what to do about it. */
type LessonNeed = 'ink' | 'digit' | 'whole' | 'shipped' | 'digits' | 'training';

/** What is filled into a sentence. */
type LessonValues = Record<string, string | number>;

/** What a step keeps for itself while it is open. */
type LessonMemory = Record<string, any>;

/** What is asked. A choice has a word of the lesson's catalogue, `<step>-<value>`, unless `nameOf` has. */
type LessonQuestion =
  | { kind: 'choice'; choices: (world: MNIST.learn.LessonWorld, memory: LessonMemory) => string[]; nameOf?: (value: string) => string }
  | {
    kind: 'number';
    min: number;
    max: number;
    step?: number;
    /** Shares are asked in percent, so 0.97 is 97. */
    unit?: 'percent';
    /** How far off is right; twice as far is near. */
    tolerance: number;
    /** Decimals of the truth, where it is shown. */
    decimals?: number;
  }
  /** The neuron that is selected on the stage. */
  | { kind: 'neuron'; layer: number };

interface LessonStep {
  /** The name of its words in the lesson's catalogue. */
  readonly id: string;
  readonly kind: LessonKind;
  /** Where it happens. */
  readonly stage: StageName;
  readonly needs?: readonly LessonNeed[];
  /** A CSS selector: what is marked and scrolled to. */
  readonly target?: string;
  /** What would give the answer away is blurred until it is graded. */
  readonly hides?: string;
  /** The same, for as long as the step is open. */
  readonly covers?: string;
  /** Called when the step begins, and all that it needs is there. */
  readonly prepare?: (world: MNIST.learn.LessonWorld, memory: LessonMemory) => void;
  readonly values?: (world: MNIST.learn.LessonWorld, memory: LessonMemory) => LessonValues;
  /** Of `do`: whether it is done. Of a question: whether its answer can be seen now. */
  readonly ready?: (world: MNIST.learn.LessonWorld, memory: LessonMemory) => boolean;
  /** Does it, for somebody who presses the button; the word is `<step>-button`. */
  readonly act?: (world: MNIST.learn.LessonWorld, memory: LessonMemory) => void;
  readonly question?: LessonQuestion;
  /** What the explanation says of it, besides `values`. */
  readonly found?: (world: MNIST.learn.LessonWorld, memory: LessonMemory) => LessonValues;
  /** Whether the run is kept for the page to print. */
  readonly keepsRun?: boolean;
  /** Of the learner's own drawing or run; null as long as it is not known. */
  readonly truth?: (world: MNIST.learn.LessonWorld, memory: LessonMemory) => number | string | null;
  /** Where being near is more than a distance. */
  readonly grade?: (guess: number | string, truth: number | string, world: MNIST.learn.LessonWorld) => LessonGrade;
  /** 784 numbers from 0 to 1, shown in the strip. */
  readonly image?: (world: MNIST.learn.LessonWorld, memory: LessonMemory) => ArrayLike<number> | null;
}

interface Lesson {
  /** From 1. */
  readonly number: number;
  readonly minutes: number;
  readonly steps: readonly LessonStep[];
  /** Its sentence of that name, from its catalogue. */
  readonly say: (name: string, values?: LessonValues) => string;
}

/** Where the learner is. */
interface LessonPlace {
  /** From 1 to 8. */
  lesson: number;
  /** From 0. */
  step: number;
}

interface LessonAnswer {
  guess: number | string;
  truth: number | string;
  grade: LessonGrade;
  /** What stood in the question, and what was found. */
  asked: LessonValues;
  found: LessonValues;
}

/** What this browser keeps of a lesson. */
interface LessonRecord {
  /** Where it goes on. */
  step: number;
  isDone: boolean;
  answers: Record<string, LessonAnswer>;
}

/** The curves of the learner's own run, thinned out. */
interface LessonRun {
  epochs: number[];
  test: number[];
  /** Where it ended. */
  epoch: number;
  accuracy: number;
}

interface LessonRecords {
  lessons: Record<number, LessonRecord>;
  /** 784 grey values of the learner's latest drawing, in base64; empty if there is none. */
  drawing: string;
  run: LessonRun | null;
  name: string;
}

/** What the page lets the lessons do. */
interface LessonHost {
  /** Kept once the weights have come. */
  loaded: Promise<void>;
  getState(): LearnState;
  change(part: Partial<LearnState>): void;
  open(stage: StageName): void;
  restore(): void;
  announce(text: string): void;
  note(text: string): void;
  drawn: MNIST.learn.DrawnDigit;
  stageNamed(name: StageName): Stage | null;
  /** Of the 1,000 test digits; null until that is measured, which asking for it starts. */
  accuracyOf(network: Network): number | null;
  readonly digits: { test: DigitSet; training: DigitSet } | null;
}

/** What is wrong, and what helps. */
interface LessonProblem {
  id: string;
  text: string;
  button: string;
  help: (() => void) | null;
}

/** Where a lesson is: all that its strip depends on. */
interface LessonMoment {
  lesson: Lesson;
  step: LessonStep;
  place: LessonPlace;
  /** A question is asked, then acted on; the answer is there when it is done. */
  phase: 'ask' | 'act' | 'done';
  problem: LessonProblem | null;
  /** The answer that this browser keeps. */
  kept: LessonAnswer | null;
  /** What stood in the question when it was answered. */
  asked: LessonValues;
  world: MNIST.learn.LessonWorld;
  memory: LessonMemory;
  /** Whether the step's button was pressed a moment ago. */
  isActing: boolean;
}

/** What the strip shows. */
interface LessonView {
  place: LessonPlace;
  title: string;
  count: string;
  kind: LessonKind;
  text: string;
  phase: 'ask' | 'act' | 'done';
  problem: LessonProblem | null;
  question: LessonQuestion | null;
  choices: { value: string; name: string }[];
  /** The neuron that would be the answer. */
  chosen: string;
  /** What to do, after the question or instead of one. */
  task: string;
  button: string;
  grade: LessonGrade | null;
  feedback: string;
  isFirst: boolean;
  isLast: boolean;
  hasTarget: boolean;
  image: ArrayLike<number> | null;
}

interface LessonStripEvents {
  answer(guess: number | string): void;
  pick(): void;
  act(): void;
  help(): void;
  again(): void;
  show(): void;
  move(steps: number): void;
  leave(): void;
}

declare namespace MNIST {
  namespace learn {
    class LessonWorld {
      constructor(host: LessonHost);
      get host(): LessonHost;
      get state(): LearnState;
      get network(): Network;
      get shipped(): Network;
      get isExample(): boolean;
      get isEmpty(): boolean;
      get answer(): number;
      get share(): number;
      get drawing(): draw.Drawing;
      get run(): WatchRun | null;
      get fool(): FoolStage | null;
      get reason(): string;
      isLoaded(stage: StageName): boolean;
      accuracyOf(network: Network): number | null;
      change(part: Partial<LearnState>): void;
      edit(edits: Edit[], text: string): void;
      nameOf(selector: string): string;
      tidy(): void;
      press(selector: string): void;
      choose(selector: string, value: string): void;
    }
    class LessonProgress {
      constructor(storage?: Pick<Storage, 'getItem' | 'setItem'> | null);
      get records(): LessonRecords;
      get isKept(): boolean;
      of(lesson: number): LessonRecord;
      reach(place: LessonPlace): void;
      restart(lesson: number): void;
      finish(lesson: number): void;
      answer(lesson: number, step: string, answer: LessonAnswer): void;
      keepDrawing(pixels: Uint8Array): void;
      keepRun(run: LessonRun): void;
      keepName(name: string): void;
      forget(): void;
    }
    function readLessonRecords(text: string | null): LessonRecords;
    function pixelsOfRecord(text: string): Uint8Array | null;
    function runRecord(tests: ReadonlyArray<WatchTest>): LessonRun;
    function gradeOf(step: LessonStep, guess: number | string, truth: number | string, world: MNIST.learn.LessonWorld): LessonGrade;
    function answerName(lesson: Lesson, step: LessonStep, value: number | string, asked?: LessonValues): string;
    function describeGrade(lesson: Lesson, step: LessonStep, answer: Pick<LessonAnswer, 'guess' | 'truth' | 'grade' | 'asked'>): string;
    function checkedGuess(question: LessonQuestion, text: string): number | null;
    function problemOf(step: Pick<LessonStep, 'stage' | 'needs'>, world: MNIST.learn.LessonWorld): LessonProblem | null;
    function lessonView(moment: LessonMoment): LessonView;
    function lessonTask(moment: LessonMoment): string;
    function lessonFeedback(moment: LessonMoment): string;
    const LESSONS: Lesson[];
    const LESSON_1: Lesson;
    const LESSON_2: Lesson;
    const LESSON_3: Lesson;
    const LESSON_4: Lesson;
    const LESSON_5: Lesson;
    const LESSON_6: Lesson;
    const LESSON_7: Lesson;
    const LESSON_8: Lesson;
    class LessonStrip {
      constructor(section: HTMLElement, events: LessonStripEvents);
      show(view: LessonView): void;
      hide(): void;
      focus(): void;
      focusNext(): void;
    }
    class LessonSpotlight {
      get isVeiling(): boolean;
      show(target: string | undefined, hidden: string | undefined): void;
      scroll(): boolean;
      point(): void;
      clear(): void;
    }
    class LessonPlayer {
      constructor(host: LessonHost, progress: LessonProgress, ended: () => void);
      get position(): LessonPlace | null;
      get isVeiling(): boolean;
      openAt(lesson: number, step: number): void;
      close(): void;
      render(): void;
    }
    class LessonOverview {
      constructor(progress: LessonProgress, start: (place: LessonPlace) => void, openSheet: () => void);
      open(): void;
      close(): void;
    }
    class LessonSheet {
      constructor(progress: LessonProgress);
      open(): void;
      close(): void;
    }
    class LessonRoom {
      constructor(host: LessonHost);
      get position(): LessonPlace | null;
      get isVeiling(): boolean;
      openAt(lesson: number, step: number): void;
      openOverview(): void;
      render(): void;
    }
    class LessonDoor {
      constructor(button: HTMLButtonElement, host: LessonHost);
      get position(): LessonPlace | null;
      get isVeiling(): boolean;
      openAt(lesson: number, step: number): Promise<void>;
      render(): void;
    }
  }
}
