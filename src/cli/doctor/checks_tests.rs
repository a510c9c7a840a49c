//! Responses that proxies broke.

use super::*;

fn seen(status: u16, headers: &[(&str, &str)], body: &str) -> Seen {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Seen {
        status,
        headers: headers.iter().map(owned).collect(),
        body: body.to_owned(),
    }
}

fn rule(finding: Option<Finding>) -> &'static str {
    finding.map_or("", |finding| finding.rule)
}

#[test]
fn an_answer_that_is_not_the_services_is_told_for_what_it_is() {
    let html = not_the_service(&seen(200, &[], "<html>"));
    assert!(
        html.what.contains("not a response of this service"),
        "{html}"
    );
    let down = not_the_service(&seen(503, &[], "{\"code\":\"unavailable\"}"));
    assert!(down.what.contains("503 unavailable"), "{down}");
    let moved = not_the_service(&seen(301, &[("location", "/x")], ""));
    assert!(moved.what.contains("redirected to /x"), "{moved}");
}

#[test]
fn cross_origin_headers_come_once_and_exact() {
    const NAME: &str = "access-control-allow-origin";
    let page = Origin::parse("https://app.example").unwrap();
    let with = |values: &[&str]| {
        let headers: Vec<_> = values.iter().map(|value| (NAME, *value)).collect();
        seen(200, &headers, "")
    };
    let own = "https://app.example";
    for (values, found) in [
        (&[][..], ""),
        (&[own], ""),
        (&[own, own], "cors_header"),
        (&["*"], "cors_header"),
        (&["https://other.example"], "cors_header"),
    ] {
        assert_eq!(rule(cors(&with(values), &page)), found, "{values:?}");
    }
    let foreign = "https://doctor.invalid";
    for (values, found) in [
        (&[][..], ""),
        (&[own], ""),
        (&[foreign], "cors_for_anybody"),
        (&["*"], "cors_for_anybody"),
    ] {
        let found_now = rule(foreign_cors(&with(values), foreign));
        assert_eq!(found_now, found, "{values:?}");
    }
    let permission = [(NAME, own), ("access-control-allow-credentials", "true")];
    assert_eq!(rule(preflight(&seen(204, &permission, ""), &page)), "");
    assert_eq!(
        rule(preflight(&seen(204, &permission[..1], ""), &page)),
        "preflight"
    );
    assert_eq!(
        rule(preflight(&seen(405, &permission, ""), &page)),
        "preflight"
    );
}

#[test]
fn what_is_kept_on_the_way_is_seen() {
    let fresh = [("cache-control", "no-store")];
    let body = |token: &str| format!("{{\"token\":\"{token}\"}}");
    assert_eq!(rule(cached("a", &seen(200, &fresh, &body("b")))), "");
    assert_eq!(rule(cached("a", &seen(200, &fresh, &body("a")))), "cached");
    assert_eq!(rule(cached("a", &seen(200, &[], &body("b")))), "cached");
    let old = [fresh[0], ("age", "3")];
    assert_eq!(rule(cached("a", &seen(200, &old, &body("b")))), "cached");
    assert_eq!(rule(cookie_arrives(6, 6)), "");
    assert_eq!(rule(cookie_arrives(3, 6)), "replicas_differ");
    assert_eq!(rule(cookie_arrives(0, 6)), "cookie_lost");
}

#[test]
fn headers_that_do_not_arrive_are_named() {
    let (no, yes) = ("refresh_token_missing", "csrf_failed");
    assert_eq!(origin_arrives(yes, yes), None);
    assert_eq!(origin_arrives("too_many_attempts", yes), None);
    for (site, origin, name) in [
        (no, yes, "Sec-Fetch-Site "),
        (yes, no, "Origin "),
        (no, no, "neither"),
    ] {
        let finding = origin_arrives(site, origin).unwrap();
        assert!(finding.what.starts_with(name), "{finding}");
    }
    assert_eq!(rule(page_is_let_in(yes)), "front_end_refused");
    assert_eq!(rule(page_is_let_in(no)), "");
}

#[test]
fn clocks_that_differ_by_a_minute_are_named() {
    let date = [("date", "Tue, 24 Nov 2026 12:00:00 GMT")];
    let at = |time: &str| format!("2026-11-24T{time}Z").parse().unwrap();
    assert_eq!(rule(clock(&seen(200, &date, ""), at("12:00:50"))), "");
    for time in ["12:01:01", "11:58:59"] {
        assert_eq!(rule(clock(&seen(200, &date, ""), at(time))), "clock_skew");
    }
}
