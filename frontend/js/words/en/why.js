MNIST.words.addWords('en', 'why', {});
