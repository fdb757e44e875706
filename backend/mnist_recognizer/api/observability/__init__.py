"""Metrics, logs, and the id of a request."""
