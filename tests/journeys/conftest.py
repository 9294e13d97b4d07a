"""Fixtures of the journeys: a fresh case database of each kind."""

from tests.store_fixtures import *  # noqa: F403 - the fixtures are named in its __all__
