// Pages as they are read from a server: what stands there, when it was published, and what is not asked for at all.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { guardOf } from '../../adapters/web/guard.ts';
import { readHtml } from '../../adapters/web/html.ts';
import { webPages, type WebOptions } from '../../adapters/web/pages.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function serve(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  open.push(
    () =>
      new Promise((closed) => {
        server.close(closed);
        server.closeAllConnections();
      }),
  );
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An address at which there was a server. */
async function left(): Promise<string> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.2', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return `127.0.0.2:${port}`;
}

function pages(options: Partial<WebOptions> & { allow: readonly string[] }) {
  const made = webPages({ userAgent: 'loopctl/test', ...options });
  open.push(() => made.close());
  return made;
}

const html =
  (body: string, head = ''): RequestListener =>
  (_, response) =>
    void response
      .setHeader('content-type', 'text/html; charset=utf-8')
      .end(`<!doctype html><html><head>${head}</head><body>${body}</body></html>`);

describe('a page', () => {
  test('is what a person sees of it', async () => {
    const host = await serve(
      html(
        '<p>Globex <b>raised</b> $40&nbsp;million<br>in a Series&#32;B.</p><script>var x = "hidden one"</script><p hidden>hidden two</p><div style="display:none"><p>hidden <i>three</i></p></div><p>Since 1999.',
        '<title>News</title><style>hidden four</style>',
      ),
    );
    const read = await pages({ allow: [host] }).read(`http://${host}/news`);
    expect(read).toEqual({
      kind: 'read',
      url: `http://${host}/news`,
      text: 'News\nGlobex raised $40 million\nin a Series B.\nSince 1999.',
    });
  });

  test.each([
    ['<meta property="article:published_time" content="2026-11-11T08:00:00Z">', '2026-11-11T08:00:00Z'],
    ['<meta name="Date" content="2026-11-11">', '2026-11-11'],
    [
      '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "datePublished": "2026-11-10"}]}</script><meta name="date" content="2026-11-11">',
      '2026-11-10',
    ],
    ['<script type="application/ld+json">{"datePublished": </script>', undefined],
    ['', undefined],
  ])('says when it was published: %s', (head, published) => {
    expect(readHtml(`<html><head>${head}</head><body>x</body></html>`).published).toBe(published);
  });

  test('in another encoding, and packed', async () => {
    const host = await serve((_, response) => {
      response.setHeader('content-type', 'text/html').setHeader('content-encoding', 'gzip');
      response.end(gzipSync(Buffer.from('<meta charset="iso-8859-1"><p>Z\u00fcrich</p>', 'latin1')));
    });
    expect(await pages({ allow: [host] }).read(`http://${host}/`)).toMatchObject({ text: 'Z\u00fcrich' });
  });

  test('is told as not read where it is gone, is no text, is too long or does not end', async () => {
    const host = await serve(({ url }, response) => {
      if (url === '/gone') response.writeHead(404).end('no');
      else if (url === '/pdf') response.setHeader('content-type', 'application/pdf').end('%PDF');
      else if (url === '/bomb')
        response
          .setHeader('content-type', 'text/html')
          .setHeader('content-encoding', 'gzip')
          .end(gzipSync(Buffer.alloc(5 << 20, 'a')));
      else response.setHeader('content-type', 'text/html').write('<p>one moment');
    });
    const web = pages({ allow: [host, '127.0.0.2'], timeout: 500 });
    const why = async (path: string) => web.read(`http://${host}${path}`);
    expect(await why('/gone')).toEqual({ kind: 'unread', why: 'the page answers 404' });
    expect(await why('/pdf')).toEqual({ kind: 'unread', why: 'the page is no text (application/pdf)' });
    expect(await why('/bomb')).toEqual({ kind: 'unread', why: 'the page is longer than 4096 KiB' });
    expect(await why('/endless')).toEqual({ kind: 'unread', why: 'the page does not answer in time' });
    expect(await web.read(`http://${await left()}/`)).toEqual({
      kind: 'unread',
      why: 'the page does not answer (ECONNREFUSED)',
    });
  });
});

describe('what is not asked for', () => {
  test.each([
    'http://news.example/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://10.1.2.3/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[fd00::1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://0.0.0.0/',
    'https://user:secret@news.example/',
  ])('%s', async (url) => {
    const refused = guardOf({ allow: [] }).refuses(new URL(url));
    expect(refused).toMatch(/https|inside a network|password/);
    expect(await pages({ allow: [] }).read(url)).toEqual({ kind: 'unread', why: refused });
  });

  test('a name that stands for an address inside, whatever it stood for before', async () => {
    let asked = 0;
    const host = await serve((_, response) => {
      asked += 1;
      response.end();
    });
    const port = host.split(':')[1] ?? '';
    const web = pages({ allow: [], resolve: async () => ['93.184.216.34', '127.0.0.1'] });
    expect(await web.read(`https://rebound.example:${port}/`)).toEqual({
      kind: 'unread',
      why: 'its name stands for an address inside a network',
    });
    expect(asked).toBe(0);
  });

  test('a redirect to the inside is refused like an address; one to another page is followed', async () => {
    const to: Readonly<Record<string, string>> = {
      '/in': 'https://10.0.0.1/',
      '/plain': 'http://news.example/',
      '/loop': '/loop',
      '/out': '/there',
    };
    const host = await serve(({ url = '' }, response) => {
      const location = to[url];
      if (location === undefined) response.setHeader('content-type', 'text/plain').end('here');
      else response.writeHead(302, { location }).end();
    });
    const web = pages({ allow: [host] });
    expect(await web.read(`http://${host}/in`)).toEqual({
      kind: 'unread',
      why: 'it sends elsewhere, where its address is inside a network',
    });
    expect(await web.read(`http://${host}/plain`)).toEqual({ kind: 'unread', why: 'it sends elsewhere, where its address is not https' });
    expect(await web.read(`http://${host}/loop`)).toEqual({ kind: 'unread', why: 'it sends elsewhere more than 5 times' });
    expect(await web.read(`http://${host}/out`)).toMatchObject({ kind: 'read', url: `http://${host}/there`, text: 'here' });
  });

  test('a host that is allowed by name may be inside, and nothing else on it but the port that is named', async () => {
    const host = await serve(html('intranet'));
    const port = host.split(':')[1] ?? '';
    const web = pages({ allow: [`intranet.example:${port}`], resolve: async () => ['127.0.0.1'] });
    expect(await web.read(`http://intranet.example:${port}/`)).toMatchObject({ kind: 'read', text: 'intranet' });
    for (const other of ['http://intranet.example/', 'https://intranet.example/'])
      expect(await web.read(other)).toEqual({ kind: 'unread', why: 'its port is not one that may be asked for' });
  });
});
