MNIST.words.addWords('zh', 'lesson2', {});
