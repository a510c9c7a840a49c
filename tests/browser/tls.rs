//! https in front of plain http, with a certificate of its own: which host a connection asks for
//! decides where it leads.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

/// A terminator on a port that the system chose; it ends when it goes out of scope.
pub(crate) struct Terminator {
    runtime: Runtime,
    listener: Option<TcpListener>,
    port: u16,
    hosts: Vec<String>,
}

impl Terminator {
    /// Takes a port for `hosts`, before it is known where they lead.
    pub(crate) fn bind(hosts: &[&str]) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        Self {
            port: listener.local_addr().unwrap().port(),
            runtime,
            listener: Some(listener),
            hosts: hosts.iter().map(|&host| host.to_owned()).collect(),
        }
    }

    /// The origin of a host.
    pub(crate) fn origin(&self, host: &str) -> String {
        format!("https://{host}:{}", self.port)
    }

    /// Leads each connection to the address of its host, and closes those to any other.
    pub(crate) fn lead(&mut self, to: HashMap<String, SocketAddr>) {
        let listener = self.listener.take().unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(self.certify()));
        self.runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, to) = (acceptor.clone(), to.clone());
                // A browser opens connections that it does not use: their errors are no news.
                tokio::spawn(async move {
                    let mut outer = acceptor.accept(stream).await.ok()?;
                    let address = to.get(outer.get_ref().1.server_name()?)?;
                    let mut inner = TcpStream::connect(address).await.ok()?;
                    copy_bidirectional(&mut outer, &mut inner).await.ok()
                });
            }
        });
    }

    fn certify(&self) -> ServerConfig {
        let pair = rcgen::generate_simple_self_signed(self.hosts.clone()).unwrap();
        let key = PrivatePkcs8KeyDer::from(pair.signing_key.serialize_der());
        ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![pair.cert.der().clone()], key.into())
            .unwrap()
    }
}
