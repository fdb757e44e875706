MNIST.words.addWords('en', 'common', {});
