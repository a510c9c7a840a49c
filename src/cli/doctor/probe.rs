//! Requests to the service, and their responses.

use std::time::Duration;

use anyhow::{anyhow, ensure};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use ureq::Agent;
use ureq::http::Request;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{Connector as _, TcpConnector};

use super::tls::Https;
use super::trouble;

/// Longer than the service takes to answer that it is unavailable.
const PATIENCE: Duration = Duration::from_secs(10);

/// The parts of a response that checks use.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) status: u16,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Seen {
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.headers.iter().filter(move |(found, _)| found == name);
        named.map(|(_, value)| value.as_str())
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns a string member of the JSON body.
    pub(super) fn member(&self, name: &str) -> Option<String> {
        let body: serde_json::Value = serde_json::from_str(&self.body).ok()?;
        Some(body.get(name)?.as_str()?.to_owned())
    }
}

fn certificates(pem: &[u8]) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let certificates = read.map_err(|_| anyhow!("--ca-file is not a PEM file"))?;
    ensure!(
        !certificates.is_empty(),
        "--ca-file has no certificate (PEM)"
    );
    Ok(certificates)
}

/// Sends requests below one address, without following redirects or using a proxy of the
/// environment.
pub(super) struct Probe {
    agent: Agent,
    root: String,
}

impl Probe {
    /// Sends below `root`; `roots` are certificates in PEM that are trusted instead of the public
    /// ones.
    pub(super) fn new(root: String, roots: Option<&[u8]>) -> anyhow::Result<Self> {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .timeout_global(Some(PATIENCE))
            .user_agent("rocket-accounts doctor")
            .build();
        let agent = match roots {
            Some(pem) => {
                let https = Https::trusting(certificates(pem)?)?;
                let connector = TcpConnector::default().chain(https);
                Agent::with_parts(config, connector, DefaultResolver::default())
            }
            None => config.new_agent(),
        };
        Ok(Self { agent, root })
    }

    /// Sends a request without a body; the error is a message for the operator.
    pub(super) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<Seen, String> {
        let url = format!("{}/{path}", self.root);
        let mut request = Request::builder().method(method).uri(&url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let message = |error: ureq::Error| format!("{method} {url}: {}", trouble::describe(&error));
        let request = request.body(()).map_err(|error| message(error.into()))?;
        let mut answer = self.agent.run(request).map_err(message)?;
        let headers = answer.headers().iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        Ok(Seen {
            status: answer.status().as_u16(),
            headers: headers.collect(),
            // A body that is not text is not of this service.
            body: answer.body_mut().read_to_string().unwrap_or_default(),
        })
    }
}
