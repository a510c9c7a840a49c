pub(crate) fn a_good_deployment_has_no_findings() {}
pub(crate) fn what_a_proxy_spoils_is_found() {}
