def handler(event, context):
    return {"file": event["file"]}
