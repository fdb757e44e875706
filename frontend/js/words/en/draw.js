MNIST.words.addWords('en', 'draw', {});
