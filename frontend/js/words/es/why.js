MNIST.words.addWords('es', 'why', {});
