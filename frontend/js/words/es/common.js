MNIST.words.addWords('es', 'common', {
  language: 'Idioma',
  colours: 'Colores',
  system: 'Sistema',
  light: 'Claro',
  dark: 'Oscuro',
  pages: 'Páginas',
  draw: 'Dibujar',
  learn: 'Aprender',
  shortcuts: 'Atajos de teclado',
  'shortcuts-key': 'Atajos de teclado (?)',
  skip: 'Ir al área de dibujo',
});
