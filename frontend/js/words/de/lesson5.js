MNIST.words.addWords('de', 'lesson5', {});
