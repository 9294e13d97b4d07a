"""Mailboxes of Exchange Online through Microsoft Graph, as an application of the council's own (no signed-in person)."""

from mail.graph.access import CLOUDS, Cloud, GraphAccess
from mail.graph.connection import Graph
from mail.graph.mailbox import GraphMailbox
from mail.graph.postbox import GraphPostbox

__all__ = ["CLOUDS", "Cloud", "Graph", "GraphAccess", "GraphMailbox", "GraphPostbox"]
