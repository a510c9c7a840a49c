//! Another service of the site: `examples/verifier.rs` with tokens of the real service.

use accounts_testkit::{Backend, Case, ORIGIN, TestService, cases, test_service};
use figment::Figment;
use rocket::error::ErrorKind;
use rocket::http::{Header, Status};
use rocket::local::blocking::Client;
use serde_json::{Value, json};

use super::service_with_key_file;

#[path = "../../../examples/verifier.rs"]
#[expect(dead_code, reason = "its main is for the example")]
mod example;

pub(crate) fn cases() -> Vec<Case> {
    cases![
        a_token_is_verified_by_public_keys,
        a_rotated_key_is_fetched,
        unknown_keys_are_not_fetched_often,
        a_token_is_verified_by_a_shared_key,
        without_keys_it_does_not_start,
    ]
}

fn figment(settings: &Value) -> Figment {
    rocket::Config::figment()
        .merge(("log_level", "off"))
        .merge(("verifier", settings))
}

fn verifier(settings: &Value) -> Client {
    let rocket = example::service(rocket::custom(figment(settings)));
    Client::untracked(rocket).unwrap()
}

fn whoami(client: &Client, name: &'static str, value: String) -> (Status, String) {
    let asked = client.get("/whoami").header(Header::new(name, value));
    let answer = asked.dispatch();
    (answer.status(), answer.into_string().unwrap_or_default())
}

fn bearer(client: &Client, token: &str) -> Status {
    whoami(client, "Authorization", format!("Bearer {token}")).0
}

fn issuer() -> TestService {
    service_with_key_file(Backend::Memory).set("ACCOUNTS_TOKEN__ALGORITHM", "EdDSA")
}

fn a_token_is_verified_by_public_keys() {
    let fixture = issuer();
    let service = fixture.serve();
    let url = format!("http://{}/.well-known/jwks.json", service.address());
    let client = verifier(&json!({ "issuer": ORIGIN, "keys": url }));
    let mut ada = service.browser();
    let id = ada.register("ada").expect(201).json()["user"]["id"].clone();
    let id = id.as_str().unwrap();
    let token = ada.cookie("access_token").unwrap().to_owned();
    for (name, value) in [
        ("Cookie", format!("theme=dark; access_token={token}")),
        ("Authorization", format!("Bearer {token}")),
    ] {
        let (status, text) = whoami(&client, name, value);
        assert_eq!(status, Status::Ok);
        assert!(text.contains(id), "{text}");
    }
    let refresh = ada.cookie("refresh_token").unwrap();
    let (head, _) = token.rsplit_once('.').unwrap();
    for bad in ["", "x", refresh, head, &format!("{token}A")] {
        assert_eq!(bearer(&client, bad), Status::Unauthorized, "{bad:.20}");
    }
    // A cookie of a sibling domain beside ours changes nothing.
    let two = format!("access_token=planted; access_token={token}");
    assert_eq!(whoami(&client, "Cookie", two).0, Status::Ok);
    let elsewhere = json!({ "issuer": ORIGIN, "audience": "https://b.example", "keys": url });
    assert_eq!(bearer(&verifier(&elsewhere), &token), Status::Unauthorized);
}

fn a_rotated_key_is_fetched() {
    let fixture = issuer();
    let mut service = fixture.serve();
    let url = format!("http://{}/.well-known/jwks.json", service.address());
    let client = verifier(&json!({ "issuer": ORIGIN, "keys": url, "pause": 0 }));
    let mut ada = service.browser();
    ada.register("ada").expect(201);
    let before = ada.cookie("access_token").unwrap().to_owned();
    fixture.run(&["key", "rotate"]).expect(0);
    service.signal("HUP");
    service.wait_for("keys_reloaded");
    ada.refresh().expect(200);
    let after = ada.cookie("access_token").unwrap().to_owned();
    assert_ne!(super::kid(&before), super::kid(&after));
    for token in [&before, &after, &before] {
        assert_eq!(bearer(&client, token), Status::Ok);
    }
    // The issuer gone, what is known goes on.
    service.stop();
    assert_eq!(bearer(&client, &after), Status::Ok);
}

fn unknown_keys_are_not_fetched_often() {
    let [known, other] = [issuer(), issuer()].map(|fixture| {
        let service = fixture.serve();
        let mut ada = service.browser();
        ada.register("ada").expect(201);
        let path = "/.well-known/jwks.json";
        let document = service.request("GET", path).send().expect(200).text;
        (document, ada.cookie("access_token").unwrap().to_owned())
    });
    let fixture = test_service!();
    fixture.write("jwks.json", &known.0);
    let file = fixture.path().join("jwks.json");
    let with_pause = |pause: u64| {
        let settings = json!({ "issuer": ORIGIN, "keys": file.to_str().unwrap(), "pause": pause });
        verifier(&settings)
    };
    let (eager, patient) = (with_pause(0), with_pause(3600));
    for client in [&eager, &patient] {
        assert_eq!(bearer(client, &known.1), Status::Ok);
        assert_eq!(bearer(client, &other.1), Status::Unauthorized);
    }
    fixture.write("jwks.json", &other.0);
    assert_eq!(bearer(&eager, &other.1), Status::Ok);
    assert_eq!(bearer(&patient, &other.1), Status::Unauthorized);
    // A key that left the document is dead.
    assert_eq!(bearer(&eager, &known.1), Status::Unauthorized);
}

fn a_token_is_verified_by_a_shared_key() {
    let key = test_service!()
        .run(&["key", "generate"])
        .stdout
        .trim()
        .to_owned();
    let fixture = test_service!()
        .on(Backend::Memory)
        .cheap_hashing()
        .set("ACCOUNTS_KEYS__ACTIVE", &key);
    let service = fixture.serve();
    let mut ada = service.browser();
    ada.register("ada").expect(201);
    let token = ada.cookie("access_token").unwrap();
    let client = verifier(&json!({ "issuer": ORIGIN, "secret": key }));
    assert_eq!(bearer(&client, token), Status::Ok);
    let other = fixture.run(&["key", "generate"]).stdout.trim().to_owned();
    let client = verifier(&json!({ "issuer": ORIGIN, "secret": other }));
    assert_eq!(bearer(&client, token), Status::Unauthorized);
}

fn without_keys_it_does_not_start() {
    for settings in [
        json!({ "issuer": ORIGIN }),
        json!({ "keys": "jwks.json" }),
        json!({ "issuer": ORIGIN, "keys": "/nowhere/jwks.json" }),
        json!({ "issuer": ORIGIN, "secret": "short" }),
    ] {
        let rocket = example::service(rocket::custom(figment(&settings)));
        let refused = Client::untracked(rocket).err();
        let refused = refused.unwrap_or_else(|| panic!("it starts with {settings}"));
        let refused = matches!(refused.kind(), ErrorKind::FailedFairings(_));
        assert!(refused, "{settings}");
    }
}
