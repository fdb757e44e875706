MNIST.words.addWords('de', 'lesson6', {});
