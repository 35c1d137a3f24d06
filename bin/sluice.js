#!/usr/bin/env node
// Only what every Node since 10 can parse, in both module systems: an old one shall hear what is missing.
const needed = [22, 19];
const found = process.versions.node.split('.').map(Number);

if (found[0] < needed[0] || (found[0] === needed[0] && found[1] < needed[1])) {
  process.stderr.write(
    'sluice needs Node.js ' +
      needed.join('.') +
      ' or later, this is ' +
      process.versions.node +
      '; get it from https://nodejs.org, or in a checkout run: npm ci && ./node_modules/.bin/node bin/sluice.js\n',
  );
  process.exitCode = 1;
} else {
  import('../src/cli/main.ts')
    .catch(error => {
      // A published package holds no sources: Node strips no types below node_modules.
      const sourceMissing = error.code === 'ERR_MODULE_NOT_FOUND' && /src\/cli\/main\.ts$/.test(error.url);
      if (!sourceMissing) throw error;
      return import('../dist/src/cli/main.js');
    })
    .then(({ main }) => main(process.argv.slice(2)));
}
