"""Fixtures of the journeys: a fresh case database of each kind, and accounts on a real IMAP server."""

from tests.mail.imap.dovecot import *  # noqa: F403 - the fixtures are named in its __all__
from tests.store_fixtures import *  # noqa: F403 - the fixtures are named in its __all__
