"""Score a round from the command line."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.actor import Actor
from core.errors import PortalError
from evaluation.models import Round
from evaluation.services import runs


class Command(BaseCommand):
    """Runs the scoring in this process, as the worker would; the result still has to be accepted and confirmed."""

    help = "Score the round CODE from the figures it holds now and print the digests."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code")
        parser.add_argument("--trial", action="store_true", help="a run that can never become the result")

    def handle(self, *args: Any, **options: Any) -> None:
        row = Round.objects.filter(code=options["code"]).first()
        if row is None:
            raise CommandError(_("没有评价轮次 %(code)s。") % {"code": options["code"]})
        try:
            run = runs.start(actor=Actor.system("run_round"), round=row, trial=options["trial"])
        except PortalError as error:
            raise CommandError(str(error)) from error
        runs.run_now(run)
        if run.finished_at is None:
            job = runs.job_of(run)
            raise CommandError(job.error if job is not None else _("评分没有完成。"))
        said = _("第 %(n)s 次评分：%(entities)s 个主体，输入 %(inputs)s，结果 %(outcome)s")
        self.stdout.write(
            said
            % {
                "n": run.number,
                "entities": run.entities,
                "inputs": run.inputs_sha256,
                "outcome": run.outcome_sha256,
            }
        )
