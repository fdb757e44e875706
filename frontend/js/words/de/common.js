MNIST.words.addWords('de', 'common', {
  language: 'Sprache',
  colours: 'Farben',
  system: 'System',
  light: 'Hell',
  dark: 'Dunkel',
  pages: 'Seiten',
  draw: 'Zeichnen',
  learn: 'Lernen',
  shortcuts: 'Tastenkürzel',
  'shortcuts-key': 'Tastenkürzel (?)',
  skip: 'Zur Zeichenfläche springen',
});
