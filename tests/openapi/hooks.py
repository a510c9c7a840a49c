"""Signs in for Schemathesis, as a page would: with cookies and the CSRF header."""

import requests
import schemathesis

USERNAME = "ada"
PASSWORD = "correct horse battery staple"

# Operations whose body holds the password of the signed-in user, or one to be set. A good
# request needs a good password, which no generator of texts finds.
PASSWORDS = {
    "register": ["password"],
    "reauthenticate": ["password"],
    "deleteUser": ["password"],
    "changePassword": ["current_password", "new_password"],
}


def base_of(case):
    return case.operation.schema.get_base_url().rstrip("/")


def signed_in(base):
    """The cookies of a new session; the user is created where it is missing."""
    credentials = {"username": USERNAME, "password": PASSWORD}
    answer = requests.post(f"{base}/auth/login/", json=credentials, timeout=20)
    if answer.status_code == 401:
        answer = requests.post(f"{base}/auth/register/", json=credentials, timeout=20)
    answer.raise_for_status()
    return answer.cookies.get_dict()


@schemathesis.auth(refresh_interval=None)
class Session:
    """A session for each request: some of them end it."""

    def get(self, case, context):
        return signed_in(base_of(case))

    def set(self, case, cookies, context):
        case.cookies = {**(case.cookies or {}), **cookies}
        case.headers["X-CSRFToken"] = cookies["csrftoken"]


@schemathesis.hook
def before_call(context, case, kwargs):
    """Puts good passwords into good bodies."""
    operation = case.operation.definition.raw["operationId"]
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if not isinstance(case.body, dict):
        return
    for field in PASSWORDS.get(operation, []):
        if field in case.body:
            case.body[field] = PASSWORD
