"""What is known of each kind of letter before any case: the word in its number, and the act that sends it."""

from __future__ import annotations

from filings.models import PaperKind

# the word of the number series, after 科创: 青科创受〔2026〕1号
SERIES = {
    PaperKind.ACCEPTANCE: "受",  # data
    PaperKind.CORRECTION: "补",  # data
    PaperKind.NOT_RECOMMENDED: "推",  # data
    PaperKind.NOT_ACCEPTED: "不受",  # data
    PaperKind.DECISION: "备",  # data
    PaperKind.REFUSAL: "不备",  # data
    PaperKind.HEARING: "听",  # data
    PaperKind.CANCELLATION: "取",  # data
    PaperKind.NOT_CANCELLED: "留",  # data
}


def series(kind: str, act: str) -> str:
    """The word of a kind: what decides is named after what the authority does: 青科创不认〔2026〕1号."""
    word = SERIES[PaperKind(kind)]
    if kind not in (PaperKind.DECISION, PaperKind.REFUSAL):
        return word
    return word.replace(SERIES[PaperKind.DECISION], act[:1] or SERIES[PaperKind.DECISION])


# transition of a filing -> the letter it sends; what is only recorded sends none of `ON_DECISION`
AFTER = {
    "not_recommend": PaperKind.NOT_RECOMMENDED,
    "return_for_correction": PaperKind.CORRECTION,
    "accept": PaperKind.ACCEPTANCE,
    "not_accept": PaperKind.NOT_ACCEPTED,
    "reject": PaperKind.REFUSAL,
    "issue": PaperKind.DECISION,
}
ON_DECISION = ("accept", "reject", "issue")


def after(name: str, *, decision: bool) -> PaperKind | None:
    """The letter a transition sends in a procedure with or without a decision."""
    return None if name in ON_DECISION and not decision else AFTER.get(name)
