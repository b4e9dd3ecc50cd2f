"""What executions read and write: objects by s3:// address, wherever they are."""
