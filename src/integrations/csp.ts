/**
 * The content security policy that every built page carries in a <meta>. Astro adds the hashes of
 * inline scripts (the theme's). No inline styles, no eval, nobody else's files. Workers are loaded by
 * URL and take the policy of their own response, so WebAssembly and readers' code run there while
 * the page itself allows neither.
 */
export const policy = {
  directives: [
    "default-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ],
} as const;
