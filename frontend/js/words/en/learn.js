MNIST.words.addWords('en', 'learn', {
  'lessons-not-loaded': 'The lessons could not be loaded: {reason} Press the button once more to try again.',
  'share-not-loaded': 'Sharing could not be loaded: {reason} Press the button once more to try again.',
  'save-picture': 'Save as picture',
  'save-csv': 'Save as CSV',
  'copy-table': 'Copy',
  copied: 'Copied.',
  'copy-by-hand': 'The table is selected: copy it.',
});
