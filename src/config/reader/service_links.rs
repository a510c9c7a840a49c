//! Variables that Kubernetes sets in a pod for each Service of its namespace. Those of a Service
//! called `accounts` or `accounts-db` have the prefix of our settings, and one called `rocket` sets
//! Rocket's port to a URL. They are left out, but no variable that only looks similar.
//!
//! <https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables>

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

use figment::providers::Env;

const PROTOCOLS: [&str; 3] = ["tcp", "udp", "sctp"];

/// Returns the variables with `prefix`, without those of Services.
#[must_use]
pub fn environment(prefix: &str) -> Env {
    let links = links(prefix);
    let links: BTreeSet<_> = links
        .iter()
        .map(|name| name[prefix.len()..].to_owned())
        .collect();
    Env::prefixed(prefix).filter(move |key| {
        let name = key.as_str().to_uppercase();
        !links.contains(&name)
    })
}

/// Returns the names of the variables with `prefix` that Kubernetes set.
pub(in crate::config) fn links(prefix: &str) -> Vec<String> {
    let variables = std::env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        Some((name, value.into_string().ok()?))
    });
    among(prefix, &variables.collect())
}

fn among(prefix: &str, variables: &BTreeMap<String, String>) -> Vec<String> {
    let services: Vec<_> = variables
        .keys()
        .filter(|name| name.starts_with(prefix))
        .filter_map(|name| name.strip_suffix("_SERVICE_HOST"))
        .filter(|service| is_service(service, variables))
        .collect();
    let is_link = |(name, value): &(&String, &String)| {
        let of = |service: &&str| {
            let rest = name.strip_prefix(*service)?.strip_prefix('_')?;
            is_made(rest, value).then_some(())
        };
        services.iter().any(|service| of(service).is_some())
    };
    let links = variables.iter().filter(is_link);
    links.map(|(name, _)| name.clone()).collect()
}

/// Returns whether the variables describe a Service: each has an address and a port.
fn is_service(service: &str, variables: &BTreeMap<String, String>) -> bool {
    let value = |name: &str| variables.get(&format!("{service}_{name}"));
    value("SERVICE_HOST").is_some_and(|value| is_address(value))
        && value("SERVICE_PORT").is_some_and(|value| is_port(value))
}

/// Returns whether name and value are those that Kubernetes sets for a Service.
fn is_made(name: &str, value: &str) -> bool {
    match name {
        "SERVICE_HOST" => is_address(value),
        "SERVICE_PORT" => is_port(value),
        "PORT" => is_url(value),
        _ => match name.strip_prefix("SERVICE_PORT_") {
            Some(port_name) => !port_name.is_empty() && is_port(value),
            None => name
                .strip_prefix("PORT_")
                .is_some_and(|port| is_of_port(port, value)),
        },
    }
}

/// Returns whether a name is like `8000_TCP`, `8000_TCP_PROTO`, `8000_TCP_PORT` or `8000_TCP_ADDR`.
fn is_of_port(name: &str, value: &str) -> bool {
    let mut words = name.split('_');
    let (number, protocol) = (words.next(), words.next());
    let is_known = |protocol: &str| {
        let lower = protocol.to_ascii_lowercase();
        PROTOCOLS.contains(&lower.as_str()) && lower != protocol
    };
    if !number.is_some_and(is_port) || !protocol.is_some_and(is_known) {
        return false;
    }
    match (words.next(), words.next()) {
        (None, None) => is_url(value),
        (Some("PROTO"), None) => PROTOCOLS.contains(&value),
        (Some("PORT"), None) => is_port(value),
        (Some("ADDR"), None) => is_address(value),
        _ => false,
    }
}

fn is_address(value: &str) -> bool {
    value.parse::<IpAddr>().is_ok()
}

fn is_port(value: &str) -> bool {
    value.parse::<u16>().is_ok_and(|port| port > 0)
}

/// Returns whether a value is like `tcp://10.0.0.1:8000`.
fn is_url(value: &str) -> bool {
    value.split_once("://").is_some_and(|(protocol, at)| {
        PROTOCOLS.contains(&protocol) && at.parse::<SocketAddr>().is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICE: [(&str, &str); 8] = [
        ("SERVICE_HOST", "10.0.0.1"),
        ("SERVICE_PORT", "8000"),
        ("SERVICE_PORT_HTTP", "8000"),
        ("PORT", "tcp://10.0.0.1:8000"),
        ("PORT_8000_TCP", "tcp://10.0.0.1:8000"),
        ("PORT_8000_TCP_PROTO", "tcp"),
        ("PORT_8000_TCP_PORT", "8000"),
        ("PORT_8000_TCP_ADDR", "10.0.0.1"),
    ];

    fn found(variables: &[(&str, &str)]) -> Vec<String> {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        among("ACCOUNTS_", &variables.iter().map(own).collect())
    }

    #[test]
    fn all_of_a_service_is_found() {
        for service in ["ACCOUNTS", "ACCOUNTS_DB"] {
            let names = SERVICE.map(|(name, value)| (format!("{service}_{name}"), value));
            let names = names
                .each_ref()
                .map(|(name, value)| (name.as_str(), *value));
            assert_eq!(found(&names).len(), SERVICE.len(), "{service}");
        }
        let v6 = [
            ("ACCOUNTS_SERVICE_HOST", "fd00::1"),
            ("ACCOUNTS_SERVICE_PORT", "53"),
            ("ACCOUNTS_PORT", "udp://[fd00::1]:53"),
            ("ACCOUNTS_PORT_53_UDP", "udp://[fd00::1]:53"),
        ];
        assert_eq!(found(&v6).len(), 4);
        let elsewhere = SERVICE.map(|(name, value)| (format!("OTHER_{name}"), value));
        let elsewhere = elsewhere
            .each_ref()
            .map(|(name, value)| (name.as_str(), *value));
        assert_eq!(found(&elsewhere), [""; 0]);
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        let host = ("ACCOUNTS_SERVICE_HOST", "10.0.0.1");
        let port = ("ACCOUNTS_SERVICE_PORT", "8000");
        for alone in [host, port, ("ACCOUNTS_PORT", "tcp://10.0.0.1:8000")] {
            assert_eq!(found(&[alone]), [""; 0], "{alone:?}");
        }
        assert_eq!(
            found(&[("ACCOUNTS_SERVICE_HOST", "db.example"), port]),
            [""; 0]
        );
        for typo in [
            ("ACCOUNTS_PROT", "tcp://10.0.0.1:8000"),
            ("ACCOUNTS_PORT", "8000"),
            ("ACCOUNTS_PORT", "https://10.0.0.1:8000"),
            ("ACCOUNTS_PORT", "tcp://db.example:8000"),
            ("ACCOUNTS_PORT_8000", "tcp://10.0.0.1:8000"),
            ("ACCOUNTS_PORT_8000_TLS", "tcp://10.0.0.1:8000"),
            ("ACCOUNTS_PORT_8000_TCP_NAME", "tcp"),
            ("ACCOUNTS_PORT_8000_TCP_ADDR", "db.example"),
            ("ACCOUNTS_PORT_8000_TCP_ADDR_X", "10.0.0.1"),
            ("ACCOUNTS_SERVICE_PORT_", "8000"),
            ("ACCOUNTS_SERVICE_PORTS", "8000"),
            ("ACCOUNTS_SERVICE_PORT_HTTP", "http"),
            ("ACCOUNTS_SERVICE", "10.0.0.1"),
            ("ACCOUNTS_STORE", "memory"),
            ("ACCOUNTS_SESSION__CAP", "8000"),
        ] {
            let links = found(&[host, port, typo]);
            assert_eq!(links, [host.0, port.0], "{typo:?}");
        }
    }
}
