MNIST.words.addWords('zh', 'lesson3', {});
