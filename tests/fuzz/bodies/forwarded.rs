//! The client is the socket itself, or an address that the header names; a trusted proxy only if
//! the header names no client behind it; and the header of a sender that is no proxy is ignored.

use std::net::IpAddr;

use ipnet::IpNet;
use rocket_accounts::http::fuzzing::client_address;

pub(crate) fn run(bytes: &[u8]) {
    let Ok(header) = std::str::from_utf8(bytes) else {
        return;
    };
    let trusted: Vec<IpNet> = ["127.0.0.1/32", "10.0.0.0/8", "fd00::/8"]
        .map(|network| network.parse().unwrap())
        .into();
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let sender: IpAddr = "192.0.2.1".parse().unwrap();
    assert_eq!(client_address(sender, header, &trusted), sender);
    let proxy: IpAddr = "127.0.0.1".parse().unwrap();
    let client = client_address(proxy, header, &trusted);
    assert_eq!(client, client.to_canonical());
    // What a client sends along stands to the left, and does not change the address that is found.
    let spoofed = client_address(proxy, &format!("203.0.113.9,10.0.0.9,{header}"), &trusted);
    if !is_trusted(&client) {
        assert_eq!(spoofed, client, "{header:?}");
        assert!(header.contains(['.', ':']));
    }
    // With a proxy of ours behind it the answer is the same.
    let longer = client_address(proxy, &format!("{header},10.0.0.9"), &trusted);
    if !is_trusted(&client) {
        assert_eq!(longer, client, "{header:?}");
    }
}
