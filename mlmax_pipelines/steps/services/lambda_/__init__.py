"""AWS Lambda: functions as steps."""
