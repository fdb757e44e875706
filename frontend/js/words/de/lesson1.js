MNIST.words.addWords('de', 'lesson1', {});
