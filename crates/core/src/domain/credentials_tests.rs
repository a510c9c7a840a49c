//! What usernames and passwords may be.

use super::*;

#[test]
fn username_rules() {
    assert_eq!(Username::parse(""), Err(UsernameError::Empty));
    assert_eq!(
        Username::parse(&"a".repeat(151)),
        Err(UsernameError::TooLong)
    );
    for bad in ["a b", "ada\0", "ädä", "a/b", "\u{212a}elvin", " ada"] {
        assert_eq!(
            Username::parse(bad),
            Err(UsernameError::Character),
            "{bad:?}"
        );
    }
    let name = Username::parse("Ada.L@example+1_-").map(|n| n.key().as_str().to_owned());
    assert_eq!(name.as_deref(), Ok("ada.l@example+1_-"));
    assert!(Username::parse(&"a".repeat(150)).is_ok());
}

#[test]
fn blanks_around_a_typed_name_are_no_part_of_it() {
    for typed in ["ada", " ada", "ada\t", "\r\n ada \n"] {
        assert_eq!(Username::trim(typed), "ada", "{typed:?}");
    }
    // Others are characters that no name may hold.
    for typed in ["\u{a0}ada", "ada\u{200b}", "ada\0", "a da", "\u{b}ada"] {
        assert_eq!(Username::trim(typed), typed, "{typed:?}");
    }
    assert_eq!(Username::trim(" \t\r\n"), "");
}

#[test]
fn password_is_taken_as_typed() {
    let typed = "  pass word \u{fb01} ";
    let password = Password::parse(typed.into());
    assert_eq!(password.as_ref().map(Password::expose), Ok(typed));
}

#[test]
fn password_limits() {
    let parse = |text: String| Password::parse(text.into()).map(|_| ());
    assert_eq!(parse(String::new()), Err(PasswordError::Empty));
    assert_eq!(parse("x".repeat(256)), Ok(()));
    assert_eq!(parse("x".repeat(257)), Err(PasswordError::TooLong));
    // 256 characters of four bytes are exactly the byte limit.
    assert_eq!(parse("\u{1f600}".repeat(256)), Ok(()));
    assert_eq!(parse("a\0b".into()), Err(PasswordError::Nul));
    let short = Password::parse_new("\u{e9}".repeat(11).into(), 12).map(|_| ());
    assert_eq!(short, Err(PasswordError::TooShort(12)));
    assert!(Password::parse_new("\u{e9}".repeat(12).into(), 12).is_ok());
}

#[test]
fn debug_says_nothing() {
    let password = Password::parse("canary-password".into());
    assert!(!format!("{password:?}").contains("canary"));
    let hash = PasswordHash::new("$argon2id$canary".into());
    assert!(!format!("{hash:?}").contains("canary"));
}
