"""Images that train: distortions, synthetic pen digits, non-digits."""
