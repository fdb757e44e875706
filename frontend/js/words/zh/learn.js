MNIST.words.addWords('zh', 'learn', {});
