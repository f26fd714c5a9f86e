"""The colours of grades."""

from filings.enums import Grade

GRADES: dict[str, str] = {Grade.EXCELLENT: "done", Grade.GOOD: "done", Grade.PASS: "doing", Grade.FAIL: "bad"}
