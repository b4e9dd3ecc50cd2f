"""Amazon DynamoDB: items read and written by a state itself."""
