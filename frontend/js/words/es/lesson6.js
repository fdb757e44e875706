MNIST.words.addWords('es', 'lesson6', {});
