//! `openapi`: the description of the API.

use super::context;
use crate::http::openapi;

pub(super) fn run() -> anyhow::Result<()> {
    let (settings, _) = context::settings(&context::figment())?;
    context::print_line(openapi(&settings)?)?;
    Ok(())
}
