"""Amazon SNS: messages to a topic."""
