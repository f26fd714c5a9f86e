"""Square metres and documents: one form of how people write which ones. Pure."""

from __future__ import annotations

import re
import unicodedata

NOISE = re.compile(r"[\s,，、。.;；:：()（）\[\]【】〔〕\-—_#号]+")  # data


def identity(text: str) -> str:
    """`鲁（2026）淄博市不动产权第0001号 3号楼` and the same without spaces or with other brackets are one."""
    return NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()[:200]
