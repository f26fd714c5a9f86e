"""`manage.py create_bureau CODE NAME JURISDICTION`: a bureau of a new installation."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.enums import Level
from accounts.services import organisations, reference
from core.actor import Actor
from core.errors import PortalError


class Command(BaseCommand):
    help = "Set up a bureau: credit code, name, district code of its jurisdiction (run load_policy first)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("credit_code")
        parser.add_argument("name")
        parser.add_argument("jurisdiction")
        parser.add_argument("--department", default="science_technology")
        parser.add_argument("--level", choices=Level.values, default=Level.MUNICIPAL)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            place = reference.district(options["jurisdiction"])
            made = organisations.create_organisation(
                actor=Actor.system(),
                credit_code=options["credit_code"],
                name=options["name"],
                kind="bureau",
                district=place,
                jurisdiction=place,
                level=options["level"],
                department=options["department"],
            )
        except PortalError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{made.pk} {made.name}")
