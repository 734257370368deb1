"""A piece of a template put in while the template is compiled: `{% inline "mail/_facts.html" %}`.

A macro called for every task of a letter costs 4 µs a call, as much as half of what it prints; an include costs the same.
"""

import re

from jinja2.ext import Extension

from tracker.config import data_folder

TAG = re.compile(r'^\{% inline "([\w/.]+)" %\}\n', re.MULTILINE)


class Inline(Extension):
    """Knows the tag above, alone on a line of its own; the piece sees the variables of the place where it stands."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source with every piece in its place."""
        return TAG.sub(lambda found: (data_folder("templates") / found[1]).read_text("utf-8"), source)
