MNIST.words.addWords('es', 'lesson3', {});
