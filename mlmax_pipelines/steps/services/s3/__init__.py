"""Amazon S3: objects read and written by a state itself."""
