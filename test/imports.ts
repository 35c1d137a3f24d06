import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** A part of the tree, and the parts that its files may import beside their own. */
interface Part {
  readonly name: string;
  readonly files: RegExp;
  readonly imports: readonly string[];
}

const COMMON = ['words', 'types', 'formats', 'patterns', 'pages', 'certificates'];
const BASE = ['protocol', 'transport', 'http1', 'cgi'];
const CORE = [
  'mirror',
  'answers',
  'keys',
  'templates',
  'rewrite',
  'client',
  'directed',
  'router',
  'proxy',
  'exchange',
  'pool',
  'resolver',
  'spool',
  'site',
  'supervisor',
];

// The first part whose pattern matches a file has it.
const PARTS: readonly Part[] = [
  { name: 'words', files: /^src\/(errors|fields|clock|timeouts)\.ts$/, imports: [] },
  { name: 'types', files: /^src\/(log\/log|config\/config)\.ts$/, imports: [] },
  {
    name: 'formats',
    files: /^src\/config\/(byte-text|format-(balance|duration)|route-pools)\.ts$/,
    imports: ['types'],
  },
  { name: 'patterns', files: /^src\/(pattern|answers\/behind-host)\.ts$/, imports: [] },
  { name: 'pages', files: /^src\/error-pages\.ts$/, imports: [] },
  { name: 'networks', files: /^src\/config\/cidr\.ts$/, imports: [] },
  {
    name: 'certificates',
    files: /^src\/(config\/(pem|misread|system-words)|client\/tls\/certificate-names)\.ts$/,
    imports: [],
  },
  {
    name: 'templates',
    files: /^src\/rewrite\/(template|variables|url-text|field-names)\.ts$/,
    imports: [...COMMON, ...BASE, 'exchange'],
  },
  { name: 'rewrite', files: /^src\/rewrite\//, imports: [...COMMON, ...BASE, 'exchange', 'templates'] },
  { name: 'cookies', files: /^src\/cookies\/(own-cookies|signer|write-mark)\.ts$/, imports: COMMON },
  { name: 'cookie keys', files: /^src\/cookies\//, imports: [...COMMON, 'cookies', 'config'] },
  {
    name: 'config',
    files: /^src\/config\//,
    imports: [...COMMON, 'networks', 'templates', 'cookies', 'rewrite'],
  },
  { name: 'log', files: /^src\/log\//, imports: COMMON },
  { name: 'protocol', files: /^src\/protocol\.ts$/, imports: COMMON },
  { name: 'transport', files: /^src\/transport\//, imports: [...COMMON, 'protocol'] },
  { name: 'http1', files: /^src\/http1\//, imports: COMMON },
  { name: 'cgi', files: /^src\/cgi\//, imports: [...COMMON, 'protocol', 'http1'] },
  { name: 'resolver', files: /^src\/resolver\//, imports: COMMON },
  { name: 'pool', files: /^src\/pool\//, imports: [...COMMON, ...BASE, 'cookies', 'resolver'] },
  { name: 'spool', files: /^src\/spool\//, imports: COMMON },
  { name: 'keys', files: /^src\/hash-key\.ts$/, imports: [...COMMON, 'http1', 'exchange'] },
  { name: 'exchange', files: /^src\/(exchange|replay)\.ts$/, imports: [...COMMON, 'protocol', 'spool'] },
  { name: 'supervisor', files: /^src\/supervisor\//, imports: [...COMMON, 'protocol', 'transport', 'pool'] },
  { name: 'site', files: /^src\/site\//, imports: [...COMMON, ...BASE, 'answers', 'exchange', 'pool'] },
  {
    name: 'router',
    files: /^src\/router\//,
    imports: [
      'answers',
      'cookies',
      'keys',
      ...COMMON,
      ...BASE,
      'networks',
      'exchange',
      'pool',
      'templates',
      'rewrite',
    ],
  },
  {
    name: 'directed',
    files: /^src\/(directed\/|local-redirect\.ts$)/,
    imports: [...COMMON, ...BASE, 'exchange', 'pool', 'router', 'site', 'spool'],
  },
  {
    name: 'answers',
    files: /^src\/answers\//,
    imports: [...COMMON, ...BASE, 'exchange', 'templates'],
  },
  { name: 'mirror', files: /^src\/mirror\//, imports: [...COMMON, 'exchange', 'pool', 'router', 'proxy'] },
  { name: 'client', files: /^src\/client\//, imports: [...COMMON, ...BASE, 'networks', ...CORE] },
  { name: 'registry', files: /^protocols\/index\.ts$/, imports: ['protocol', 'a protocol'] },
  { name: 'a protocol', files: /^protocols\/[^/]+\//, imports: [...COMMON, ...BASE] },
  {
    name: 'gateway',
    files: /^src\/(gateway|control|gateway-status)\.ts$|^src\/operations\//,
    imports: [...COMMON, ...BASE, ...CORE, 'networks', 'registry', 'log', 'config', 'cookies', 'cookie keys'],
  },
  { name: 'admin', files: /^src\/admin\//, imports: [...COMMON, 'transport', 'config', 'gateway', 'pool'] },
  {
    name: 'process',
    files: /^src\/process\//,
    imports: [...COMMON, 'networks', 'transport', 'client', 'gateway', 'config', 'log', 'admin'],
  },
  {
    name: 'explain',
    files: /^src\/explain\//,
    imports: [...COMMON, ...BASE, ...CORE, 'networks', 'registry', 'config', 'log', 'cookies', 'cookie keys'],
  },
  {
    name: 'cli',
    files: /^src\/cli\//,
    imports: [
      ...COMMON,
      'networks',
      'transport',
      'gateway',
      'config',
      'log',
      'registry',
      'admin',
      'process',
      'resolver',
      'cookie keys',
      'explain',
    ],
  },
  { name: 'proxy', files: /^src\/[^/]+\.ts$/, imports: [...COMMON, ...BASE, ...CORE, 'networks'] },
  { name: 'bin', files: /^bin\//, imports: ['cli'] },
];

const root = join(import.meta.dirname, '..');
const IMPORT =
  /^\s*(?:import|export)\s+(?:[^;'"]*?from\s*)?['"](\.[^'"]+)['"]|\bimport\(\s*['"](\.[^'"]+)['"]/gm;

function partOf(file: string): Part | undefined {
  return PARTS.find(part => part.files.test(file));
}

/** The files of the project that a file imports, as paths from the root. */
function importsOf(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  return [...source.matchAll(IMPORT)].map(match =>
    relative(root, join(root, dirname(file), match[1] ?? match[2]!)),
  );
}

/** What is wrong with one import; undefined: nothing. */
function fault(file: string, imported: string): string | undefined {
  if (imported.startsWith('dist/')) return undefined;
  const from = partOf(file);
  const to = partOf(imported);
  if (!from) return 'the file belongs to no part that this check knows; add it to PARTS in test/imports.ts';
  if (!to) return 'what is imported belongs to no part that this check knows';
  if (from.name === 'a protocol' && to.name === 'a protocol') {
    return sameFolder(file, imported) ? undefined : 'a protocol may not import another protocol';
  }
  if (from.name === to.name || from.imports.includes(to.name)) return undefined;
  return `${from.name} may import ${from.imports.join(', ') || 'nothing'}; not ${to.name}`;
}

function sameFolder(file: string, imported: string): boolean {
  return file.split('/')[1] === imported.split('/')[1];
}

const files = globSync(['src/**/*.ts', 'protocols/**/*.ts', 'bin/*.js'], { cwd: root }).sort();
const faults = files.flatMap(file =>
  importsOf(file).flatMap(imported => {
    const rule = fault(file, imported);
    return rule ? [`${file}: imports ${imported}: ${rule}`] : [];
  }),
);
for (const line of faults) console.error(line);
console.log(`imports: ${files.length} files, ${faults.length} faults`);
if (faults.length > 0) process.exitCode = 1;
