//! `doctor` in front of certificates that no public authority signed.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

use accounts_testkit::{Case, Outcome, RunningService, TestService, cases, test_service};
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, date_time_ymd};
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

pub(crate) fn cases() -> Vec<Case> {
    cases![
        a_self_signed_certificate_is_believed_if_it_is_named,
        a_certificate_that_is_named_still_needs_name_and_time,
        a_certificate_of_somebody_else_is_not_believed
    ]
}

/// A service on https, with a certificate that it signed for itself.
struct Site {
    fixture: TestService,
    _service: RunningService,
    origin: String,
}

impl Site {
    /// As `openssl req -x509` makes it: an authority's, until `change`.
    fn with(change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        certificate.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        change(&mut certificate);
        let key = KeyPair::generate().unwrap();
        let certificate = certificate.self_signed(&key).unwrap();
        let provider = Arc::new(default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::Pkcs8(key.serialize_der().into()),
            )
            .unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let origin = format!("https://localhost:{port}");
        let fixture = test_service!()
            .set("ACCOUNTS_PUBLIC_ORIGIN", &origin)
            .set("ACCOUNTS_PROXY__TRUSTED", "127.0.0.1")
            .set("ACCOUNTS_COOKIE__ALLOW_INSECURE", "false");
        fixture.write("own.pem", &certificate.pem());
        let service = fixture.serve();
        terminate(listener, Arc::new(config), service.address());
        Self {
            fixture,
            _service: service,
            origin,
        }
    }

    fn doctor(&self, options: &[&str]) -> Outcome {
        let asked = ["doctor", "--frontend", &self.origin, "--api", &self.origin];
        self.fixture.run(&[&asked[..], options].concat())
    }
}

/// Passes requests on, one a connection. Its thread ends with the process.
fn terminate(listener: TcpListener, config: Arc<ServerConfig>, service: SocketAddr) {
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let config = config.clone();
            // A client that does not believe the certificate hangs up.
            std::thread::spawn(move || drop(pass_on(stream, config, service)));
        }
    });
}

fn pass_on(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    service: SocketAddr,
) -> std::io::Result<()> {
    let connection = ServerConnection::new(config).map_err(std::io::Error::other)?;
    let mut client = StreamOwned::new(connection, stream);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        head.extend(byte);
    }
    head.truncate(head.len() - 2);
    head.extend(b"Connection: close\r\nX-Forwarded-For: 127.0.0.1\r\n\r\n");
    let mut behind = TcpStream::connect(service)?;
    behind.write_all(&head)?;
    if head.starts_with(b"POST") {
        // It comes in chunks, and has none.
        let mut end = [0; 5];
        client.read_exact(&mut end)?;
        behind.write_all(&end)?;
    }
    let mut answer = Vec::new();
    behind.read_to_end(&mut answer)?;
    client.write_all(&answer)?;
    client.conn.send_close_notify();
    client.flush()
}

/// What a library would print of its own values.
const VALUES: [&str; 6] = [
    "UnknownIssuer",
    "CaUsedAsEndEntity",
    "Other(",
    "InvalidCertificate",
    "Some(",
    "[(",
];

fn a_self_signed_certificate_is_believed_if_it_is_named() {
    for is_ca in [
        IsCa::Ca(BasicConstraints::Unconstrained),
        IsCa::ExplicitNoCa,
        IsCa::NoCa,
    ] {
        let site = Site::with(|certificate| certificate.is_ca = is_ca);
        site.doctor(&["--ca-file", "own.pem"])
            .expect(0)
            .prints("no problems found");
        let refused = site.doctor(&[]);
        refused
            .expect(1)
            .prints("FAILS unreachable")
            .prints("--ca-file FILE")
            .reveals_none_of(&VALUES);
    }
}

fn a_certificate_that_is_named_still_needs_name_and_time() {
    let site = Site::with(|certificate| {
        certificate.not_before = date_time_ymd(2020, 1, 1);
        certificate.not_after = date_time_ymd(2021, 1, 1);
    });
    let expired = site.doctor(&["--ca-file", "own.pem"]);
    expired
        .expect(1)
        .prints("has expired")
        .reveals_none_of(&VALUES);

    let site = Site::with(|certificate| {
        certificate.subject_alt_names =
            vec![rcgen::SanType::DnsName("app.test".try_into().unwrap())];
    });
    let named = site.doctor(&["--ca-file", "own.pem"]);
    named
        .expect(1)
        .prints("for another host name")
        .reveals_none_of(&VALUES);
}

fn a_certificate_of_somebody_else_is_not_believed() {
    let (site, other) = (Site::with(|_| {}), Site::with(|_| {}));
    let theirs = other.fixture.path().join("own.pem");
    let refused = site.doctor(&["--ca-file", theirs.to_str().unwrap()]);
    refused
        .expect(1)
        .prints("FAILS unreachable")
        .reveals_none_of(&VALUES);
    site.fixture.write("empty.pem", "");
    let refused = site.doctor(&["--ca-file", "empty.pem"]);
    refused.expect(1).says("--ca-file has no certificate");
}
