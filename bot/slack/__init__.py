"""The Slack side: the only place with slack_bolt and slack_sdk. Importing it does nothing."""
