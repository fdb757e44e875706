MNIST.words.addWords('es', 'draw', {});
