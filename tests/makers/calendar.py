"""Years of holidays as tests paste them."""

from __future__ import annotations

from typing import Any

from filings.services import calendar
from filings.services.calendar import Outcome

# Invented in the form of the real ones; the weekdays are those of 2027.
NOTICE_2027 = """国务院办公厅关于2027年部分节假日安排的通知
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。1月31日（周日）、2月20日（周六）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。4月25日（周日）、5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天，不调休。
六、中秋节：9月15日（周三）放假1天，不调休。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
"""
SOURCE = "国务院办公厅关于2027年部分节假日安排的通知（测试）"
YEAR_2027 = {"year": 2027, "text": NOTICE_2027, "complete": True, "source": SOURCE}


def enter(actor: Any, **changes: Any) -> Outcome:
    """Put a calendar in force: 2027 unless said otherwise."""
    return calendar.apply(actor=actor, **{**YEAR_2027, **changes})
