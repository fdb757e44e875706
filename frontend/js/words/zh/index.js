MNIST.words.addWords('zh', 'index', {});
