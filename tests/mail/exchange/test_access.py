"""What leads to an Exchange mailbox, refused where it cannot work or is unsafe, and the certificates it trusts."""

import datetime as dt
import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mail import MailError
from mail.exchange import ExchangeAccess, ExchangeMailbox
from mail.exchange.access import ONLINE
from mail.exchange.troubles import Untrusted
from tests.mail.exchange.loopback import LoopbackExchange

SERVER = {
    "address": "school.admissions@westhaven.example",
    "endpoint": "https://mail.westhaven.example/EWS/Exchange.asmx",
    "access": "delegate",
    "login": "ntlm",
    "user": "WESTHAVEN\\moves",
    "password": "correct horse",
}
APPLICATION = {"login": "oauth", "access": "impersonation", "tenant": "t", "client": "c", "secret": "s"}


@pytest.mark.parametrize(
    ("changed", "fix"),
    [
        ({"address": "admissions"}, "e-mail address"),
        ({"endpoint": "http://mail.westhaven.example/EWS/Exchange.asmx"}, "https://"),
        ({"endpoint": "mail.westhaven.example"}, "https://"),
        ({"password": ""}, "password"),
        ({"login": "oauth"}, "client id"),
        (APPLICATION | {"access": "delegate"}, "impersonation"),
        ({"endpoint": ONLINE}, "oauth"),
        ({"ca_file": Path("nowhere.pem")}, "certificate authority"),
    ],
)
def test_what_cannot_work_is_refused_with_its_fix(changed: dict[str, Any], fix: str) -> None:
    """Before anything is asked of the network."""
    with pytest.raises(MailError, match=fix):
        ExchangeAccess(**(SERVER | changed))


def test_exchange_online_is_known_by_its_address() -> None:
    """A council's own server is not, whatever it is called."""
    assert ExchangeAccess(**(SERVER | APPLICATION | {"endpoint": ONLINE})).online
    for name in ("mail.westhaven.example", "office365.com.westhaven.example", "notoffice365.com"):
        assert not ExchangeAccess(**(SERVER | {"endpoint": f"https://{name}/EWS/Exchange.asmx"})).online


def test_secrets_are_not_shown() -> None:
    """In a log or a traceback."""
    shown = repr(ExchangeAccess(**(SERVER | APPLICATION | {"secret": "battery staple"})))
    assert "correct horse" not in shown
    assert "battery staple" not in shown


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-signed certificate of this computer, with its key beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    day = dt.timedelta(days=1)
    made = dt.datetime.now(dt.UTC)  # noqa: TID251 - what the TLS library compares with is the machine's clock
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    authority = x509.BasicConstraints(ca=True, path_length=None)
    signed = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), made - day, made + day
        )
        .add_extension(here, critical=False)
        .add_extension(authority, critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "council.pem"
    file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "council.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return file


@pytest.fixture
def secured(certificate: Path) -> Iterator[LoopbackExchange]:
    """A server with that certificate."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, certificate.with_suffix(".key"))
    with LoopbackExchange(tls=tls) as server:
        yield server
    assert server.wrong == []


def test_a_certificate_that_nobody_vouches_for_is_refused(secured: LoopbackExchange) -> None:
    """And nothing is sent, least of all the password."""
    box = ExchangeMailbox(secured.access(), now=lambda: dt.datetime(2026, 12, 1, tzinfo=dt.UTC))
    with pytest.raises(Untrusted, match="certificate"):
        box.check()
    assert secured.logins == []
    box.close()


def test_the_councils_own_authority_is_trusted_by_its_mailbox_only(
    secured: LoopbackExchange, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library's choice is one for the whole process; here another mailbox goes on as before."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.with_suffix(".key")))  # is not to go before ours
    trusting = ExchangeMailbox(
        secured.access(ca_file=certificate), now=lambda: dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
    )
    assert trusting.check()
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    other = ExchangeMailbox(secured.access(), now=lambda: dt.datetime(2026, 12, 1, tzinfo=dt.UTC))
    with pytest.raises(Untrusted):
        other.check()
    for box in (trusting, other):
        box.close()
