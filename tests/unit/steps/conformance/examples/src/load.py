"""A function that answers with what it was called with."""


def handler(event, context):
    return event
