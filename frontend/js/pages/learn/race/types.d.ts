/** The race of stage D. */

interface RacePoint {
  readonly images: number;
  readonly steps: number;
  /** Of training alone. */
  readonly milliseconds: number;
  /** On the test digits. */
  readonly accuracy: number;
}

interface RaceEntry {
  readonly name: string;
  /** From 0. */
  readonly lane: number;
  readonly points: ReadonlyArray<RacePoint>;
  /** Whether its numbers are no longer finite. */
  readonly isBroken: boolean;
}

type RaceAxis = 'images' | 'steps' | 'milliseconds';

declare namespace MNIST {
  namespace learn {
    class RaceLanes {
      readonly lanes: ReadonlyArray<{
        readonly points: RacePoint[]; readonly isBroken: boolean; readonly isDone: boolean; readonly images: number;
      }>;
      constructor(
        settings: ReadonlyArray<WatchSettings>, digits: { training: DigitSet; test: DigitSet }, images: number,
      );
      get isDone(): boolean;
      work(duration: number, now?: () => number): void;
    }
    const RACE_LINES: ReadonlyArray<{ readonly colour: string; readonly dash: number[] }>;
    function paintRace(
      canvas: HTMLCanvasElement, entries: ReadonlyArray<RaceEntry>, axis: RaceAxis, images: number,
    ): void;
    function raceTable(entries: ReadonlyArray<RaceEntry>): TableContent;
    function describeRace(entries: ReadonlyArray<RaceEntry>): string;
    class WatchRace {
      constructor(
        container: HTMLElement, host: StageHost, digits: { training: DigitSet; test: DigitSet },
        settings: () => WatchSettings,
      );
      pause(): void;
      paint(): void;
    }
  }
}
