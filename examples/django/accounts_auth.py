"""Django REST framework behind rocket-accounts: who is asking, in two ways.

Both hand out the Django user of the account, which keeps its integer key: foreign keys stay as they
are. `AccountLink` says which account is whose; load it from `rocket-accounts user import --mapping`.
"""

from django.contrib.auth import get_user_model
from django.db import transaction
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework_simplejwt.authentication import JWTStatelessUserAuthentication

from .models import AccountLink


def django_user(account_id):
    """The Django user of an account; created at the first visit of a user who has registered since.

    Never one found by name: an account may have the name of a Django user who was not imported."""
    link = AccountLink.objects.select_related("user").filter(account_id=account_id).first()
    if link is None:
        with transaction.atomic():
            user, _ = get_user_model().objects.get_or_create(username=str(account_id))
            link, _ = AccountLink.objects.get_or_create(account_id=account_id, defaults={"user": user})
    if not link.user.is_active:
        raise AuthenticationFailed("The user is not active.")
    return link.user


class ForwardedUser(BaseAuthentication):
    """Behind a proxy that asks `auth/verify/` (docs/forward-auth.md). A logout counts at once, and the
    proxy has checked the CSRF token. Only for a server that only the proxy can reach."""

    def authenticate(self, request):
        account_id = request.META.get("HTTP_X_ACCOUNTS_USER_ID")
        if not account_id:
            return None
        return django_user(account_id), None

    def authenticate_header(self, request):
        return 'Bearer realm="api"'


class AccessToken(JWTStatelessUserAuthentication):
    """By the access token alone, with the public keys. A logout counts when the token expires, after
    15 minutes at most. The cookie does for reading; what changes something comes with a Bearer token,
    since only the service that made a CSRF token can check it."""

    cookies = ("__Host-access_token", "access_token")

    def authenticate(self, request):
        if self.get_header(request) is not None:
            found = super().authenticate(request)
        elif request.method in ("GET", "HEAD", "OPTIONS"):
            values = [request.COOKIES[name] for name in self.cookies if name in request.COOKIES]
            if not values:
                return None
            token = self.get_validated_token(values[0].encode())
            found = self.get_user(token), token
        else:
            return None
        if found is None:
            return None
        token_user, token = found
        return django_user(token_user.id), token
