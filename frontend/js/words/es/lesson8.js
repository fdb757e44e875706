MNIST.words.addWords('es', 'lesson8', {});
