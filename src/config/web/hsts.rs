//! Section `hsts`: for how long returning browsers accept only https (RFC 6797).

use chrono::TimeDelta;

use crate::config::reader::Reader;

/// `Strict-Transport-Security`, sent if the public origin is https.
#[derive(Debug, Clone)]
pub struct HstsSettings {
    /// Whether it is sent at all.
    pub enabled: bool,
    /// `max-age`; zero makes browsers forget the policy.
    pub max_age: TimeDelta,
    /// Whether it covers all subdomains.
    pub include_subdomains: bool,
    /// Whether the owner consents to the preload lists of browsers.
    pub preload: bool,
}

impl HstsSettings {
    /// The minimum of ASVS 5.0 3.4.1 and of the preload list.
    pub(crate) const ONE_YEAR: TimeDelta = TimeDelta::days(365);

    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        let read = Self {
            enabled: reader.bool("hsts.enabled", true),
            max_age: reader.duration("hsts.max_age", "365d", "0s", "730d"),
            include_subdomains: reader.bool("hsts.include_subdomains", false),
            preload: reader.bool("hsts.preload", false),
        };
        let may_preload = read.enabled && read.include_subdomains && read.max_age >= Self::ONE_YEAR;
        if read.preload && !may_preload {
            reader.problem(
                "hsts.preload",
                "is true, but the preload list does not accept the policy",
                "remove it, or set accounts.hsts.include_subdomains = true and a max_age of 365d or \
                 more: the domain and every host below it then has to speak https for years",
            );
        }
        read
    }
}
