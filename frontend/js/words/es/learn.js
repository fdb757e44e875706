MNIST.words.addWords('es', 'learn', {
  lessons: 'Lecciones',
  'lessons-not-loaded': 'No se han podido cargar las lecciones: {reason} Pulsa el botón otra vez para volver a intentarlo.',
  share: 'Compartir esta página',
  'share-key': 'Compartir esta página (S)',
  'share-not-loaded': 'No se pudo cargar la función de compartir: {reason} Pulsa el botón otra vez para volver a intentarlo.',
  'save-picture': 'Guardar como imagen',
  'save-csv': 'Guardar como CSV',
  'copy-table': 'Copiar',
  copied: 'Copiado.',
  'copy-by-hand': 'La tabla está seleccionada: cópiala.',
});
