def handler(event, context):
    return {"total": len(event["files"])}
