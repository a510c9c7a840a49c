//! Which paths are below the base.

/// Returns whether a raw path is the base or below it, as Rocket's router sees paths: repeated
/// slashes are one.
pub(crate) fn is_below(path: &str, base: &str) -> bool {
    let mut path = path.split('/').filter(|segment| !segment.is_empty());
    let mut base = base.split('/').filter(|segment| !segment.is_empty());
    base.all(|segment| path.next() == Some(segment))
}

#[cfg(test)]
mod tests {
    use super::is_below;

    #[test]
    fn paths_are_compared_as_the_router_does() {
        for path in [
            "/accounts",
            "/accounts/",
            "//accounts//user",
            "/accounts/x/y",
        ] {
            assert!(is_below(path, "/accounts"), "{path}");
        }
        for path in ["/", "/accountsx", "/api/accounts", ""] {
            assert!(!is_below(path, "/accounts"), "{path}");
        }
        assert!(is_below("/api/auth/user", "/api/auth"));
    }
}
