MNIST.words.addWords('es', 'blame', {});
