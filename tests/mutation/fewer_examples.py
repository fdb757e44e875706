"""A pytest plugin for mutation testing: hypothesis tries few examples, the same every time.

A mutant that needs more than these to be noticed had better be noticed by a test of its own.
"""

from hypothesis import Phase, settings

settings.register_profile(
    "mutation",
    database=None,
    derandomize=True,
    max_examples=15,
    phases=[Phase.explicit, Phase.generate],  # which example is the smallest is of no interest
)
settings.load_profile("mutation")  # what tests/conftest.py sets comes on top of it
