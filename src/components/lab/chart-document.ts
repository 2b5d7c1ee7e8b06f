/**
 * The document that charts are drawn in: the page's own, or at build one made for them. In the
 * browser the condition is false when this is bundled, and linkedom stays out.
 */
export const chartDocument: Document = import.meta.env.SSR
  ? (await import('linkedom')).parseHTML('<!doctype html><html></html>').document
  : document;
