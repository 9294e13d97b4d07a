"""Fixtures: a cloud, a connection to it, and what lives on it. At the end of a test the cloud has nothing to complain of."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mail.graph import Graph, GraphMailbox, GraphPostbox
from tests.mail.graph.loopback import LoopbackGraph


@pytest.fixture
def cloud() -> Iterator[LoopbackGraph]:
    with LoopbackGraph() as server:
        yield server
    assert server.complaints == []


@pytest.fixture
def graph(cloud: LoopbackGraph, tmp_path: Path) -> Iterator[Graph]:
    with cloud.connected(tmp_path) as connection:
        yield connection


@pytest.fixture
def inbox(graph: Graph) -> GraphMailbox:
    return GraphMailbox(graph, "admissions", largest=10_000)


@pytest.fixture
def postbox(graph: Graph) -> GraphPostbox:
    return GraphPostbox(graph)
