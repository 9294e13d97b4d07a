"""The words that people read in the chat and in listings: one module a subject, and no logic but choosing and joining."""
