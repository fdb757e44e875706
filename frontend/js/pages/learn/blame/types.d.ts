/**
 * What the scripts of stage C offer.
 */

/** Of stage C: the gradient of what is drawn, and one weight. */
interface LookedAt {
  gradient: Gradient;
  weight: WeightPlace;
}

declare namespace MNIST {
  namespace learn {
    const BLAME_STEPS: ReadonlyArray<{ name: string; layer: number | null }>;
    function describeBlameStep(state: LearnState, looked: LookedAt, target: number): string;
    class GradientGrid {
      constructor(choose: (weight: WeightPlace) => void);
      show(looked: LookedAt): void;
    }
    class WeightPanel {
      constructor(choose: (weight: WeightPlace) => void);
      render(state: LearnState, looked: LookedAt, target: number): void;
    }
    function gradientTable(looked: LookedAt): TableContent;
    class StepBench {
      training: DigitSet | null;
      constructor(host: StageHost);
      render(state: LearnState): void;
      forget(): void;
    }
    class BlameStage implements Stage {
      get looked(): LookedAt | null;
      set training(digits: DigitSet);
      constructor(host: StageHost);
      render(state: LearnState): void;
      leave(): void;
      go(steps: number): void;
      forgetReport(): void;
    }
  }
}
