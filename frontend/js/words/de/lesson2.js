MNIST.words.addWords('de', 'lesson2', {});
