"""How good a trained network is, and where it goes wrong."""
