MNIST.words.addWords('zh', 'lesson7', {});
