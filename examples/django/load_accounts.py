"""A management command: `manage.py load_accounts mapping.csv`."""

import csv

from django.core.management.base import BaseCommand
from django.db import transaction

from ...models import AccountLink


class Command(BaseCommand):
    help = "Links Django users to their accounts, as `rocket-accounts user import --mapping` wrote them"

    def add_arguments(self, parser):
        parser.add_argument("file")

    @transaction.atomic
    def handle(self, *args, file, **options):
        with open(file, newline="") as rows:
            for row in csv.DictReader(rows):
                AccountLink.objects.update_or_create(
                    account_id=row["user_id"], defaults={"user_id": row["old_id"]}
                )
        self.stdout.write(f"{AccountLink.objects.count()} users are linked")
