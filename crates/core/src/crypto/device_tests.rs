use super::*;
use crate::crypto::keyring::Secret;
use crate::domain::credentials::Username;

fn secret() -> Secret {
    Secret::parse(&Secret::generate().unwrap()).unwrap()
}

fn ring() -> KeyRing {
    KeyRing::new(&secret(), &[])
}

fn name(text: &str) -> UsernameKey {
    Username::parse(text).unwrap().key()
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn after_login(ring: &KeyRing, text: &str) -> Device {
    Device::new().unwrap().after_login(ring, &name(text), now())
}

fn is_known(ring: &KeyRing, value: &str, text: &str, now: DateTime<Utc>) -> bool {
    let devices = Device::all(&[value]);
    Device::find(&devices, ring, &name(text), now).is_some()
}

#[test]
fn a_browser_is_known_to_the_account_for_a_year() {
    let ring = ring();
    let value = after_login(&ring, "Ada").to_value();
    let at = |seconds| now() + LIFETIME + TimeDelta::seconds(seconds);
    for earlier in [now(), at(-1)] {
        assert!(is_known(&ring, &value, "ada", earlier));
        assert!(!is_known(&ring, &value, "grace", earlier));
    }
    assert!(!is_known(&ring, &value, "ada", at(0)));
    // A clock that was ahead when it signed.
    assert!(is_known(&ring, &value, "ada", now() - TimeDelta::days(2)));
}

#[test]
fn a_mark_is_of_its_key_its_browser_and_its_time() {
    let (mine, old) = (secret(), secret());
    let old_ring = KeyRing::new(&old, &[]);
    let value = after_login(&old_ring, "ada").to_value();
    let promoted = KeyRing::new(&mine, std::slice::from_ref(&old));
    assert!(is_known(&promoted, &value, "ada", now()));
    assert!(!is_known(&KeyRing::new(&mine, &[]), &value, "ada", now()));
    let bytes = URL_SAFE_NO_PAD.decode(&value).unwrap();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        let changed = URL_SAFE_NO_PAD.encode(changed);
        assert!(!is_known(&old_ring, &changed, "ada", now()), "{place}");
    }
}

#[test]
fn four_accounts_share_a_browser_and_the_oldest_gives_way() {
    let ring = ring();
    let names = ["ada", "grace", "alan", "barbara", "donald"];
    let mut device = Device::new().unwrap();
    for text in &names[..4] {
        device = device.after_login(&ring, &name(text), now());
    }
    // Again: it is not marked twice, and is the newest.
    device = device.after_login(&ring, &name("ada"), now());
    let value = device.to_value();
    assert_eq!(value.len(), 128);
    for text in &names[..4] {
        assert!(is_known(&ring, &value, text, now()), "{text}");
    }
    let [parsed] = &Device::all(&[&value])[..] else {
        panic!("{value}");
    };
    assert_eq!(parsed, &device);
    let value = device.after_login(&ring, &name("donald"), now()).to_value();
    assert!(is_known(&ring, &value, "donald", now()));
    assert!(is_known(&ring, &value, "ada", now()));
    assert!(!is_known(&ring, &value, "grace", now()));
}

#[test]
fn what_is_no_value_is_left_out() {
    let ring = ring();
    let good = after_login(&ring, "ada").to_value();
    let bytes = URL_SAFE_NO_PAD.decode(&good).unwrap();
    let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let long = encoded(&[bytes.clone(), vec![0; 4 * MARK_BYTES]].concat());
    let bad = [
        "",
        "x",
        "ä",
        &encoded(&bytes[..ID_BYTES]),
        &encoded(&bytes[..bytes.len() - 1]),
        &encoded(&[&bytes[..], &[0]].concat()),
        &long,
        &format!("{good}="),
        &"A".repeat(10_000),
    ];
    for text in bad {
        assert_eq!(Device::all(&[text]), [], "{text}");
    }
    assert_eq!(Device::all(&[&good, "x", &good]).len(), 1);
    // Among all that a sibling host can put into a request.
    let planted = (0..100).map(|_| after_login(&ring, "mallory").to_value());
    let mut values: Vec<_> = planted.collect();
    values.insert(50, good);
    let values: Vec<_> = values.iter().map(String::as_str).collect();
    let devices = Device::all(&values);
    assert!(Device::find(&devices, &ring, &name("ada"), now()).is_some());
}
