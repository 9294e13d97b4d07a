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
                answer = self._application().acquire_token_for_client(
                    [f"{self._access.cloud.graph}/.default"]
                )
            except httpx.HTTPError:
                raise Trouble(_UNREACHABLE) from None
            except (ValueError, TypeError, KeyError):  # of a key that is none, or an answer that is no JSON
                raise Trouble(self._of_the_key()) from None
        token = answer.get("access_token", "")
        if not token:
            raise Trouble(_refusal(answer))
        return str(token)

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
        key, certificate = _KEY.search(access.certificate), _CERTIFICATE.search(access.certificate)
        if key is None or certificate is None:
            raise Trouble(_NO_KEY)
        parts = {"private_key": key[0], "public_certificate": certificate[0]}
        return {**parts, "passphrase": access.certificate_password} if access.certificate_password else parts

    def _of_the_key(self) -> str:
        """What a failure inside the library means: before it has an application, a bad key or an unknown tenant."""
        if self._access.certificate and not _readable(self._access):
            return _NO_KEY
        return _NO_TENANT


def _readable(access: GraphAccess) -> bool:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = _KEY.search(access.certificate)
    try:
        load_pem_private_key((key[0] if key else "").encode(), access.certificate_password.encode() or None)
    except (ValueError, TypeError):
        return False
    return True


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
        return self._http.post(url, params=params, data=data, headers=headers)

    def get(self, url: str, *, params: Any = None, headers: Any = None, **_: Any) -> Any:
        return self._http.get(url, params=params, headers=headers)

    def close(self) -> None:
        """The client is not the library's to close."""
