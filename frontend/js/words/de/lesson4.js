MNIST.words.addWords('de', 'lesson4', {});
