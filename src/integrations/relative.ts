/**
 * One build that runs at /, in any folder and in a zip: every root-absolute address in the built
 * pages and style sheets becomes relative to its file. Scripts get theirs from Vite (relativeAssets).
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import type { Plugin } from 'vite';

const tags = /<[a-zA-Z][^<>]*>/g;

/** Attributes that hold one address; `data-root` is how our own scripts learn where the site is. */
const attributes =
  /(\s(?:href|src|poster|action|component-url|renderer-url|before-hydration-url|data-root)=")\/(?!\/)/g;

/** A page's text with its addresses relative; `file` is its path in the site ("06-x/index.html"). */
export function relativePage(html: string, file: string): string {
  return prefixed(html, posix.relative(posix.dirname(`/${file}`), '/') || '.');
}

/** "page not found" stands at any depth: its addresses start at the site's own folder instead. */
export function rootedPage(html: string, folder: string): string {
  return prefixed(html, folder.replace(/\/$/, ''));
}

function prefixed(html: string, prefix: string): string {
  // Scripts stay as they are: their hashes are in the policy.
  return html
    .split(/(<script\b[^>]*>[\s\S]*?<\/script>)/)
    .map((part) => {
      const [, tag, rest] = part.match(/^(<script\b[^>]*>)([\s\S]*)$/) ?? [];
      return tag ? rewrite(tag, prefix) + rest : rewrite(part, prefix);
    })
    .join('');
}

const rewrite = (text: string, prefix: string) =>
  text.replace(tags, (tag) => tag.replace(attributes, (_, before) => `${before}${prefix}/`));

export function relativeStyles(css: string, file: string): string {
  const up = posix.relative(posix.dirname(`/${file}`), '/') || '.';
  return css.replace(/url\((["']?)\/(?!\/)/g, `url($1${up}/`);
}

/** Rewrites the built files. `site` is where the site will stand (course.config.ts). */
export function relative({ site }: { site: string }): AstroIntegration {
  return {
    name: 'relative',
    hooks: {
      'astro:build:done': async ({ dir }) => {
        const root = fileURLToPath(dir);
        for (const path of await readdir(root, { recursive: true })) {
          const file = path.replaceAll('\\', '/');
          const isPage = file.endsWith('.html');
          if (!isPage && !file.endsWith('.css')) continue;
          const text = await readFile(join(root, file), 'utf8');
          const next = !isPage
            ? relativeStyles(text, file)
            : file === '404.html'
              ? rootedPage(text, new URL(site).pathname)
              : relativePage(text, file);
          if (next !== text) await writeFile(join(root, file), next);
        }
      },
    },
  };
}

/** Scripts find their chunks, workers and WebAssembly relative to themselves. */
export function relativeAssets(): Plugin {
  return {
    name: 'relative-assets',
    apply: 'build',
    config: () => ({
      experimental: {
        renderBuiltUrl: (_filename, { hostType }) =>
          hostType === 'js' || hostType === 'css' ? { relative: true } : undefined,
      },
    }),
  };
}
