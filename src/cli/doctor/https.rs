//! Checks of responses for https. Pure functions of a response.

use super::probe::Seen;
use crate::config::HstsSettings;
use crate::config::deployment_check::Finding;

/// Checks `Strict-Transport-Security` on https, where `written` is the value of these settings.
pub(super) fn hsts(seen: &Seen, written: Option<&str>) -> Option<Finding> {
    let arrived: Vec<_> = seen.all("strict-transport-security").collect();
    let finding = match (&arrived[..], written) {
        ([one], Some(written)) if *one != written => {
            let what = format!(
                "Strict-Transport-Security arrives as {one:?}, these settings write {written:?}"
            );
            Finding::warns("hsts", what)
                .because("a proxy replaced it, or the running service has other settings")
                .change("let the proxy forward it, or set accounts.hsts.enabled = false and leave it to the proxy")
        }
        ([one], _) if !is_for_a_year(one) => {
            let what = format!("Strict-Transport-Security {one:?} is for less than a year");
            Finding::warns("hsts", what)
                .because("ASVS 5.0 3.4.1 asks for at least a year, during which a browser that has visited the site refuses plain http")
                .change("set max-age to 31536000 once https is permanent (accounts.hsts.max_age = \"365d\")")
        }
        ([_], _) => return None,
        _ => Finding::warns(
            "hsts",
            "Strict-Transport-Security does not arrive exactly once",
        )
        .because("of several, browsers read the first (RFC 6797 section 8.1)")
        .change(
            "set accounts.public_origin to https, and let only one of service and proxy send it: \
             accounts.hsts.enabled = false leaves it to the proxy",
        ),
    };
    Some(finding)
}

/// Returns whether `max-age`, quoted or not (RFC 6797 section 6.1), is a year or more.
fn is_for_a_year(policy: &str) -> bool {
    let mut directives = policy.split(';').filter_map(|text| text.split_once('='));
    let seconds = directives
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("max-age"))
        .and_then(|(_, value)| value.trim().trim_matches('"').parse::<i64>().ok());
    seconds.is_some_and(|seconds| seconds >= HstsSettings::ONE_YEAR.num_seconds())
}

/// Checks the response on port 80 of a host with https.
pub(super) fn plain_http(seen: &Seen) -> Option<Finding> {
    let leads_on = seen
        .header("location")
        .is_some_and(|there| there.starts_with("https://"));
    (!leads_on || seen.header("set-cookie").is_some()).then(|| {
        let what = format!(
            "plain http answers {} and does not redirect to https",
            seen.status
        );
        Finding::warns("plain_http", what)
            .because(
                "a first visit uses plain http, and could send passwords over it (ASVS 5.0 12.2.1)",
            )
            .change("redirect port 80 to https, or close it")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(status: u16, headers: &[(&str, &str)]) -> Seen {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Seen {
            status,
            headers: headers.iter().map(owned).collect(),
            body: String::new(),
        }
    }

    #[test]
    fn https_is_insisted_on_once_for_a_year_and_as_written() {
        const YEAR: &str = "max-age=31536000";
        let found = |values: &[&str], written: Option<&str>| {
            let name = "strict-transport-security";
            let headers: Vec<_> = values.iter().map(|value| (name, *value)).collect();
            hsts(&seen(200, &headers), written).map_or_else(String::new, |finding| finding.what)
        };
        assert_eq!(found(&[YEAR], Some(YEAR)), "");
        // Left to the proxy, in any form that is for a year.
        for good in [
            YEAR,
            "max-age=31536000; includeSubDomains",
            "includeSubDomains;MAX-AGE=\"63072000\"",
        ] {
            assert_eq!(found(&[good], None), "", "{good}");
        }
        for (values, written, says) in [
            (&[YEAR, YEAR][..], Some(YEAR), "exactly once"),
            (&[], Some(YEAR), "exactly once"),
            (&[], None, "exactly once"),
            (
                &["max-age=31536000; includeSubDomains"],
                Some(YEAR),
                "these settings write",
            ),
            (&["max-age=31535999"], None, "less than a year"),
            (&["max-age=300"], Some("max-age=300"), "less than a year"),
            (&["max-age=0"], Some("max-age=0"), "less than a year"),
            (&["includeSubDomains"], None, "less than a year"),
        ] {
            let what = found(values, written);
            assert!(what.contains(says), "{values:?}, {written:?}: {what:?}");
        }
    }

    #[test]
    fn plain_http_leads_to_https_and_sets_nothing() {
        let found = |seen: &Seen| plain_http(seen).map_or("", |finding| finding.rule);
        let there = ("location", "https://app.example/");
        assert_eq!(found(&seen(308, &[there])), "");
        for bad in [
            seen(200, &[]),
            seen(302, &[("location", "http://app.example/")]),
            seen(308, &[there, ("set-cookie", "a=b")]),
        ] {
            assert_eq!(found(&bad), "plain_http");
        }
    }
}
