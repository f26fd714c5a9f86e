"""`manage.py create_administrator USERNAME NAME EMAIL ROLE BUREAU`: the first administrators of an installation.

Only while nobody holds the role: afterwards roles are proposed and published by two persons in the portal.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import selectors
from accounts.enums import SEPARATED_ROLES
from accounts.models import Membership, Organisation
from accounts.services import roles, users
from core.actor import Actor
from core.errors import PortalError


class Command(BaseCommand):
    help = "Make the first sysadmin, secadmin or auditor. The password is set through the reset link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("name")
        parser.add_argument("email")
        parser.add_argument("role", choices=sorted(SEPARATED_ROLES))
        parser.add_argument("bureau", help="credit code")

    def handle(self, *args: Any, **options: Any) -> None:
        bureau = Organisation.objects.filter(credit_code=options["bureau"], kind="bureau").first()
        if bureau is None:
            raise CommandError(f"no bureau with the credit code {options['bureau']}")
        if Membership.objects.filter(selectors.in_force(), role=options["role"]).exists():
            raise CommandError(f"there is a {options['role']} already; roles are changed in the portal")
        system = Actor.system()
        try:
            with transaction.atomic():
                user = users.create_user(
                    actor=system, username=options["username"], name=options["name"], email=options["email"]
                )
                roles.grant_initial_role(actor=system, user=user, organisation=bureau, role=options["role"])
        except PortalError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(user.username)
