//! Environment variables that are not settings.

use super::Finding;
use crate::config::reader::service_links::links;

/// Returns the variables of Kubernetes Services that have the prefix of our or Rocket's settings.
/// They are ignored.
#[must_use]
pub fn of_environment() -> Option<Finding> {
    let links = [links("ACCOUNTS_"), links("ROCKET_")].concat();
    if links.is_empty() {
        return None;
    }
    let what = format!(
        "variables that Kubernetes set for a Service are ignored: {}",
        links.join(", ")
    );
    let finding = Finding::warns("kubernetes_service_links", what)
        .because("they have the prefix of settings; a pod gets them when it starts after the Service was created")
        .change("set enableServiceLinks: false in the pod's spec; see docs/deployment.md");
    Some(finding)
}
