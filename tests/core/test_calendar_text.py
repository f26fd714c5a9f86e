"""Reading the yearly notice: the years the library knows are read from text and compared with it, day by day."""

from datetime import date, timedelta

import pytest

from core.calendar_text import HOLIDAY, NONE, WORKDAY, ProposedDay, read, row, runs
from core.workdays import published

NOTICE_2024 = """国务院办公厅关于2024年部分节假日安排的通知
国办发明电〔2023〕7号
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将2024年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作，遇有重大突发事件，要按规定及时报告并妥善处置。
国务院办公厅
2023年10月25日
"""
NOTICE_2025 = """一、元旦
1月1日（周三）放假1天，不调休。
二、春节
1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。
"""
NOTICE_2026 = """1.元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
2.春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、28日（周六）上班。
(3)清明节：4月4日（周六）至6日（周一）放假，共三天。
４．劳动节：５月１日至５日放假调休，共５天；５月９日（周六）上班。
五、端午节：6月19日—21日放假，共3天。
六、中秋节：2026年9月25日至2026年9月27日放假，共3天。
七、国庆节放假：10月1日到7日，共7天。9月20日和10月10日上班。
"""


@pytest.mark.parametrize(
    ("year", "text"),
    [(2024, NOTICE_2024), (2025, NOTICE_2025), (2026, NOTICE_2026)],
    ids=["2024", "2025", "2026"],
)
def test_the_notice_of_a_known_year_gives_the_librarys_calendar(year: int, text: str) -> None:
    from chinese_calendar import constants

    reading = read(text, year)
    assert not reading.problems
    told = {one.day: one.kind for one in reading.days}
    assert {day for day, kind in told.items() if kind == HOLIDAY} == {
        day for day in constants.holidays if day.year == year
    }
    assert {day for day, kind in told.items() if kind == WORKDAY} == {
        day for day in constants.workdays if day.year == year
    }
    assert not reading.missing()
    day = date(year, 1, 1)
    while day.year == year:
        assert (told[day] == WORKDAY if day in told else day.weekday() < 5) == published(day), day
        day += timedelta(days=1)


def test_the_festival_is_kept_as_the_note_of_its_days() -> None:
    notes = {one.day: one.note for one in read(NOTICE_2025, 2025).days}
    assert notes[date(2025, 1, 1)] == "元旦"
    assert notes[date(2025, 1, 26)] == notes[date(2025, 2, 4)] == "春节"
    assert notes[date(2025, 10, 11)] == "国庆节、中秋节"


def test_prose_is_set_aside_and_shown_never_taken_for_a_day() -> None:
    reading = read(NOTICE_2024, 2024)
    assert date(2024, 2, 9) not in {one.day for one in reading.days}
    assert any("除夕" in line for line in reading.ignored)
    assert any("值班" in line for line in reading.ignored)


def test_plain_rows() -> None:
    text = "2027-01-01 放假 元旦\n2027/2/14,上班,春节调休\n2027-10-01至2027-10-07 放假 10月的国庆节\n2027.3.1 恢复\n"
    reading = read(text, 2027)
    assert not reading.problems
    assert reading.days[0] == ProposedDay(date(2027, 1, 1), HOLIDAY, "元旦")
    assert ProposedDay(date(2027, 2, 14), WORKDAY, "春节调休") in reading.days
    assert ProposedDay(date(2027, 3, 1), NONE) in reading.days
    assert [len(run) for run in runs(reading.days)] == [1, 1, 1, 7]
    assert all(read(row(one.day, one.kind, one.note), 2027).days == [one] for one in reading.days)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("1月1日（周六）放假", "2027-01-01 是周五，文中写的是周六"),
        ("1月1日至3日放假，共4天。", "写明放假 4 天，按日期却是 3 天"),
        ("1月1日放假2天", "写明放假 2 天，按日期却是 1 天"),
        ("2月29日放假", "没有 2027 年 2 月 29 日这一天"),
        ("2月30日放假", "没有 2027 年 2 月 30 日这一天"),
        ("2026年12月31日至2027年1月2日放假，共3天", "2026-12-31 不在 2027 年"),
        ("2028-01-01 放假 元旦", "不在 2027 年"),
        ("10月7日至1日放假", "早于起日"),
        ("1月1日至12月31日放假", "超过一个月"),
        ("1月4日上班", "是周一，本来就上班"),
        ("2027-01-05 上班", "是周二，本来就上班"),
        ("1月1日", "没有写明放假还是上班"),
        ("1月1日放假，1月4日", "2027-01-04 没有写明放假还是上班"),
        ("3日放假", "没有写月份"),
        ("元旦放假三天", "没有认出日期"),
        ("2027-01-01 半天 元旦", "请写成"),
        ("2027-01-01", "请写成"),
        ("2027-13-01 放假", "没有 2027 年 13 月 1 日"),
        ("1月1日放假。1月1日放假。", "在本行写了两次"),
        ("放假：1月1日至3日，1月10日上班", "分成两行"),
    ],
)
def test_a_line_that_cannot_be_read_says_why_and_counts_for_nothing(line: str, why: str) -> None:
    reading = read(f"5月1日放假\n{line}", 2027)
    assert [one.day for one in reading.days] == [date(2027, 5, 1)]
    assert len(reading.problems) == 1
    words = str(reading.problems[0].message)
    assert why in words
    assert words.startswith(f"第 2 行“{line}”：")


def test_a_day_told_twice_names_the_line_before() -> None:
    reading = read("1月1日放假\n\n2027-01-01 放假 元旦", 2027)
    assert "2027-01-01 在第 1 行已经写过" in str(reading.problems[0].message)


def test_a_make_up_day_on_a_weekday_that_the_library_calls_free_is_meant() -> None:
    """2 January 2026 is a Friday and free: to say that it is worked after all changes something."""
    assert read("2026-01-02 上班 更正", 2026).days[0].worked is True


def test_a_weekend_may_be_called_a_holiday() -> None:
    assert read("1月2日（周六）放假", 2027).days[0].worked is False


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "\x00", "1" * 30_000, "放" * 400 + "\n", "日\n" * 500, "9999999年9月9日放假", "٣月٣日放假"],
    ids=range(8),
)
def test_nonsense_is_never_an_error(text: str) -> None:
    reading = read(text, 2027)
    assert reading.days == []


def test_what_is_missing_from_a_year_is_named() -> None:
    reading = read("一、元旦：1月1日放假。\n五、端午节：6月9日放假。", 2027)
    assert reading.missing() == ["春节", "清明", "劳动", "中秋", "国庆"]
