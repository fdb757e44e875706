MNIST.words.addWords('zh', 'lesson1', {});
