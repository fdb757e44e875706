"""How a network is trained: the recipe, the loop, checkpoints and run folders."""
