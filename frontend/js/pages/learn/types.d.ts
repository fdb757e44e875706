/**
 * What the scripts of learn.html share, and what `MNIST.learn` offers.
 */

interface Namespaces {
  learn: typeof MNIST.learn;
}

declare namespace MNIST {
  namespace learn {
    const drawing: draw.Drawing;
  }
}
