MNIST.words.addWords('es', 'lesson7', {});
