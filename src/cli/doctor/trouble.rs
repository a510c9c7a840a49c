//! Why a request failed, in our own words: the messages of the libraries contain internal values.

use std::io;

use rustls::CertificateError as Certificate;
use ureq::Error;

const OWN: &str = "for a self-signed certificate, or one of a private authority, name its file: \
                   --ca-file FILE (PEM)";

/// Returns a description of the error, for an operator.
pub(super) fn describe(error: &Error) -> String {
    match error {
        Error::Io(error) => match tls_of(error) {
            Some(tls) => of_tls(tls),
            None => of_io(error),
        },
        Error::Rustls(error) => of_tls(error),
        Error::HostNotFound => "the host name is unknown".to_owned(),
        Error::ConnectionFailed => "no connection could be made".to_owned(),
        Error::Timeout(_) => "no answer in time".to_owned(),
        Error::Protocol(_) | Error::Http(_) => "the answer is not HTTP".to_owned(),
        Error::BodyExceedsLimit(_) => "the answer is too long".to_owned(),
        other => other.to_string(),
    }
}

fn tls_of(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

fn of_io(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused: nothing listens there".to_owned(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => {
            "the connection was closed without an answer".to_owned()
        }
        _ => error.to_string(),
    }
}

fn of_tls(error: &rustls::Error) -> String {
    let rustls::Error::InvalidCertificate(certificate) = error else {
        return match error {
            rustls::Error::InvalidMessage(_) => {
                "the server does not speak TLS; it may be plain http".to_owned()
            }
            _ => {
                "no TLS connection could be made: both sides share no version or cipher, or one of \
                  them refuses"
                    .to_owned()
            }
        };
    };
    match certificate {
        Certificate::UnknownIssuer => {
            format!("the certificate is not signed by an authority known here; {OWN}")
        }
        Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
            "the certificate is for another host name".to_owned()
        }
        Certificate::Expired | Certificate::ExpiredContext { .. } => {
            "the certificate has expired".to_owned()
        }
        Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => {
            "the certificate is not valid yet: compare the clocks".to_owned()
        }
        Certificate::Revoked => "the certificate was revoked".to_owned(),
        // An authority's certificate, presented by a server, is one of these.
        Certificate::Other(_) => format!("the certificate is not a server certificate; {OWN}"),
        _ => format!("the certificate is not trusted; {OWN}"),
    }
}
