MNIST.words.addWords('de', 'learn', {
  lessons: 'Lektionen',
  'lessons-not-loaded': 'Die Lektionen konnten nicht geladen werden: {reason} Drücke noch einmal auf den Knopf, um es erneut zu versuchen.',
  share: 'Diese Seite teilen',
  'share-key': 'Diese Seite teilen (S)',
  'share-not-loaded': 'Das Teilen konnte nicht geladen werden: {reason} Drücke noch einmal auf den Knopf, um es erneut zu versuchen.',
  'save-picture': 'Als Bild speichern',
  'save-csv': 'Als CSV speichern',
  'copy-table': 'Kopieren',
  copied: 'Kopiert.',
  'copy-by-hand': 'Die Tabelle ist ausgewählt: Kopiere sie.',
});
