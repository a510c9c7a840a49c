//! `health`: probes the service on this machine, for a container's health check.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;

use super::context;

/// Longest wait for the service: a little more than its own limit.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Debug, Args)]
pub(super) struct Command {
    /// Check only whether the process serves, not its database
    #[arg(long)]
    live: bool,
}

pub(super) fn run(command: &Command) -> anyhow::Result<()> {
    let (settings, rocket) = context::settings(&context::figment())?;
    let address = SocketAddr::new(reachable(rocket.address), rocket.port);
    let probe = if command.live { "live" } else { "ready" };
    let path = format!("{}/health/{probe}", settings.base);
    let answer = get(address, &path).with_context(|| format!("no answer from {address}"))?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    if head.split(' ').nth(1) != Some("200") {
        bail!("not {probe}: {body}");
    }
    context::print_line(probe)?;
    Ok(())
}

/// Returns the loopback address for a service that listens on all addresses.
fn reachable(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        address => address,
    }
}

/// Sends a request on a new connection. HTTP/1.0: the response ends with the connection.
fn get(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
