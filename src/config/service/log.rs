//! Section `log`: log output of the service. A host application configures its own.

use crate::config::reader::Reader;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Whether each request is logged, and at which level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestLines {
    /// None.
    Off,
    /// Debug.
    Debug,
    /// Info.
    Info,
}

/// Log output.
#[derive(Debug, Clone)]
pub struct LogSettings {
    /// Directives of `tracing_subscriber::EnvFilter`, like `"info"` or
    /// `"info,rocket_accounts=debug"`.
    pub filter: String,
    /// Format.
    pub format: LogFormat,
    /// Whether each request has a trace identifier, which its log lines and its response carry.
    pub trace: bool,
    /// The level of request lines.
    pub requests: RequestLines,
}

impl LogSettings {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        let formats = [("text", LogFormat::Text), ("json", LogFormat::Json)];
        let lines = [
            ("off", RequestLines::Off),
            ("debug", RequestLines::Debug),
            ("info", RequestLines::Info),
        ];
        let filter = reader.string("log.filter", "info");
        // A host application has a subscriber of its own.
        #[cfg(feature = "server")]
        if tracing_subscriber::EnvFilter::try_new(&filter).is_err() {
            let fix = "write it like \"info\" or \"info,rocket_accounts=debug\"";
            reader.problem("log.filter", "is not a filter", fix);
        }
        Self {
            filter,
            format: reader.choice("log.format", &formats, LogFormat::Json),
            trace: reader.bool("log.trace", false),
            requests: reader.choice("log.requests", &lines, RequestLines::Off),
        }
    }
}
