//! `doctor`: finds problems of a deployment with browsers and proxies in advance.

mod checks;
mod database;
mod https;
mod live;
mod probe;
mod tls;
mod trouble;

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::context;
use crate::config::deployment_check::{
    Address, Finding, Severity, diagnose, of_environment, of_key_file,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where browsers open the front end, like `https://app.example`
    #[arg(long, value_name = "URL")]
    frontend: String,
    /// Where the front end calls this service, like `https://app.example/accounts`
    #[arg(long, value_name = "URL")]
    api: String,
    /// Check only addresses and settings, and send no request
    #[arg(long)]
    config_only: bool,
    /// Certificates (PEM) to trust: of a private authority, or a self-signed one of the server
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let (settings, _) = context::settings(&context::figment())?;
    let read = |option: &str, text: &str| {
        Address::parse(text).map_err(|error| anyhow::anyhow!("{option} {error}: write a URL"))
    };
    let front_end = read("--frontend", &arguments.frontend)?.origin;
    let api = read("--api", &arguments.api)?;

    let mut findings = diagnose(&front_end, &api, &settings);
    findings.extend(of_key_file(&settings.keys));
    findings.extend(of_environment());
    if !arguments.config_only {
        findings.extend(database::examine(&settings)?);
        let roots = arguments.ca_file.as_deref().map(std::fs::read).transpose();
        let roots = roots.context("--ca-file cannot be read")?;
        findings.extend(live::examine(
            &front_end,
            &api,
            &settings,
            roots.as_deref(),
        )?);
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    print(&findings, arguments)?;

    let failing = |finding: &&Finding| finding.severity == Severity::Fails;
    match findings.iter().filter(failing).count() {
        0 => Ok(()),
        1 => anyhow::bail!("1 problem found"),
        count => anyhow::bail!("{count} problems found"),
    }
}

fn print(findings: &[Finding], arguments: &Arguments) -> anyhow::Result<()> {
    if arguments.json {
        context::print_line(serde_json::to_string_pretty(findings)?)?;
        return Ok(());
    }
    for finding in findings {
        context::print_line(format_args!("{finding}\n"))?;
    }
    if findings.is_empty() {
        let looked_at = if arguments.config_only {
            "addresses and settings"
        } else {
            "addresses, settings and the responses of the service"
        };
        context::print_line(format_args!("no problems found in {looked_at}"))?;
    }
    Ok(())
}
