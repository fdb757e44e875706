MNIST.words.addWords('es', 'lesson2', {});
