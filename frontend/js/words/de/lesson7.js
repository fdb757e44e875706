MNIST.words.addWords('de', 'lesson7', {});
