"""HTTPS APIs, called through an EventBridge connection."""
