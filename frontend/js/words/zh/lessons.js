MNIST.words.addWords('zh', 'lessons', {});
