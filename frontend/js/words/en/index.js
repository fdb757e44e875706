MNIST.words.addWords('en', 'index', {});
