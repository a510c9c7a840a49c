//! A change of settings, one replica after the other: both serve the same sessions meanwhile.

use accounts_testkit::{Backend, Place, Service, place};

fn serve(place: &Place, access: &str, idle: &str, absolute: &str) -> Service {
    let settings = [
        ("ACCOUNTS_TOKEN__ACCESS_LIFETIME", access),
        ("ACCOUNTS_SESSION__IDLE", idle),
        ("ACCOUNTS_SESSION__ABSOLUTE", absolute),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
    place.serve_on_with(0, &settings)
}

/// Tokens of the one settings are good under the other, both ways.
pub(crate) fn other_lifetimes_end_no_session(backend: Backend) {
    let place = place!()
        .on(backend)
        .cheap_hashing()
        .set("ACCOUNTS_SESSION__REUSE_GRACE", "0s")
        .set("ACCOUNTS_THROTTLE__ENABLED", "false");
    let long = serve(&place, "60m", "60d", "90d");
    let short = serve(&place, "5m", "1d", "2d");
    for (number, (from, to)) in [(&long, &short), (&short, &long)].into_iter().enumerate() {
        let mut ada = from.browser();
        ada.register(&format!("ada{number}")).expect(201);
        for replica in [to, from, to, from] {
            ada.move_to(replica.client());
            ada.get("user/").expect(200);
            ada.forget("access_token");
            ada.refresh().expect(200);
        }
        ada.log_out().expect(200);
    }
}
