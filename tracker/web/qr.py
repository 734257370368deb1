"""The picture that a telephone scans to learn a secret: drawn here, so that no other machine ever sees it."""

import io

import pyotp
import segno
from markupsafe import Markup

from tracker.people.factors import STEP_SECONDS


def svg_of(secret: str, *, name: str, issuer: str) -> Markup:
    """An SVG for the page itself: no file, no address, no style, so that the policy of the pages holds."""
    address = pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=name, issuer_name=issuer)
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", scale=5, border=4, dark="#000", light="#fff", xmldecl=False, svgns=True, nl=False, omitsize=True,
        title="Mã QR của ứng dụng xác thực",
    )  # fmt: skip
    return Markup(out.getvalue().decode("utf-8"))
