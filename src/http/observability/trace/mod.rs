//! A trace identifier for every request, so that its log lines can be found together: W3C Trace
//! Context (<https://www.w3.org/TR/trace-context/>).
//!
//! [`Observe`] assigns the identifiers when a request arrives and adds them to the response;
//! [`spanned`] runs its handler in a span with them, which every log line from guards, use cases
//! and stores then carries. No state is kept between requests.

mod observe;
mod span;

use std::fmt;

use rocket::Request;

pub(in crate::http) use observe::Observe;
pub use span::spanned;

use rocket_accounts_core::crypto::random;

/// Returns a unique trace identifier and span identifier, not zero (W3C Trace Context).
fn new_ids() -> Result<(u128, u64), random::Error> {
    let bytes = random::bytes::<24>()?;
    let word = |from: usize| {
        let bytes = bytes[from..from + 8].iter();
        bytes.fold(0, |word: u64, byte| (word << 8) | u64::from(*byte))
    };
    let trace = (u128::from(word(0)) << 64) | u128::from(word(8));
    Ok((trace.max(1), word(16).max(1)))
}

/// The identifiers of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) struct TraceContext {
    trace_id: u128,
    span_id: u64,
}

impl TraceContext {
    /// Joins the trace of the request's header, or begins one. `None` without random bytes: the
    /// request is then served without identifiers.
    fn of(request: &Request<'_>) -> Option<Self> {
        let mut headers = request.headers().get("traceparent");
        let parent = match (headers.next(), headers.next()) {
            (Some(header), None) => trace_id_of(header),
            _ => None,
        };
        let (trace_id, span_id) = new_ids().ok()?;
        Some(Self {
            trace_id: parent.unwrap_or(trace_id),
            span_id,
        })
    }

    pub(in crate::http) fn trace_id(self) -> impl fmt::Display {
        fmt::from_fn(move |f| write!(f, "{:032x}", self.trace_id))
    }

    pub(in crate::http) fn span_id(self) -> impl fmt::Display {
        fmt::from_fn(move |f| write!(f, "{:016x}", self.span_id))
    }
}

/// Returns the trace of a `traceparent` header. Versions after 00 may have more fields; a malformed
/// header counts as missing (section 3.2.2).
fn trace_id_of(header: &str) -> Option<u128> {
    let mut parts = header.split('-');
    let mut field = |length: usize| {
        let text = parts.next()?;
        let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        let fits = text.len() == length && text.bytes().all(is_hex);
        fits.then(|| u128::from_str_radix(text, 16).ok()).flatten()
    };
    let (version, trace_id, parent_id) = (field(2)?, field(32)?, field(16)?);
    field(2)?;
    let complete = version != 0 || parts.next().is_none();
    (complete && version != 0xff && trace_id != 0 && parent_id != 0).then_some(trace_id)
}

#[cfg(test)]
mod tests {
    use super::trace_id_of;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    #[test]
    fn a_traceparent_names_its_trace() {
        let trace = u128::from_str_radix(TRACE, 16).ok();
        for rest in ["00", "01", "ff"] {
            let header = format!("00-{TRACE}-00f067aa0ba902b7-{rest}");
            assert_eq!(trace_id_of(&header), trace, "{header}");
        }
        let later = format!("cc-{TRACE}-00f067aa0ba902b7-01-what-comes");
        assert_eq!(trace_id_of(&later), trace);
    }

    #[test]
    fn what_is_not_exactly_right_names_none() {
        let zero = "0".repeat(32);
        let upper = TRACE.to_uppercase();
        for header in [
            String::new(),
            "00".to_owned(),
            format!("00-{TRACE}-00f067aa0ba902b7"),
            format!("00-{TRACE}-00f067aa0ba902b7-1"),
            format!("00-{TRACE}-00f067aa0ba902b7-01-more"),
            format!("ff-{TRACE}-00f067aa0ba902b7-01"),
            format!("00-{zero}-00f067aa0ba902b7-01"),
            format!("00-{TRACE}-0000000000000000-01"),
            format!("00-{upper}-00f067aa0ba902b7-01"),
            format!("00-+{}-00f067aa0ba902b7-01", &TRACE[1..]),
            format!(" 00-{TRACE}-00f067aa0ba902b7-01"),
            format!("00-{TRACE}é-00f067aa0ba902b7-01"),
        ] {
            assert_eq!(trace_id_of(&header), None, "{header:?}");
        }
    }
}
