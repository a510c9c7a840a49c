//! Section `proxy`: which proxies are trusted with the client's address.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::config::reader::Reader;

/// Reverse proxies in front of the service.
#[derive(Debug, Clone, Default)]
pub struct ProxySettings {
    /// Networks whose `X-Forwarded-For` is trusted.
    pub trusted: Vec<IpNet>,
}

impl ProxySettings {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        const KEY: &str = "proxy.trusted";
        const EXAMPLE: &str = "[\"127.0.0.1\", \"10.0.0.0/8\", \"fd00::/8\"]";
        let mut trusted = Vec::new();
        for text in reader.texts(KEY, EXAMPLE) {
            match parse(&text) {
                Some(network) if network.prefix_len() == 0 => {
                    let fix = "name the networks of your own proxies";
                    reader.problem(KEY, "trusts every client's claim about its address", fix);
                }
                Some(network) => trusted.push(network),
                None => {
                    let fix = format!("write addresses or networks like {EXAMPLE}");
                    reader.problem(KEY, "holds an entry that is not a network", &fix);
                }
            }
        }
        Self { trusted }
    }
}

/// Returns a network, or an address as the network of that address alone.
fn parse(text: &str) -> Option<IpNet> {
    let network = text.parse::<IpNet>().ok();
    network.or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}
