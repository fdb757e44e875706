MNIST.words.addWords('zh', 'blame', {});
