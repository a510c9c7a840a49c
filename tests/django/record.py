"""Records what a real Django writes: hashes and exports of `auth_user`.

    python3 -m venv /tmp/dj
    /tmp/dj/bin/pip install 'django==5.2.19' 'argon2-cffi==25.1.0' 'bcrypt==4.3.0'
    /tmp/dj/bin/python tests/django/record.py tests/django

bcrypt 4 because version 5 refuses passwords of more than 72 bytes instead of cutting them, and
the rows out there were written by the older ones. Salts are random: every run records others.
"""

import csv
import datetime
import io
import json
import pathlib
import sqlite3
import sys
import tempfile

import argon2
import bcrypt
import django
from django.conf import settings
from django.contrib.auth import hashers
from django.core.management import call_command


class OldPBKDF2(hashers.PBKDF2PasswordHasher):
    """As Django 2.2 made them."""

    iterations = 150_000


class CheapPBKDF2(hashers.PBKDF2PasswordHasher):
    iterations = 1_000


class CheapPBKDF2SHA1(hashers.PBKDF2SHA1PasswordHasher):
    iterations = 1_000


class CheapArgon2(hashers.Argon2PasswordHasher):
    time_cost, memory_cost, parallelism = 2, 64, 2


class CheapBCryptSHA256(hashers.BCryptSHA256PasswordHasher):
    rounds = 4


class CheapBCrypt(hashers.BCryptPasswordHasher):
    rounds = 4


class CheapScrypt(hashers.ScryptPasswordHasher):
    work_factor, block_size, parallelism = 1024, 8, 3


CHEAP = [CheapPBKDF2, CheapPBKDF2SHA1, CheapArgon2, CheapBCryptSHA256, CheapBCrypt, CheapScrypt]
DEFAULTS = [
    hashers.PBKDF2PasswordHasher,
    hashers.PBKDF2SHA1PasswordHasher,
    hashers.Argon2PasswordHasher,
    hashers.BCryptSHA256PasswordHasher,
    hashers.BCryptPasswordHasher,
    hashers.ScryptPasswordHasher,
]

PASSWORDS = [
    "correct horse battery staple",
    " blanks around and  within ",
    "caf\u00e9 au lait",
    "cafe\u0301 au lait",  # the same to the eye, other bytes
    "\u5bc6\u7801 \U0001f511 \ufb01sh",
    "x" * 71 + "yz",
    "0123456789" * 15,
]

folder = pathlib.Path(sys.argv[1])
database = pathlib.Path(tempfile.mkdtemp()) / "django.sqlite3"
settings.configure(
    SECRET_KEY="of no use",
    USE_TZ=True,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    PASSWORD_HASHERS=[f"django.contrib.auth.hashers.{hasher.__name__}" for hasher in DEFAULTS],
)
django.setup()

hashes = []
for hasher in CHEAP + DEFAULTS + [OldPBKDF2]:
    made = hasher()
    for password in PASSWORDS if hasher in CHEAP else PASSWORDS[:1]:
        hash = made.encode(password, made.salt())
        assert made.verify(password, hash)
        hashes.append({"password": password, "hash": hash})
by = f"Django {django.__version__}, argon2-cffi {argon2.__version__}, bcrypt {bcrypt.__version__}"
recorded = {"made_by": by, "hashes": hashes}
(folder / "hashes.json").write_text(json.dumps(recorded, indent=1) + "\n")

from django.contrib.auth.models import Group, User  # noqa: E402

call_command("migrate", verbosity=0)
Group.objects.create(name="editors")
DAY = datetime.datetime(2019, 3, 4, 5, 6, 7, 891234, tzinfo=datetime.timezone.utc)


def user(name, hasher, password="correct horse battery staple", **fields):
    made = hasher and hasher()
    fields.setdefault("email", f"{name}@example.org")
    fields.setdefault("date_joined", DAY)
    hash = made.encode(password, made.salt()) if made else hashers.make_password(None)
    User.objects.create(username=name, password=hash, **fields)


user("Ada.Lovelace", hashers.PBKDF2PasswordHasher, first_name="Ada", last_name="Lovelace, Countess")
user("grace", CheapPBKDF2SHA1, first_name="Grace", is_staff=True, is_superuser=True)
user("alan", CheapArgon2, last_name="Turing \u201cP\u201d", last_login=DAY)
user("edsger", CheapBCryptSHA256, "0123456789" * 15)
user("barbara", CheapBCrypt)
user("donald", CheapScrypt, " blanks around and  within ")
user("chloe", CheapPBKDF2, "cafe\u0301 au lait", first_name="Chlo\u00e9")
user("left", CheapPBKDF2, is_active=False)
user("single-sign-on", None)
# What cannot be moved.
user("Zo\u00eb", CheapPBKDF2)
user("ADA.lovelace", CheapPBKDF2)
user("relic", hashers.MD5PasswordHasher)

call_command("dumpdata", "auth.user", "auth.group", output=str(folder / "users.json"), verbosity=0)
call_command("dumpdata", "auth.user", format="jsonl", output=str(folder / "users.jsonl"), verbosity=0)
rows = sqlite3.connect(database).execute("SELECT * FROM auth_user ORDER BY id")
text = io.StringIO(newline="")
table = csv.writer(text, lineterminator="\n")
table.writerow([column[0] for column in rows.description])
table.writerows(rows)
(folder / "users.csv").write_text(text.getvalue())
