MNIST.words.addWords('de', 'index', {});
