/** The hook that makes a build portable. */
import { describe, expect, it } from 'vitest';
import { relativePage, relativeStyles, rootedPage } from '../../src/integrations/relative';

describe('relativePage', () => {
  const page = '<html data-root="/"><link rel="icon" href="/favicon.svg"><a href="/06-x/#a">x</a>';

  it('starts at the page’s own folder', () => {
    expect(relativePage(page, 'index.html')).toBe(
      '<html data-root="./"><link rel="icon" href="./favicon.svg"><a href="./06-x/#a">x</a>',
    );
    expect(relativePage(page, '06-x/index.html')).toContain('href="../favicon.svg"');
    expect(relativePage(page, 'embed/collapse/index.html')).toContain('data-root="../../"');
  });

  it('leaves other sites, anchors and relative addresses alone', () => {
    const other =
      '<a href="https://a.example/">x</a><a href="//b.example/">x</a><a href="#c">x</a><a href="d/">x</a>';
    expect(relativePage(other, 'e/index.html')).toBe(other);
  });

  it('rewrites every address of a tag', () => {
    const island =
      '<astro-island component-url="/_astro/a.js" renderer-url="/_astro/b.js" before-hydration-url="/_astro/c.js">';
    expect(relativePage(island, 'f/index.html')).toBe(
      '<astro-island component-url="../_astro/a.js" renderer-url="../_astro/b.js" before-hydration-url="../_astro/c.js">',
    );
  });

  it('does not touch what stands in a script or in text', () => {
    const script =
      '<script>const a = \'<a href="/x/">\';</script><script src="/_astro/a.js"></script>';
    expect(relativePage(script, 'g/index.html')).toBe(
      '<script>const a = \'<a href="/x/">\';</script><script src="../_astro/a.js"></script>',
    );
    expect(relativePage('<code>href="/x/"</code>', 'h/index.html')).toBe('<code>href="/x/"</code>');
  });
});

it('starts the page of unknown addresses at the site’s folder', () => {
  expect(rootedPage('<a href="/">x</a>', '/')).toBe('<a href="/">x</a>');
  expect(rootedPage('<a href="/">x</a><a href="/b/">y</a>', '/courses/moe/')).toBe(
    '<a href="/courses/moe/">x</a><a href="/courses/moe/b/">y</a>',
  );
});

it('makes addresses in style sheets relative', () => {
  expect(relativeStyles('src:url(/_astro/a.woff2)', '_astro/b.css')).toBe(
    'src:url(../_astro/a.woff2)',
  );
  expect(relativeStyles('src:url("./a.woff2")', '_astro/b.css')).toBe('src:url("./a.woff2")');
});
