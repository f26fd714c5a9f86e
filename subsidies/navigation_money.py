"""Menu entries of budgets and payments, for finance and bureaus, and for units."""

from django.utils.translation import gettext_lazy as _

from accounts.permissions import is_unit_member
from core.navigation import Entry
from core.navigation import register as add
from subsidies.permissions_money import money_desk
from subsidies.selectors import money_lists as see


def register() -> None:
    """Called once from AppConfig.ready()."""
    group = _("资金")
    add(
        Entry(
            _("资金拨付"), "subsidies:payments", money_desk, icon="banknotes", group=group,
            waiting=see.waiting_payments, order=40,
        )
    )  # fmt: skip
    add(
        Entry(
            _("拨付批次"), "subsidies:batches", money_desk, icon="queue-list", group=group,
            waiting=see.waiting_batches, order=41,
        )
    )  # fmt: skip
    add(
        Entry(
            _("预算"), "subsidies:budgets", money_desk, icon="chart-pie", group=group,
            waiting=see.waiting_changes, order=42,
        )
    )  # fmt: skip
    add(Entry(_("暂缓和追回"), "subsidies:stops", money_desk, icon="pause-circle", group=group, order=43))
    add(
        Entry(
            _("我的资金"), "subsidies:own_payments", is_unit_member, icon="banknotes",
            waiting=see.waiting_accounts, order=16,
        )
    )  # fmt: skip
