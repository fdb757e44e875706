MNIST.words.addWords('zh', 'lesson4', {});
