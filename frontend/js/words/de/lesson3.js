MNIST.words.addWords('de', 'lesson3', {});
