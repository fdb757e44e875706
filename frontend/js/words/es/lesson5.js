MNIST.words.addWords('es', 'lesson5', {});
