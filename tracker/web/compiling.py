"""Texts are translated when a page is compiled, not when it is shown: a page costs the same in every language."""

from collections.abc import Iterator
from typing import Any

from jinja2 import Environment, TemplateAssertionError, nodes
from jinja2.visitor import NodeTransformer

from tracker.web.languages import PLACE, VIETNAMESE, Language

MARKERS = ("_", "gettext")  # the second is what {% trans %} becomes


class PageEnvironment(Environment):
    """An environment whose templates speak one language. Texts stand in them as `{{ _("Hạn: %(day)s", day=…) }}`,
    `{% trans %}…{% endtrans %}`, or `{{ _n("%(num)s việc", count) }}` where a number decides the form."""

    language: Language = VIETNAMESE
    newstyle_gettext = True  # {% trans %} leaves the places as %(name)s

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        return super()._generate(translated(source, self.language, name), name, filename, defer_init)


def translated(source: nodes.Template, language: Language, name: str | None) -> nodes.Template:
    """The tree of a page with its texts in this language. Raises TemplateAssertionError for a text that is no constant."""
    found = _Translator(language, name).visit(source)
    assert isinstance(found, nodes.Template)
    return found


class _Translator(NodeTransformer):
    """Puts the words in place of the calls; what is output piece by piece joins the text around it."""

    def __init__(self, language: Language, name: str | None) -> None:
        self.language, self.name = language, name

    def visit_Output(self, node: nodes.Output, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802 - Jinja's name
        found: list[nodes.Expr] = []
        for one in node.nodes:
            found += self._pieces(one) if _is_text(one) else [one]
        node.nodes = found
        return self.generic_visit(node)

    def visit_Call(self, node: nodes.Call, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802 - Jinja's name
        if not _is_text(node):
            return self.generic_visit(node)
        pieces = [self.visit(piece) for piece in self._pieces(node)]
        return pieces[0] if len(pieces) == 1 else nodes.Concat(pieces, lineno=node.lineno)

    def _pieces(self, node: nodes.Expr) -> Iterator[nodes.Expr]:
        assert isinstance(node, nodes.Call)
        values = {one.key: one.value for one in node.kwargs}
        if len(node.args) != 1 or not isinstance(node.args[0], nodes.Const):
            raise TemplateAssertionError("a text must be a constant", node.lineno, self.name)
        text = self.language.lines.get(node.args[0].value, (node.args[0].value,))[0]
        parts = PLACE.split(text)
        for at, part in enumerate(parts):
            if at % 2 and part:
                yield values[part]
            elif words := "%" if at % 2 else part:
                yield nodes.MarkSafe(nodes.Const(words, lineno=node.lineno), lineno=node.lineno)


def _is_text(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MARKERS
