"""Fixtures of the contracts: accounts on a real IMAP server."""

from tests.mail.imap.dovecot import *  # noqa: F403 - the fixtures are named in its __all__
