/** The loss landscape of stage D. */

declare namespace MNIST {
  namespace learn {
    class LossLandscape {
      static readonly side: number;
      losses: Float64Array;
      constructor(network: Network, digits: DigitSet, seed: number);
      get isDone(): boolean;
      get stride(): number;
      get here(): number;
      work(duration: number, now?: () => number): void;
    }
    function placeOfPoint(point: number): { first: number; second: number };
    function describeLandscape(landscape: Pick<LossLandscape, 'losses' | 'here'>): string;
    class WatchLandscape {
      constructor(container: HTMLElement, host: StageHost, digits: DigitSet, network: () => Network);
      pause(): void;
      resume(): void;
    }
  }
}
