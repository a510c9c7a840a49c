//! Why a TLS handshake with Postgres failed, in words for an operator.

use std::io;

use rustls::{CertificateError, Error as TlsError};

const ROOT: &str = "name the authority that signed it: sslrootcert=/path/to/ca.pem in DATABASE_URL";

/// Returns what is wrong and what to do, to follow the server's address.
pub(super) fn reason(error: &io::Error, host: &str) -> String {
    let tls = error.get_ref().and_then(|source| source.downcast_ref());
    match tls {
        Some(TlsError::InvalidCertificate(error)) => of_certificate(error, host),
        Some(error) => format!("fails in the TLS handshake: {error}"),
        None => format!("fails in the TLS handshake: {error}"),
    }
}

fn of_certificate(error: &CertificateError, host: &str) -> String {
    match error {
        CertificateError::NotValidForName => {
            format!(
                "has a certificate that is not for {host}: {}",
                connect_by_name("")
            )
        }
        CertificateError::NotValidForNameContext { presented, .. } => {
            let names: Vec<_> = presented.iter().map(|name| bare(name)).collect();
            let names = format!(" ({})", names.join(", "));
            format!(
                "has a certificate that is not for {host}: {}",
                connect_by_name(&names)
            )
        }
        // The second: an authority of the same name, with another key.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            format!("has a certificate of an unknown authority: {ROOT}")
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "has a certificate that has expired: renew it, or set this machine's clock".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "has a certificate that is not valid yet: set this machine's clock".to_owned()
        }
        other => format!(
            "has a certificate that cannot be verified ({other}); a self-signed certificate is \
             no authority: create a CA and sign the server's certificate with it"
        ),
    }
}

/// Returns the name alone: the library has it as `DnsName("db.example")`, or `IpAddress(10.0.0.1)`.
fn bare(presented: &str) -> &str {
    let inner = presented
        .split_once('(')
        .and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.unwrap_or(presented).trim_matches('"')
}

fn connect_by_name(names: &str) -> String {
    format!("connect by a name that the certificate has{names}, or issue one for this name")
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use rustls::pki_types::ServerName;

    use super::*;

    #[test]
    fn each_reason_says_what_to_do() {
        let name = ServerName::try_from("db.example").unwrap();
        let presented = ["DnsName(\"other.example\")", "IpAddress(10.0.0.1)", "?"];
        let presented = presented.map(str::to_owned).to_vec();
        for (error, says) in [
            (CertificateError::NotValidForName, "is not for db.example"),
            (
                CertificateError::NotValidForNameContext {
                    expected: name.to_owned(),
                    presented,
                },
                "a name that the certificate has (other.example, 10.0.0.1, ?)",
            ),
            (CertificateError::UnknownIssuer, "sslrootcert="),
            (CertificateError::BadSignature, "sslrootcert="),
            (CertificateError::Expired, "renew it"),
            (CertificateError::NotValidYet, "clock"),
            (CertificateError::BadEncoding, "create a CA"),
        ] {
            let error = io::Error::new(ErrorKind::InvalidData, TlsError::from(error));
            let reason = reason(&error, "db.example");
            assert!(reason.contains(says), "{reason}");
        }
        let error = io::Error::new(ErrorKind::InvalidData, TlsError::DecryptError);
        assert!(reason(&error, "db.example").contains("TLS handshake"));
    }
}
