MNIST.words.addWords('es', 'think', {});
