MNIST.words.addWords('zh', 'think', {});
