MNIST.words.addWords('es', 'lessons', {});
