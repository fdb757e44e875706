/**
 * What the scripts of stage A offer.
 */

declare namespace MNIST {
  namespace learn {
    class Flow {
      static table(state: LearnState): TableContent;
      constructor(select: (neuron: NeuronPlace) => void, selectPixel: (pixel: number) => void);
      render(state: LearnState): void;
    }
    function describeTerm(term: Term, layer: number): string;
    class ThinkStage implements Stage {
      neurons: NeuronData | null;
      constructor(host: StageHost);
      render(state: LearnState): void;
      leave(): void;
      go(steps: number): void;
    }
    class Inspector {
      constructor(getState: () => LearnState, select: (neuron: NeuronPlace) => void);
      open(): void;
      render(state: LearnState, data: NeuronData | null): void;
    }
    class FollowSum {
      render(state: LearnState): void;
    }
    function stepsOfSum(state: LearnState): { text: string; total: number | null; isZ?: boolean }[];
    class SurgeryBench {
      constructor(getState: () => LearnState, edit: (edit: Edit) => void);
      choose(index: number): void;
      render(state: LearnState): void;
    }
    class SoftmaxBench {
      constructor(change: (temperature: number) => void);
      render(state: LearnState): void;
    }
  }
}
