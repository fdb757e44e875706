MNIST.words.addWords('de', 'blame', {});
