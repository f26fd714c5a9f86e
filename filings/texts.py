"""Texts as a service takes them: without their margins, all there, none too long. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from core.errors import Problem


def taken(
    given: Mapping[str, str], *, limits: Mapping[str, int], required: Mapping[str, str]
) -> tuple[dict[str, str], list[Problem]]:
    """The texts stripped, and every reason why they cannot be kept; `required` holds what to say of an empty one."""
    texts = {name: str(value or "").strip() for name, value in given.items()}
    found = []
    for name, text in texts.items():
        if not text and name in required:
            found.append(Problem("required", required[name], name))
        elif len(text) > limits[name]:
            found.append(Problem("too_long", _("最多 %(n)s 字") % {"n": limits[name]}, name))
        elif "\x00" in text:
            found.append(Problem("characters", _("文本中含有不能保存的字符"), name))
    return texts, found
