MNIST.words.addWords('en', 'learn', {
  'lessons-not-loaded': 'The lessons could not be loaded: {reason} Press the button once more to try again.',
  'share-not-loaded': 'Sharing could not be loaded: {reason} Press the button once more to try again.',
});
