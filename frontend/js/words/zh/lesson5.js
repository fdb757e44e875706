MNIST.words.addWords('zh', 'lesson5', {});
