"""Fixtures of the flows: an open case database of each kind."""

from tests.store_fixtures import *  # noqa: F403 - the fixtures are named in its __all__
