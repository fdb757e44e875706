MNIST.words.addWords('de', 'lessons', {});
