from django.conf import settings
from django.db import models


class AccountLink(models.Model):
    """Which account of rocket-accounts a Django user has."""

    account_id = models.UUIDField(primary_key=True)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
