"""Amazon SQS: messages to a queue."""
