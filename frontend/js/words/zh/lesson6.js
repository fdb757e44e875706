MNIST.words.addWords('zh', 'lesson6', {});
