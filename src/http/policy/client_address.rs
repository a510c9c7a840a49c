//! The client's address behind proxies.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

/// Returns the right-most hop that is not one of our proxies. Everything to the left of it is
/// claimed by that hop and can be forged (ASVS 5.0 4.1.3); so is the whole header if the socket is
/// not a proxy of ours. An invalid hop ends the search at the last valid one.
pub(crate) fn behind_proxies(socket: IpAddr, forwarded: &str, trusted: &[IpNet]) -> IpAddr {
    let mut address = socket.to_canonical();
    for hop in forwarded.rsplit(',') {
        if !trusted.iter().any(|network| network.contains(&address)) {
            break;
        }
        match parse(hop.trim()) {
            Some(hop) => address = hop.to_canonical(),
            None => break,
        }
    }
    address
}

/// Returns an address as proxies write it: bare, with a port, in brackets.
fn parse(hop: &str) -> Option<IpAddr> {
    let with_port = || hop.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    let bracketed = || hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    hop.parse().ok().or_else(with_port).or_else(bracketed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(socket: &str, forwarded: &str) -> String {
        let trusted = ["127.0.0.1/32", "10.0.0.0/8", "fd00::/8"].map(|net| net.parse().unwrap());
        behind_proxies(socket.parse().unwrap(), forwarded, &trusted).to_string()
    }

    #[test]
    fn strangers_are_not_believed() {
        assert_eq!(client("192.0.2.1", "198.51.100.7"), "192.0.2.1");
        assert_eq!(client("192.0.2.1", ""), "192.0.2.1");
        assert_eq!(client("::ffff:192.0.2.1", "198.51.100.7"), "192.0.2.1");
    }

    #[test]
    fn the_right_most_hop_that_is_no_proxy_of_ours_is_the_client() {
        assert_eq!(client("10.0.0.2", "192.0.2.1"), "192.0.2.1");
        assert_eq!(client("::ffff:10.0.0.2", "192.0.2.1"), "192.0.2.1");
        // What the client itself sent is on the left.
        assert_eq!(
            client("127.0.0.1", "10.9.9.9, 203.0.113.9, 192.0.2.1"),
            "192.0.2.1"
        );
        assert_eq!(
            client("127.0.0.1", "198.51.100.7, 192.0.2.1, 10.0.0.3"),
            "192.0.2.1"
        );
        assert_eq!(client("fd00::1", "2001:db8::7"), "2001:db8::7");
        assert_eq!(client("127.0.0.1", "[2001:db8::7]:4711"), "2001:db8::7");
        assert_eq!(client("127.0.0.1", "192.0.2.1:4711"), "192.0.2.1");
        assert_eq!(client("127.0.0.1", "[2001:db8::7]"), "2001:db8::7");
    }

    #[test]
    fn what_cannot_be_read_ends_the_search() {
        assert_eq!(client("127.0.0.1", ""), "127.0.0.1");
        assert_eq!(client("127.0.0.1", "192.0.2.1, unknown"), "127.0.0.1");
        assert_eq!(
            client("127.0.0.1", "192.0.2.1, nonsense, 10.0.0.3"),
            "10.0.0.3"
        );
        assert_eq!(client("127.0.0.1", "192.0.2.1,"), "127.0.0.1");
        assert_eq!(client("127.0.0.1", "10.0.0.1, 10.0.0.2"), "10.0.0.1");
    }
}
