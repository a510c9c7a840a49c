//! https to a server with a certificate of its own.

use std::fmt;
use std::io;
use std::net::TcpStream;
use std::sync::Arc;

use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// Believes one certificate. Lives as long as the process, so that a client of it can be copied.
#[derive(Clone, Copy)]
pub struct Tls {
    config: &'static Arc<ClientConfig>,
    name: &'static str,
}

impl Tls {
    /// To a server with this certificate (DER) for this name.
    pub fn new(certificate: Vec<u8>, name: &'static str) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(certificate)).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            config: Box::leak(Box::new(Arc::new(config))),
            name,
        }
    }

    pub(crate) fn over(
        self,
        stream: TcpStream,
    ) -> io::Result<StreamOwned<ClientConnection, TcpStream>> {
        let name = ServerName::try_from(self.name).unwrap();
        let connection = ClientConnection::new(Arc::clone(self.config), name);
        let connection = connection.map_err(io::Error::other)?;
        Ok(StreamOwned::new(connection, stream))
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tls({})", self.name)
    }
}
