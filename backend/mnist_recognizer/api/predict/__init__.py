"""Recognising digits: ``/predict``, ``/batch``, ``/strokes`` and ``/image``."""
