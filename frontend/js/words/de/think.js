MNIST.words.addWords('de', 'think', {});
