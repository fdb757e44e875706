MNIST.words.addWords('en', 'blame', {});
