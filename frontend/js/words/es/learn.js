MNIST.words.addWords('es', 'learn', {
  lessons: 'Lecciones',
  'lessons-not-loaded': 'No se han podido cargar las lecciones: {reason} Pulsa el botón otra vez para volver a intentarlo.',
  share: 'Compartir esta página',
  'share-key': 'Compartir esta página (S)',
  'share-not-loaded': 'No se pudo cargar la función de compartir: {reason} Pulsa el botón otra vez para volver a intentarlo.',
});
