"""Papers with a secrecy mark stay out (Luật Bảo vệ bí mật nhà nước 2018 art. 8: MẬT, TỐI MẬT, TUYỆT MẬT)."""

import re

from tracker.errors import SecretPaperError

_HEAD_LINES = 40
_MARK = re.compile(r"(?:^|\s{3,}|\t)\W{0,3}(?:ĐỘ MẬT\s*:?\s*)?(TUYỆT\s+MẬT|TỐI\s+MẬT|MẬT)\W{0,3}(?=\s{3,}|\t|$)")


def refuse_secret(text: str, *, name: str) -> None:
    """Raises SecretPaperError when the head carries a secrecy mark: a stamp in capitals that stands alone on its line
    (or in its column). The words "bí mật" in running text are no mark."""
    for line in text.splitlines()[:_HEAD_LINES]:
        if mark := _MARK.search(line):
            raise SecretPaperError(
                f"{name}: the paper carries the secrecy mark {' '.join(mark[1].split())} and may not be registered here; hand it back to the archivist"
            )
