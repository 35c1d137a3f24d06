/** What there is to see in the demo: paths, and what one sees there. */
export const DEMO_LINKS: readonly (readonly [path: string, what: string])[] = [
  ['/', 'one of three HTTP servers answers; again, and another one does'],
  ['/slow', 'an answer that takes two seconds'],
  ['/stream', 'server-sent events, passed on one by one'],
  ['/echo', 'what the server saw of the request; send it something with POST'],
  ['/fcgi/', 'an application behind FastCGI'],
  ['/fcgi/variables', 'what it is told of a request'],
  ['/scgi/', 'one behind SCGI'],
  ['/uwsgi/', "one behind uWSGI's own protocol"],
  ['/cgi/hello', 'a CGI program, a process for each request'],
  ['/cgi/variables', 'the environment that it runs in'],
];

/** A page that greets and lists what there is to see, for a browser or for a terminal. */
export function demoPage(greeting: string, html: boolean): string {
  if (!html) {
    const width = Math.max(...DEMO_LINKS.map(([path]) => path.length)) + 2;
    return `${greeting}\n\n${DEMO_LINKS.map(([path, what]) => `${path.padEnd(width)}${what}\n`).join('')}`;
  }
  const items = DEMO_LINKS.map(([path, what]) => `<li><a href="${path}">${path}</a> ${what}</li>`);
  return `<!doctype html><meta charset="utf-8"><title>Sluice</title><h1>${greeting}</h1><ul>${items.join('\n')}</ul>\n`;
}
