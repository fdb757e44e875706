"""The weights file, what it says about itself, and whether the service can answer."""
