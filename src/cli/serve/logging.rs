//! Log output of the service.

use std::io::IsTerminal;

use anyhow::Context as _;
use tracing::{Event, Metadata};
use tracing_subscriber::filter::{EnvFilter, FilterFn};
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, JsonFields, Writer};
use tracing_subscriber::fmt::{self, FmtContext, FormattedFields};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{LogFormat, LogSettings};

/// Sets the process's subscriber, and the bridge for Rocket's lines.
pub(in crate::cli) fn init(settings: &LogSettings) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&settings.filter);
    let filter = filter.context("accounts.log.filter is invalid; write it like \"info\"")?;
    let lines = tracing_subscriber::registry()
        .with(output(settings.format).with_filter(FilterFn::new(is_fit_to_print)))
        .with(filter);
    lines.try_init().context("the log cannot be set up")?;
    Ok(())
}

fn output<S>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
{
    let lines = fmt::layer().with_writer(std::io::stderr);
    match format {
        LogFormat::Json => {
            let json = fmt::format()
                .json()
                .flatten_event(true)
                .with_current_span(false)
                .with_span_list(false);
            let fields = JsonFields::new();
            lines.fmt_fields(fields).event_format(Named(json)).boxed()
        }
        LogFormat::Text => {
            let colours = std::io::stderr().is_terminal();
            lines
                .with_target(false)
                .with_ansi(colours)
                .compact()
                .boxed()
        }
    }
}

/// JSON lines with the fields of their request's span, `trace_id` and `span_id`, at the top level,
/// where log collectors expect them.
struct Named<F>(F);

impl<S, N, F> FormatEvent<S, N> for Named<F>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> std::fmt::Result {
        let mut line = String::new();
        self.0
            .format_event(context, Writer::new(&mut line), event)?;
        let span = context.lookup_current();
        let request = span.filter(|span| span.name() == "request");
        if let Some(request) = request
            && let Some(fields) = request.extensions().get::<FormattedFields<N>>()
            && let (Some(names), Some(rest)) =
                (fields.as_str().strip_suffix('}'), line.strip_prefix('{'))
        {
            return write!(writer, "{names},{rest}");
        }
        writer.write_str(&line)
    }
}

/// Returns whether a line may be printed. Never printed are Rocket's and hyper's own lines, which
/// contain headers, cookies, query strings and, under a handler's target with `::_`, bodies of
/// refused requests, and the statements of sqlx and SeaORM. Their errors are printed.
fn is_fit_to_print(line: &Metadata<'_>) -> bool {
    let target = line.target();
    if target.ends_with("::_") || target == "_" {
        return false;
    }
    let root = target.split("::").next().unwrap_or(target);
    let is_verbose = match root {
        "rocket" | "hyper" => true,
        // Including their sub-crates, such as `sqlx_core`.
        _ => ["sqlx", "sea_orm"].iter().any(|name| {
            root.strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        }),
    };
    !is_verbose || *line.level() == tracing::Level::ERROR
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::filter::FilterFn;
    use tracing_subscriber::layer::SubscriberExt as _;
    use tracing_subscriber::util::SubscriberInitExt as _;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_that_can_hold_secrets_are_not_printed() {
        let lines = Lines::default();
        let writer = lines.clone();
        let layer = tracing_subscriber::fmt::layer().with_writer(move || writer.clone());
        let layer = layer.with_filter(FilterFn::new(is_fit_to_print));
        let _guard = tracing_subscriber::registry().with(layer).set_default();
        tracing::warn!(target: "rocket::server", "canary");
        tracing::warn!(target: "hyper", "canary");
        tracing::warn!(target: "sqlx", "canary");
        tracing::warn!(target: "sqlx_core::pool", "canary");
        tracing::debug!(target: "sqlx_postgres::connection", "canary");
        tracing::warn!(target: "sea_orm_migration", "canary");
        tracing::error!(target: "host::_", "canary");
        tracing::error!(target: "sqlx_core::pool", "an error");
        tracing::info!(target: "rocket_accounts::http", "ours");
        tracing::info!(target: "rocketry", "of a host");
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert!(!text.contains("canary"), "{text}");
        for said in ["an error", "ours", "of a host"] {
            assert!(text.contains(said), "{said}: {text}");
        }
    }
}
