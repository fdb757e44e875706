MNIST.words.addWords('de', 'lesson8', {});
