"""Exchange by its web services (EWS): on-premises servers, and Exchange Online until 1 April 2027.

Not imported by `mail` itself: the library behind it takes half a second to load, and few councils need it.
"""

from mail.exchange.access import ExchangeAccess
from mail.exchange.mailbox import ExchangeMailbox
from mail.exchange.postbox import ExchangePostbox

__all__ = ["ExchangeAccess", "ExchangeMailbox", "ExchangePostbox"]
