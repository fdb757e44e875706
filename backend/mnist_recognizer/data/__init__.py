"""Pixels in: MNIST itself, and what turns a drawing or a photo into MNIST's geometry."""
