//! A host application that uses `jsonwebtoken` for tokens of its own, with an algorithm of its own.

use accounts_testkit::{Case, cases};
use figment::Figment;
use figment::providers::{Format, Toml};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{self, Signer};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use rocket::http::{ContentType, Status};
use rocket::local::blocking::Client;
use rocket_accounts::Accounts;
use serde_json::json;
use sha2::Sha512;

pub(crate) fn cases() -> Vec<Case> {
    cases![a_host_signs_with_an_algorithm_of_its_own]
}

struct Hs512(Vec<u8>);

impl Signer<Vec<u8>> for Hs512 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        let mut mac = Hmac::<Sha512>::new_from_slice(&self.0).unwrap();
        mac.update(message);
        Ok(mac.finalize().into_bytes().to_vec())
    }
}

impl JwtSigner for Hs512 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS512
    }
}

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm: &Algorithm, key: &EncodingKey| {
        if *algorithm != Algorithm::HS512 {
            return Err(Error::from(ErrorKind::InvalidAlgorithm));
        }
        let signer: Box<dyn JwtSigner> = Box::new(Hs512(key.as_bytes().to_vec()));
        Ok(signer)
    },
    verifier_factory: |_: &Algorithm, _: &DecodingKey| {
        Err::<Box<dyn JwtVerifier>, _>(Error::from(ErrorKind::InvalidAlgorithm))
    },
    key_utils: KeyUtils::new_unimplemented(),
};

/// The provider of the process is the host's, and ours is not asked for: before the host has chosen
/// one, and after.
pub(crate) fn a_host_signs_with_an_algorithm_of_its_own() {
    signs_in();
    assert!(PROVIDER.install_default().is_ok(), "there is one already");
    let key = EncodingKey::from_secret(&[7; 64]);
    let claims = json!({ "sub": "ada" });
    jsonwebtoken::encode(&Header::new(Algorithm::HS512), &claims, &key).unwrap();
    signs_in();
}

fn signs_in() {
    let figment = Figment::from(rocket::Config::default())
        .merge(Toml::string("[default]\nlog_level = \"off\"").nested())
        .select("test");
    let rocket = rocket::custom(figment).attach(Accounts::stage());
    let client = Client::tracked(rocket).unwrap();
    let body = json!({ "username": "ada", "password": "correct horse battery staple" });
    let register = client.post("/accounts/auth/register/");
    let register = register.header(ContentType::JSON).body(body.to_string());
    assert_eq!(register.dispatch().status(), Status::Created);
    let user = client.get("/accounts/user/").dispatch();
    assert_eq!(user.status(), Status::Ok);
}
