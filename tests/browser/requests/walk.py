"""A program with requests.Session, from registration to logout: walk.py SITE."""

import sys

import requests

SITE = sys.argv[1]
PASSWORD = "correct horse battery staple"


class Accounts(requests.Session):
    """Sends the CSRF header, and refreshes once when the access token is gone."""

    def request(self, method, url, **options):
        answer = self.send_once(method, url, **options)
        if answer.status_code != 401:
            return answer
        if answer.json().get("code") not in ("token_expired", "not_authenticated"):
            return answer
        if not self.send_once("POST", "auth/refresh_token/").ok:
            return answer
        return self.send_once(method, url, **options)

    def send_once(self, method, url, **options):
        headers = {"X-CSRFToken": self.cookies.get("csrftoken", "")}
        return super().request(method, f"{SITE}/{url}", headers=headers, timeout=30, **options)


def expect(answer, status, code=None):
    told = (answer.status_code, answer.json().get("code") if answer.text else None)
    assert told == (status, code), f"{told} {answer.text}"
    return answer


def names(session):
    # The cookie of the device outlives the session.
    return sorted(cookie.name for cookie in session.cookies if cookie.name != "device")


ada = Accounts()
expect(ada.get("user/"), 401, "not_authenticated")
expect(ada.post("auth/register/", json={"username": "ada", "password": PASSWORD}), 201)
assert names(ada) == ["access_token", "csrftoken", "refresh_token"], names(ada)
assert expect(ada.get("user/"), 200).json()["username"] == "ada"
expect(ada.patch("user/", json={"first_name": "Ada"}), 200)

# The access token has run out: the next call renews it.
ada.cookies.clear("localhost.local", "/", "access_token")
assert expect(ada.patch("user/", json={"last_name": "L"}), 200).json()["last_name"] == "L"
assert "access_token" in names(ada)

# Without the header nothing is changed.
forged = requests.Session()
forged.cookies = ada.cookies
expect(forged.patch(f"{SITE}/user/", json={"first_name": "Eve"}, timeout=30), 403, "csrf_failed")

expect(ada.post("auth/logout/"), 200)
assert names(ada) == [], names(ada)
expect(ada.get("user/"), 401, "not_authenticated")
expect(ada.post("auth/login/", json={"username": "ada", "password": "x"}), 401, "invalid_credentials")
expect(ada.post("auth/login/", json={"username": "ada", "password": PASSWORD}), 200)
assert expect(ada.get("user/"), 200).json()["first_name"] == "Ada"
print("done")
