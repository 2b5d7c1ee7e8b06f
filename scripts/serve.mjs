/**
 * A plain static host for dist/, for tests and for a look at the built site:
 * `node scripts/serve.mjs [--port 4330] [--folder /a/b/] [--root dist]`. Only this machine is served.
 */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/** What is asked for; an address that cannot be read is nobody's, and ends nothing. */
function pathOf(address) {
  const { pathname } = new URL(`http://localhost${address}`);
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}

/** A server of `root` under `folder`; everything else is "not found", with the site's own page. */
export function serve({ root = 'dist', folder = '/', port = 0 } = {}) {
  const base = resolve(root);
  const server = createServer((request, response) => {
    const path = pathOf(request.url);
    let file = path.startsWith(folder) ? join(base, path.slice(folder.length)) : undefined;
    if (file && !file.startsWith(base + sep) && file !== base) file = undefined;
    if (file && existsSync(file) && statSync(file).isDirectory()) {
      if (!path.endsWith('/')) {
        response.writeHead(301, { location: `${path}/` }).end();
        return;
      }
      file = join(file, 'index.html');
    }
    const found = file && existsSync(file);
    const sent = found ? file : join(base, '404.html');
    response.writeHead(found ? 200 : 404, {
      'content-type': types[extname(sent)] ?? 'application/octet-stream',
      'cache-control': 'no-store',
    });
    if (!existsSync(sent)) response.end();
    else createReadStream(sent).pipe(response);
  });
  return new Promise((ready, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => {
      const url = `http://127.0.0.1:${server.address().port}${folder}`;
      ready({ url, close: () => new Promise((done) => server.close(done)) });
    });
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const option = (name, otherwise) => {
    const at = process.argv.indexOf(`--${name}`);
    return at < 0 ? otherwise : process.argv[at + 1];
  };
  const { url } = await serve({
    root: option('root', 'dist'),
    folder: option('folder', '/'),
    port: Number(option('port', 4330)),
  });
  console.log(url);
}
