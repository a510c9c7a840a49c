//! What a real Django recorded (`tests/django/record.py` says which, and how).

use serde::Deserialize;

use super::tests::{OUTDATED, RIGHT, cheap, check, password, run, service};
use super::*;

const RECORDED: &str = include_str!("../../../testdata/django-hashes.json");

#[derive(Deserialize)]
struct Recording {
    made_by: String,
    hashes: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    password: String,
    hash: String,
}

impl Vector {
    fn name(&self) -> &str {
        self.hash.split('$').next().unwrap()
    }

    fn cost(&self) -> Option<ImportedCost> {
        ImportedCost::of(&PasswordHash::new(self.hash.clone()))
    }
}

fn recorded() -> Vec<Vector> {
    let recorded: Recording = serde_json::from_str(RECORDED).unwrap();
    assert!(recorded.made_by.starts_with("Django 5.2"));
    recorded.hashes
}

/// One hash of each format, cheap ones.
fn one_of_each() -> Vec<Vector> {
    let mut names = Vec::new();
    let mut vectors = recorded();
    vectors.retain(|vector| {
        let is_new = !names.contains(&vector.name().to_owned());
        names.push(vector.name().to_owned());
        is_new
    });
    assert_eq!(vectors.len(), 6);
    vectors
}

#[test]
fn hashes_that_django_made_are_verified_and_outdated() {
    run(async {
        let passwords = service(cheap());
        for Vector { password, hash } in recorded() {
            let verdict = check(&passwords, &password, &hash).await;
            assert_eq!(verdict, OUTDATED, "{password:?} {hash}");
        }
        for Vector { password, hash } in one_of_each() {
            for wrong in [
                password.to_uppercase(),
                format!("{password} "),
                password[1..].to_owned(),
            ] {
                let verdict = check(&passwords, &wrong, &hash).await;
                assert_eq!(verdict, Verdict::Wrong, "{wrong:?} {hash}");
            }
        }
    });
}

#[test]
fn the_costs_are_the_ones_django_had() {
    let costs: Vec<_> = recorded()
        .iter()
        .map(|vector| vector.cost().unwrap().to_string())
        .collect();
    for cost in [
        "pbkdf2_sha256$1000",
        "pbkdf2_sha256$150000",
        "pbkdf2_sha256$1000000",
        "pbkdf2_sha1$1000000",
        "argon2$102400$2$8",
        "bcrypt_sha256$12",
        "bcrypt$12",
        "scrypt$16384$8$5",
    ] {
        assert!(costs.iter().any(|have| have == cost), "{cost}: {costs:?}");
        let parsed: ImportedCost = cost.parse().unwrap();
        assert_eq!(parsed.to_string(), cost);
    }
}

#[test]
fn the_bytes_that_were_typed_are_hashed_and_not_their_normal_form() {
    let (composed, decomposed) = ("caf\u{e9} au lait", "cafe\u{301} au lait");
    run(async {
        let passwords = service(cheap());
        for Vector { password, hash } in recorded() {
            if password == decomposed {
                let verdict = check(&passwords, composed, &hash).await;
                assert_eq!(verdict, Verdict::Wrong, "{hash}");
            }
        }
    });
}

#[test]
fn only_bcrypt_itself_cuts_at_72_bytes() {
    run(async {
        let passwords = service(cheap());
        let long: Vec<_> = recorded()
            .into_iter()
            .filter(|vector| vector.password.len() == 150)
            .collect();
        assert_eq!(long.len(), 6);
        for vector in long {
            let cut = check(&passwords, &vector.password[..72], &vector.hash).await;
            let expected = match vector.name() {
                "bcrypt" => OUTDATED,
                _ => Verdict::Wrong,
            };
            assert_eq!(cut, expected, "{}", vector.hash);
        }
    });
}

#[test]
fn what_cannot_be_verified_or_costs_too_much_is_unreadable() {
    let cost = |hash: &str| ImportedCost::of(&PasswordHash::new(hash.to_owned()));
    let output = "TH87BINjmc8BRtphwuRka9SEf40=";
    assert!(cost(&format!("pbkdf2_sha1$5000000$salt${output}")).is_some());
    let mut unreadable = vec![
        "!7D3vsUNHOhidinuXRSNcjjO2x6P7rKvENiLk0jkA".to_owned(),
        "md5$WO9P7fZBF8iyKjhnElbhw8$a3adfc6ed307fc0730e4b18d9f8f6658".to_owned(),
        "sha1$salt$a94a8fe5ccb19ba61c4c0873d391e987982fbbd3".to_owned(),
        format!("pbkdf2_sha1$5000001$salt${output}"),
        format!("pbkdf2_sha1$0$salt${output}"),
        format!("pbkdf2_sha1$-1$salt${output}"),
        format!("pbkdf2_sha1$1000$${output}"),
        format!("pbkdf2_sha1$1000$salt${output}$"),
        format!("pbkdf2_sha256$1000$salt${output}"),
        "pbkdf2_sha256$1000$salt$".to_owned(),
        "pbkdf2_sha256$1000$c2FsdA$aGFzaA".to_owned(),
        "bcrypt$$2b$17$WCngIqfFxva4FadX7A51Z.GzDttu6zQCnLi08b.FWgqbKRqKp2VA.".to_owned(),
        "bcrypt$$2b$03$WCngIqfFxva4FadX7A51Z.GzDttu6zQCnLi08b.FWgqbKRqKp2VA.".to_owned(),
        "bcrypt$$2x$04$WCngIqfFxva4FadX7A51Z.GzDttu6zQCnLi08b.FWgqbKRqKp2VA.".to_owned(),
        "bcrypt$$2b$04$WCngIqfFxva4FadX7A51Z".to_owned(),
    ];
    let scrypt = one_of_each().pop().unwrap();
    let (_, tail) = scrypt.hash.rsplit_once('$').unwrap();
    for (n, r, p) in [
        ("1000", "8", "3"),
        ("524288", "8", "1"),
        ("262144", "8", "9"),
        ("4294967296", "8", "1"),
        ("1024", "0", "3"),
        ("1024", "8", "0"),
        ("1024", "4294967295", "4294967295"),
    ] {
        unreadable.push(format!("scrypt${n}$salt${r}${p}${tail}"));
    }
    assert!(cost(&format!("scrypt$262144$salt$8$8${tail}")).is_some());
    for hash in unreadable {
        assert_eq!(cost(&hash), None, "{hash}");
    }
    for text in [
        "",
        "md5",
        "bcrypt",
        "bcrypt$12$1",
        "scrypt$0$8$1",
        "argon2$8$1$2",
        "argon2$524288$5$1",
    ] {
        assert_eq!(text.parse::<ImportedCost>(), Err(UnknownCost), "{text}");
    }
}

#[test]
fn an_imported_cost_above_the_limits_is_refused_at_the_start() {
    let iterations = 5_000_001;
    for cost in [
        ImportedCost::Pbkdf2Sha256 { iterations },
        ImportedCost::Bcrypt { rounds: 31 },
    ] {
        let options = HashingOptions {
            imported_cost: Some(cost),
            ..cheap()
        };
        assert!(matches!(Passwords::new(options), Err(Error::Failed(_))));
    }
}

#[test]
fn an_imported_hash_costs_one_argon2_hash_as_everything_does() {
    run(async {
        let passwords = service(cheap());
        for (count, vector) in (1..).zip(one_of_each()) {
            check(&passwords, "wrong", &vector.hash).await;
            assert_eq!(passwords.hashes_computed(), count, "{}", vector.hash);
            assert_eq!(passwords.imported_hashes_computed(), count);
        }
    });
}

#[test]
fn with_an_imported_cost_every_verification_does_the_same_work() {
    run(async {
        let own = service(cheap()).hash(&password("swordfish")).await.unwrap();
        for vector in one_of_each() {
            let options = HashingOptions {
                imported_cost: vector.cost(),
                ..cheap()
            };
            let passwords = service(options);
            let imported = PasswordHash::new(vector.hash.clone());
            let unreadable = PasswordHash::new("!".into());
            for (count, stored) in
                (1..).zip([None, Some(own.clone()), Some(imported), Some(unreadable)])
            {
                let verdict = passwords.verify(&password("wrong"), stored.as_ref()).await;
                assert_eq!(verdict.unwrap(), Verdict::Wrong);
                let computed = (
                    passwords.hashes_computed(),
                    passwords.imported_hashes_computed(),
                );
                assert_eq!(computed, (count, count), "{}", vector.hash);
            }
            assert_eq!(check(&passwords, "swordfish", own.expose()).await, RIGHT);
            let verdict = check(&passwords, &vector.password, &vector.hash).await;
            assert_eq!(verdict, OUTDATED);
        }
    });
}

#[test]
fn iterations_of_an_older_django_are_made_up_for() {
    let over = |more: &str, less: &str| {
        let more: ImportedCost = more.parse().unwrap();
        more.iterations_over(less.parse().unwrap())
    };
    let (newest, older) = ("pbkdf2_sha256$1000000", "pbkdf2_sha256$150000");
    assert_eq!(over(newest, older), Some(850_000));
    assert_eq!(over(older, newest), None);
    assert_eq!(over(newest, newest), None);
    assert_eq!(over(newest, "pbkdf2_sha1$1000"), None);
    assert_eq!(over("bcrypt$12", "bcrypt$10"), None);
}
