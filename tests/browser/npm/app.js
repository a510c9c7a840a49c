// How front ends with axios usually do it; docs/front-end.md shows the same.
import axios from "./axios.js";

const api = axios.create({
  baseURL: "/accounts",
  withCredentials: true,
  xsrfCookieName: "csrftoken",
  xsrfHeaderName: "X-CSRFToken",
});

let refreshing;
api.interceptors.response.use(undefined, async (error) => {
  const { config, response } = error;
  const mayHelp = ["token_expired", "not_authenticated"].includes(response?.data?.code);
  if (!mayHelp || config.isSecondTry) throw error;
  refreshing ??= api.post("/auth/refresh_token/").finally(() => { refreshing = null; });
  await refreshing;
  return api({ ...config, isSecondTry: true });
});

globalThis.api = api;
