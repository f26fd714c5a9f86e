"""Two versions of a template side by side, paragraph by paragraph."""

from __future__ import annotations

from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from core.diff import Change
from filings.letters.merge import Words


def changes(old: Words, new: Words) -> list[Change]:
    """For components/diff.html; paragraphs that only moved down are no change."""
    found = []
    if old.title != new.title:
        found.append(Change((_("标题"),), "changed", old.title, new.title))
    before, after = old.body.splitlines(), new.body.splitlines()
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        was, now = "\n".join(before[a:b]), "\n".join(after[c:d])
        place = _("正文第 %(n)s 段") % {"n": (c if now else a) + 1}
        kind = "added" if not was else "changed" if now else "removed"
        found.append(Change((place,), kind, was or None, now or None))  # type: ignore[arg-type]
    return found
