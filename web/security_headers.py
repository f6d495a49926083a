"""What every answer forbids browsers to do with it, whoever made the answer: a view, an error, or the front door.

By the OWASP Secure Headers Project; the values of a header stand here alone.
"""

from __future__ import annotations

from flask import Flask, Response, request

YEAR = 365 * 24 * 3600  # seconds

# Only what the service itself serves may run or be shown: no inline script, no outside address.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; object-src 'self'; "
    "frame-ancestors 'self'; form-action 'self'; base-uri 'none'"
)
# What no page of this service asks a browser for. Passkeys and the clipboard stay with its own pages.
_UNUSED_FEATURES = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "geolocation"),
    *("gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking"),
)
_OF_ALL = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _UNUSED_FEATURES),
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
# Modules of pages in a window that talks to the application which opened it: the picker, and signing in before it.
_IN_A_WINDOW_OF_OTHERS = (
    "web.pages.reading.picker",
    "web.pages.account.",
    "web.pages.shell.language_switch",
)  # modules
# What other sites show: the picker in a frame, the card of a share link.
_SHOWN_ELSEWHERE = ("picker.show", "cards.oembed", "shares.picture")


def strict_headers(*, https: bool) -> dict[str, str]:
    """Return the headers of an answer that no other site shows or opens; with `https` browsers stay with https."""
    headers = {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Frame-Options": "SAMEORIGIN",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        **_OF_ALL,
    }
    return headers | ({"Strict-Transport-Security": f"max-age={YEAR}"} if https else {})


def register(app: Flask, *, https: bool) -> None:
    """Mark every answer of the application; where others may open the picker, its windows stay in touch with them."""

    def mark(response: Response) -> Response:
        headers = strict_headers(https=https)
        if "Content-Security-Policy" in response.headers:  # the picker says itself who may frame it
            del headers["X-Frame-Options"]
        endpoint = request.endpoint or ""
        room = app.view_functions[endpoint].__module__ if endpoint in app.view_functions else ""
        if app.extensions["settings"].picker_origins and room.startswith(_IN_A_WINDOW_OF_OTHERS):
            headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
        if endpoint in _SHOWN_ELSEWHERE:
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    app.after_request(mark)
