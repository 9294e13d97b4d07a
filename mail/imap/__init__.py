"""IMAP: a mailbox that letters come to (`ImapMailbox`), and the folder that copies of sent letters lie in (`SentFolder`)."""

from mail.imap.mailbox import ImapMailbox
from mail.imap.sent import SentFolder
from mail.imap.session import ImapSettings

__all__ = ["ImapMailbox", "ImapSettings", "SentFolder"]
