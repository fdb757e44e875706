MNIST.words.addWords('de', 'why', {});
