MNIST.words.addWords('en', 'think', {});
