"""A handwritten-digit recogniser, from the first pixel to the last gradient.

The packages build on each other in one direction: ``nn`` (the network, NumPy only), ``data``
(pixels in), ``training`` and ``evaluation``, then ``api`` and ``cli``.
"""

__version__ = "1.0.0"
