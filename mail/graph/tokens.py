"""Signing in as an application: a token from the council's tenant, kept until it runs out or is refused."""

import base64
import json
import logging
import re
from threading import Lock
from typing import Any

import httpx

from mail.graph.access import GraphAccess
from mail.graph.troubles import Trouble

_KEY = re.compile(
    r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----.*?-----END (?:[A-Z]+ )?PRIVATE KEY-----", re.DOTALL
)
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)

# The library's log quotes tenants, clients and answers.
logging.getLogger("msal").setLevel(logging.CRITICAL + 1)

_UNREACHABLE = "The sign-in server of Microsoft 365 cannot be reached. Check the network, the proxy and the cloud's name."
_BUSY = "The sign-in server of Microsoft 365 is busy or out of order. It is asked again at the next look."
_NO_KEY = (
    "The certificate cannot be used. Give one PEM text with the private key and the certificate, and its password if it"
    " has one."
)
_NO_TENANT = "The sign-in server knows no such tenant. Check the tenant in the settings."
_NO_APP = "The tenant knows no application with this client id. Check the client id, or register the application there."
_WORDS = {
    7000215: "The client secret is wrong. Copy the secret's value (not its id) from the app registration.",
    7000222: "The client secret has run out. Make a new one in the app registration, or use a certificate.",
    700027: "The certificate is not known to the app registration, or has run out. Upload its public part there.",
    700016: _NO_APP,
    90002: _NO_TENANT,
    900023: _NO_TENANT,
    900382: _NO_TENANT,
    7000112: "The application is switched off in the tenant. An administrator must enable it under Enterprise applications.",
    53003: "A Conditional Access policy keeps the application out. Ask the administrators to allow it from this server.",
}


class Tokens:
    """The tokens of one application. Safe to share between threads."""

    def __init__(self, access: GraphAccess, http: httpx.Client) -> None:
        self._access = access
        self._http = http
        self._lock = Lock()
        self._app: Any = None

    def token(self) -> str:
        """A token that holds now. Raises `Trouble`."""
        with self._lock:
            try:
                return self._asked()
            except Trouble:
                # The library would repeat a failure from memory for a minute, and trips over its own notes of it.
                self._app = None
                raise

    def forget(self) -> None:
        """The token in hand was refused: the next one comes from the server."""
        with self._lock:
            if self._app is not None:
                self._app.remove_tokens_for_client()

    def reaches_all(self) -> bool:
        """Whether the tenant lets the application into every mailbox: its token then names the mail permissions.

        With RBAC for Applications Exchange grants them, and the token names none.
        """
        return any(role.startswith("Mail.") for role in _roles(self.token()))

    def _asked(self) -> str:
        from msal.exceptions import MsalError

        try:
            answer = self._application().acquire_token_for_client([f"{self._access.cloud.graph}/.default"])
        except (httpx.HTTPStatusError, MsalError, RuntimeError, TypeError, KeyError):
            # the library's ways to tell of a 429 or a 5xx, and what it stumbles over in an answer of a proxy's
            raise Trouble(_BUSY) from None
        except httpx.HTTPError:
            raise Trouble(_UNREACHABLE) from None
        except ValueError:  # the address of the tenant leads to nothing that can be read
            raise Trouble(_NO_TENANT) from None
        if not answer.get("access_token"):
            raise Trouble(_refusal(answer))
        return str(answer["access_token"])

    def _application(self) -> Any:
        if self._app is None:
            import msal

            self._app = msal.ConfidentialClientApplication(
                self._access.client_id,
                client_credential=self._credential(),
                authority=f"{self._access.cloud.login}/{self._access.tenant}",
                instance_discovery=False,  # the settings name the servers; no other is asked about them
                http_client=_Plain(self._http),
            )
        return self._app

    def _credential(self) -> str | dict[str, str]:
        access = self._access
        if access.secret:
            return access.secret
        key, certificate = _key_and_certificate(access)
        parts = {"private_key": key, "public_certificate": certificate}
        return {**parts, "passphrase": access.certificate_password} if access.certificate_password else parts


def _key_and_certificate(access: GraphAccess) -> tuple[str, str]:
    """Both PEM blocks, tried: the library would fail on them much later, in words of its own. Raises `Trouble`."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.x509 import load_pem_x509_certificate

    key, certificate = _KEY.search(access.certificate), _CERTIFICATE.search(access.certificate)
    try:
        if key is None or certificate is None:
            raise ValueError  # noqa: TRY301 - one end for all that is wrong with it
        load_pem_private_key(key[0].encode(), access.certificate_password.encode() or None)
        load_pem_x509_certificate(certificate[0].encode())
    except (ValueError, TypeError):
        raise Trouble(_NO_KEY) from None
    return key[0], certificate[0]


def _refusal(answer: dict[str, Any]) -> str:
    codes = [code for code in answer.get("error_codes", ()) if isinstance(code, int)]
    known = next((_WORDS[code] for code in codes if code in _WORDS), "")
    number = f" (AADSTS{codes[0]})" if codes else ""
    return known or f"Microsoft 365 refused the application's sign-in{number}. Check the app registration."


def _roles(token: str) -> list[str]:
    """The permissions that a token names; none where it cannot be read, which Microsoft may make so at any time."""
    try:
        claims = token.split(".")[1]
        roles = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4))).get("roles", [])
    except (IndexError, ValueError, AttributeError):
        return []
    return [role for role in roles if isinstance(role, str)] if isinstance(roles, list) else []


class _Plain:
    """As much of an HTTP client as the library asks for."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def post(self, url: str, *, params: Any = None, data: Any = None, headers: Any = None, **_: Any) -> Any:
        """As `requests` would: bytes in a form are its text, where httpx would write “b'…'”."""
        form = {name: value.decode() if isinstance(value, bytes) else value for name, value in data.items()}
        return self._http.post(url, params=params, data=form, headers=headers)

    def get(self, url: str, *, params: Any = None, headers: Any = None, **_: Any) -> Any:
        return self._http.get(url, params=params, headers=headers)

    def close(self) -> None:
        """The client is not the library's to close."""
