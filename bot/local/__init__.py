"""The team's channel without Slack: a folder of posts, and a page on this computer that shows them."""
