MNIST.words.addWords('es', 'index', {});
