MNIST.words.addWords('es', 'learn', {
  lessons: 'Lecciones',
  'lessons-not-loaded': 'No se han podido cargar las lecciones: {reason} Pulsa el botón otra vez para volver a intentarlo.',
});
