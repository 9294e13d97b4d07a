"""What the bot does, one module a flow. Each is given its ports and the time; none knows how they are made."""
