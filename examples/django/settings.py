"""What a Django project with Django REST framework sets for accounts_auth.py."""

REST_FRAMEWORK = {
    # One of the two: ForwardedUser behind a proxy that asks, AccessToken without one.
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.accounts_auth.ForwardedUser"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}

# For AccessToken; the service runs with ACCOUNTS_TOKEN__ALGORITHM=EdDSA. Issuer and audience are the
# service's `public_origin`, unless `token.issuer` and `token.audience` say otherwise.
SIMPLE_JWT = {
    "ALGORITHM": "EdDSA",
    "JWK_URL": "https://app.example/.well-known/jwks.json",
    "ISSUER": "https://app.example",
    "AUDIENCE": "https://app.example",
    "USER_ID_CLAIM": "sub",
    # Access tokens have a type in their header, not in a claim.
    "TOKEN_TYPE_CLAIM": None,
}
