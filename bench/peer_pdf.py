"""Bare WeasyPrint in a warm process of its own: HTML in, PDF out, nothing reused. Run as a script."""

import base64
import json
import sys

from weasyprint import HTML


def main() -> None:
    """One JSON line `{"html", "options"}` in, one `{"pdf"}` out, until the input ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        made = HTML(string=asked["html"]).write_pdf(**asked["options"])
        print(json.dumps({"pdf": base64.b64encode(made).decode()}), flush=True)


if __name__ == "__main__":
    main()
