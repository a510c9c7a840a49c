// Starts Swagger UI. "Try it out" sends requests as a page of this origin does: with cookies, and
// unsafe ones with the CSRF token, which is fetched each time because a login changes it.
"use strict";

const { base } = document.getElementById("start").dataset;
const safe = ["GET", "HEAD", "OPTIONS"];

async function withCsrfToken(request) {
  const method = (request.method || "GET").toUpperCase();
  if (!safe.includes(method) && !request.loadSpec) {
    const answer = await fetch(`${base}/csrf_token/`, { credentials: "same-origin" });
    const { token } = await answer.json();
    request.headers["X-CSRFToken"] = token;
  }
  return request;
}

SwaggerUIBundle({
  url: `${base}/openapi.json`,
  dom_id: "#swagger-ui",
  deepLinking: true,
  requestInterceptor: withCsrfToken,
  withCredentials: true,
  // Disabled, because it would send the document to an external service.
  validatorUrl: null,
});
