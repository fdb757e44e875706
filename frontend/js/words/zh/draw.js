MNIST.words.addWords('zh', 'draw', {});
