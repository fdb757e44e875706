MNIST.words.addWords('de', 'learn', {});
