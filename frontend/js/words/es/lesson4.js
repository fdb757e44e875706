MNIST.words.addWords('es', 'lesson4', {});
