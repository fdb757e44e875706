MNIST.words.addWords('es', 'learn', {});
