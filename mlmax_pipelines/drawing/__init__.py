"""A definition -> a picture of it: model, layout, and text | mermaid | svg | png.

What comes in: a state machine definition and which step each state belongs to. What
goes out: text, or the bytes of an image. Never: prints, or changes the definition.
"""
