"""Amazon EventBridge: events of our own."""
