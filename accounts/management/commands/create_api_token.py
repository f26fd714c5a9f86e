"""`manage.py create_api_token USER`: prints a new API token of a person."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.backends import find_user
from accounts.services import tokens
from core.actor import Actor


class Command(BaseCommand):
    help = "Print a new API token of a person (user name or e-mail)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user")

    def handle(self, *args: Any, **options: Any) -> None:
        user = find_user(options["user"])
        if user is None or not user.is_active:
            raise CommandError(f"no active user {options['user']}")
        self.stdout.write(tokens.create_token(actor=Actor.system(), user=user))
