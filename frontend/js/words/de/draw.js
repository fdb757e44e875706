MNIST.words.addWords('de', 'draw', {});
