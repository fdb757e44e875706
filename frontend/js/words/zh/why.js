MNIST.words.addWords('zh', 'why', {});
