//! Tables of paths, methods and headers.

/// Other ways to write `/accounts/user/`: what is the same path for the router asks for a sign-in.
pub(super) const PATHS: [(&str, &str, u16, &str); 22] = [
    (
        "slashes_before",
        "//accounts/user/",
        401,
        "not_authenticated",
    ),
    (
        "slashes_inside",
        "/accounts//user//",
        401,
        "not_authenticated",
    ),
    (
        "other_host",
        "//evil.example/accounts/user/",
        404,
        "not_found",
    ),
    ("dot", "/accounts/./user/", 404, "not_found"),
    ("dots", "/accounts/x/../user/", 404, "not_found"),
    ("dots_encoded", "/accounts/x/%2e%2e/user/", 404, "not_found"),
    (
        "dots_above_the_root",
        "/../../accounts/user/",
        404,
        "not_found",
    ),
    (
        "letter_encoded",
        "/accounts/%75ser/",
        401,
        "not_authenticated",
    ),
    ("slash_encoded", "/accounts%2fuser/", 404, "not_found"),
    (
        "slash_encoded_twice",
        "/accounts%252fuser/",
        404,
        "not_found",
    ),
    ("backslash", "/accounts\\user/", 404, "not_found"),
    ("parameter", "/accounts/user;x=1/", 404, "not_found"),
    ("parameter_behind", "/accounts/user/;/", 404, "not_found"),
    ("capitals", "/ACCOUNTS/USER/", 404, "not_found"),
    ("nul", "/accounts/user%00/", 404, "not_found"),
    ("blank", "/accounts/user%20/", 404, "not_found"),
    (
        "newline",
        "/accounts/user%0d%0aSet-Cookie:%20x=1/",
        404,
        "not_found",
    ),
    ("suffix", "/accounts/user.json", 404, "not_found"),
    (
        "question_mark_encoded",
        "/accounts/user%3f",
        404,
        "not_found",
    ),
    (
        "full_width_solidus",
        "/accounts%ef%bc%8fuser/",
        404,
        "not_found",
    ),
    (
        "absolute_form",
        "http://evil.example/accounts/user/",
        401,
        "not_authenticated",
    ),
    ("fragment", "/accounts/user/#/", 401, "not_authenticated"),
];

/// Those that Rocket has no name for are no requests to it.
pub(super) const METHODS: [(&str, u16, &str); 12] = [
    ("TRACE", 405, "method_not_allowed"),
    ("CONNECT", 405, "method_not_allowed"),
    ("PUT", 405, "method_not_allowed"),
    ("POST", 405, "method_not_allowed"),
    ("OPTIONS", 405, "method_not_allowed"),
    ("PROPFIND", 400, "bad_request"),
    ("BREW", 400, "bad_request"),
    ("get", 400, "bad_request"),
    ("Get", 400, "bad_request"),
    ("DEBUG", 400, "bad_request"),
    ("LOCK", 400, "bad_request"),
    ("MOVE", 400, "bad_request"),
];

/// Headers that other servers take for another path, host or user.
pub(super) const REWRITES: [(&str, &str); 14] = [
    ("X-Original-URL", "/accounts/csrf_token/"),
    ("X-Rewrite-URL", "/accounts/csrf_token/"),
    ("X-Forwarded-Prefix", "/evil"),
    ("X-Forwarded-User", "admin"),
    ("X-Remote-User", "admin"),
    ("Remote-User", "admin"),
    ("X-User-Id", "1"),
    ("X-Forwarded-Host", "evil.example"),
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-For", "127.0.0.1"),
    ("X-Custom-IP-Authorization", "127.0.0.1"),
    ("X-Host", "evil.example"),
    ("From", "admin@app.example"),
    ("Proxy-Authorization", "Basic YWRtaW46YWRtaW4="),
];
