MNIST.words.addWords('es', 'lesson1', {});
