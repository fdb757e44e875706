MNIST.words.addWords('zh', 'lesson8', {});
