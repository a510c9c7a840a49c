use super::hasher::normalised;
use super::*;

/// Two slots, no queue, and the smallest parameters there are.
pub(super) fn cheap() -> HashingOptions {
    HashingOptions {
        memory_kib: 64,
        iterations: 2,
        parallelism: 1,
        slots: 2,
        queue: 0,
        wait: Duration::from_mins(1),
        imported_cost: None,
    }
}

pub(super) fn service(options: HashingOptions) -> Passwords {
    Passwords::new(options).unwrap()
}

pub(super) fn password(text: &str) -> Password {
    Password::parse(text.into()).unwrap()
}

pub(super) fn run<F: Future>(future: F) -> F::Output {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().build().unwrap().block_on(future)
}

pub(super) async fn check(passwords: &Passwords, text: &str, hash: &str) -> Verdict {
    let stored = PasswordHash::new(hash.to_owned());
    let verdict = passwords.verify(&password(text), Some(&stored)).await;
    verdict.unwrap()
}

pub(super) const RIGHT: Verdict = Verdict::Right { outdated: false };
pub(super) const OUTDATED: Verdict = Verdict::Right { outdated: true };

// Made with argon2-cffi 25.1.0, which wraps the reference implementation: `hash_secret` of
// "café au lait" (with U+00E9) and the salt "0123456789abcdef".
const CAFE: &str = "caf\u{e9} au lait";
const ID: &str = "$argon2id$v=19$m=64,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$q17LAKElYJV/kVxZ7ja3B3+x0nNYG3jKMQfZ3gcj4vA";
const ID_TWO_LANES: &str = "$argon2id$v=19$m=64,t=2,p=2$MDEyMzQ1Njc4OWFiY2RlZg$1/sghIG7wGs6CX88FyQIr2dgw6358TbNrJQi2+yTeTY";
const ID_V16: &str = "$argon2id$v=16$m=64,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$ZFBnBt7k2+rFlU2YGF1twpmHCqZ4wUMVENEo1DJW60s";
const ID_UNVERSIONED: &str =
    "$argon2id$m=64,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$ZFBnBt7k2+rFlU2YGF1twpmHCqZ4wUMVENEo1DJW60s";
const I: &str =
    "$argon2i$v=19$m=64,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$vU7xEHBJArvY4jUcrgLMuWQ+xIua7HiTYH3E+vzK3W8";
const D: &str =
    "$argon2d$v=19$m=64,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$VkpisJMqDrGPN3L0t/TcLzt0WGNg12rQsjiPqeeI37Q";

#[test]
fn hashes_of_the_reference_implementation_are_verified() {
    run(async {
        let passwords = service(cheap());
        assert_eq!(check(&passwords, CAFE, ID).await, RIGHT);
        for hash in [ID_TWO_LANES, ID_V16, ID_UNVERSIONED, I, D] {
            assert_eq!(check(&passwords, CAFE, hash).await, OUTDATED, "{hash}");
            assert_eq!(check(&passwords, "cafe", hash).await, Verdict::Wrong);
        }
    });
}

#[test]
fn a_new_hash_is_a_phc_string_with_its_own_salt() {
    run(async {
        let passwords = service(cheap());
        let first = passwords.hash(&password("swordfish")).await.unwrap();
        let second = passwords.hash(&password("swordfish")).await.unwrap();
        assert_ne!(first.expose(), second.expose());
        let fields: Vec<_> = first.expose().split('$').collect();
        assert_eq!(fields[..4], ["", "argon2id", "v=19", "m=64,t=2,p=1"]);
        // 16 and 32 bytes in unpadded base64.
        assert_eq!((fields[4].len(), fields[5].len()), (22, 43));
        let fish = check(&passwords, "swordfish", second.expose()).await;
        assert_eq!(fish, RIGHT);
        let folded = check(&passwords, "Swordfish", second.expose()).await;
        assert_eq!(folded, Verdict::Wrong);
    });
}

#[test]
fn a_password_is_normalised_to_nfc_and_no_further() {
    run(async {
        let passwords = service(cheap());
        assert_eq!(check(&passwords, "cafe\u{301} au lait", ID).await, RIGHT);
        let hash = passwords.hash(&password(" \u{fb01}sh ")).await.unwrap();
        assert_eq!(
            check(&passwords, " \u{fb01}sh ", hash.expose()).await,
            RIGHT
        );
        for other in [" fish ", "\u{fb01}sh", "\u{fb01}sh "] {
            let verdict = check(&passwords, other, hash.expose()).await;
            assert_eq!(verdict, Verdict::Wrong, "{other:?}");
        }
        // The longest expansion there is still fits the buffer made for it.
        let longest = password(&"\u{1d160}".repeat(256));
        let normal = normalised(&longest);
        assert_eq!(normal.len(), 3 * longest.expose().len());
        assert_eq!(normal.capacity(), normal.len());
    });
}

#[test]
fn every_byte_counts() {
    run(async {
        let passwords = service(cheap());
        let long = "x".repeat(256);
        let hash = passwords.hash(&password(&long)).await.unwrap();
        assert_eq!(check(&passwords, &long, hash.expose()).await, RIGHT);
        for at in [73, 200, 255] {
            let mut other = long.clone();
            other.replace_range(at..=at, "y");
            let verdict = check(&passwords, &other, hash.expose()).await;
            assert_eq!(verdict, Verdict::Wrong, "byte {at}");
        }
        let prefix = check(&passwords, &long[..72], hash.expose()).await;
        assert_eq!(prefix, Verdict::Wrong);
    });
}

#[test]
fn every_verification_computes_one_hash() {
    let unreadable = [
        "",
        "!",
        "$",
        "swordfish",
        "$argon2id$v=19$m=64,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg",
        "$argon2id$v=42$m=64,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$q17LAKElYJV/kVxZ7ja3Bw",
        "$argon2id$v=19$m=524289,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$q17LAKElYJV/kVxZ7ja3Bw",
        "$argon2id$v=19$m=32769,t=64,p=1$MDEyMzQ1Njc4OWFiY2RlZg$q17LAKElYJV/kVxZ7ja3Bw",
        "$argon2id$v=19$m=64,t=65,p=1$MDEyMzQ1Njc4OWFiY2RlZg$q17LAKElYJV/kVxZ7ja3Bw",
        "$argon2id$v=19$m=256,t=1,p=17$MDEyMzQ1Njc4OWFiY2RlZg$q17LAKElYJV/kVxZ7ja3Bw",
    ];
    run(async {
        let passwords = service(cheap());
        assert_eq!(passwords.hashes_computed(), 0);
        check(&passwords, CAFE, ID).await;
        assert_eq!(passwords.hashes_computed(), 1, "right");
        check(&passwords, "wrong", ID).await;
        assert_eq!(passwords.hashes_computed(), 2, "wrong");
        let unknown = passwords.verify(&password(CAFE), None).await.unwrap();
        assert_eq!(unknown, Verdict::Wrong);
        assert_eq!(passwords.hashes_computed(), 3, "unknown");
        for (count, hash) in (4..).zip(unreadable) {
            let verdict = check(&passwords, CAFE, hash).await;
            assert_eq!(verdict, Verdict::Wrong, "{hash}");
            assert_eq!(passwords.hashes_computed(), count, "{hash}");
        }
        let before = passwords.hashes_computed();
        passwords.hash(&password(CAFE)).await.unwrap();
        assert_eq!(passwords.hashes_computed(), before + 1, "set");
    });
}

#[test]
fn other_parameters_are_outdated_whether_weaker_or_stronger() {
    let step = |change: fn(&mut HashingOptions)| {
        let mut options = cheap();
        change(&mut options);
        service(options)
    };
    run(async {
        for passwords in [
            step(|o| o.memory_kib = 32),
            step(|o| o.memory_kib = 128),
            step(|o| o.iterations = 1),
            step(|o| o.iterations = 3),
            step(|o| o.parallelism = 2),
        ] {
            assert_eq!(check(&passwords, CAFE, ID).await, OUTDATED, "{passwords:?}");
            let upgraded = passwords.hash(&password(CAFE)).await.unwrap();
            assert_eq!(check(&passwords, CAFE, upgraded.expose()).await, RIGHT);
        }
    });
}

#[test]
fn impossible_parameters_are_refused_at_the_start() {
    let refused = |change: fn(&mut HashingOptions)| {
        let mut options = cheap();
        change(&mut options);
        matches!(Passwords::new(options), Err(Error::Failed(_)))
    };
    assert!(refused(|o| o.memory_kib = 7));
    assert!(refused(|o| o.iterations = 0));
    assert!(refused(|o| o.parallelism = 0));
    // Possible, but such a hash could not be verified.
    assert!(refused(|o| o.memory_kib = 512 * 1024 + 1));
    assert!(refused(|o| o.iterations = 65));
    assert!(refused(|o| (o.memory_kib, o.iterations) = (512 * 1024, 5)));
}

#[test]
fn memory_is_wiped_and_used_again() {
    let options = HashingOptions {
        queue: 64,
        ..cheap()
    };
    run(async {
        let passwords = service(options);
        let tasks: Vec<_> = (0..32)
            .map(|_| {
                let passwords = passwords.clone();
                tokio::spawn(async move { passwords.hash(&password(CAFE)).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert!((1..=2).contains(&passwords.hasher.memory.idle().len()));
        let kept = passwords.hasher.memory.idle().concat();
        assert!(kept.iter().all(|block| *block.as_ref() == [0; 128]));
        // One that needs more memory than is kept: right, and it is not kept.
        let larger = service(HashingOptions {
            memory_kib: 1024,
            ..cheap()
        });
        let hash = larger.hash(&password(CAFE)).await.unwrap();
        let verdict = check(&passwords, CAFE, hash.expose()).await;
        assert_eq!(verdict, OUTDATED);
        assert!((1..=2).contains(&passwords.hasher.memory.idle().len()));
        // One that needs less takes what is kept.
        let kept = larger.hasher.memory.idle().len();
        assert_eq!(check(&larger, CAFE, ID).await, OUTDATED);
        assert_eq!(larger.hasher.memory.idle().len(), kept);
    });
}

#[test]
fn debug_says_nothing() {
    let passwords = service(cheap());
    let dummy = passwords.hasher.dummy.to_text().unwrap();
    let text = format!("{passwords:#?}");
    for secret in dummy.split('$').skip(4) {
        assert!(!text.contains(secret), "{text}");
    }
    assert!(text.contains("m_cost: 64"), "{text}");
    assert!(!text.contains("dummy"), "{text}");
}
