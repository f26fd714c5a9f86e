"""What `./run demo` prints is what it loads."""

from django.core.management import call_command

from accounts.models import User
from config.demo import ACCOUNTS, PASSWORD


def names() -> set[str]:
    spelled = " ".join(names for names, _who in ACCOUNTS)
    first, _dots, last = spelled.partition(" … ")
    assert first.endswith("expert1") and last.startswith("expert5")
    return {*first.split(), *last.split(), "expert2", "expert3", "expert4"}


def test_every_printed_account_can_log_in(db, settings):
    settings.DEMO = True
    call_command("load_demo", verbosity=0)
    loaded = {user.username: user for user in User.objects.filter(username__in=names())}
    assert set(loaded) == names()
    assert all(user.is_active and user.check_password(PASSWORD) for user in loaded.values())
