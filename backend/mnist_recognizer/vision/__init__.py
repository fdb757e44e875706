"""Ink becomes MNIST's image: strokes, photos, several digits."""
