MNIST.words.addWords('en', 'learn', {});
