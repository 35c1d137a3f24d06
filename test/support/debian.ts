import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, globSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program that tests put behind or in front of the gateway, and the Debian package that has it. */
export interface RealProgram {
  readonly command: string;
  readonly package: string;
  /** The file that has to be there: a name in PATH or a whole path, maybe a pattern; undefined: the command. */
  readonly file?: string;
}

/** All of them. */
export const REAL_PROGRAMS: readonly RealProgram[] = [
  { command: 'nginx', package: 'nginx' },
  { command: 'haproxy', package: 'haproxy' },
  { command: 'curl', package: 'curl' },
  { command: 'openssl', package: 'openssl' },
  { command: 'chromium', package: 'chromium' },
  // The file has the version of PHP in its name.
  { command: 'php-fpm', package: 'php-fpm', file: 'php-fpm[0-9]*' },
  { command: 'php-cgi', package: 'php-cgi' },
  { command: 'uwsgi', package: 'uwsgi-core' },
  {
    command: 'uwsgi-plugin-python3',
    package: 'uwsgi-plugin-python3',
    file: '/usr/lib/uwsgi/plugins/python3_plugin.so',
  },
  { command: 'git', package: 'git' },
  { command: 'git-http-backend', package: 'git', file: '/usr/lib/git-core/git-http-backend' },
  { command: 'fcgiwrap', package: 'fcgiwrap' },
  { command: 'dnsmasq', package: 'dnsmasq-base' },
  { command: 'perl', package: 'perl' },
  { command: 'script', package: 'bsdutils' },
  { command: 'systemd-notify', package: 'systemd' },
  { command: 'systemd-socket-activate', package: 'systemd' },
  { command: 'systemd-analyze', package: 'systemd' },
  { command: 'CGI.pm', package: 'libcgi-pm-perl', file: '/usr/share/perl5/CGI.pm' },
];

const POLICY = '/usr/sbin/policy-rc.d';
const APT = ['-y', '-qq', '-o', 'DPkg::Lock::Timeout=600'];

/** The path of a command; undefined if it is not installed. Directories of servers count though PATH may lack them. */
export function findCommand(command: string): string | undefined {
  const file = REAL_PROGRAMS.find(program => program.command === command)?.file ?? command;
  if (file.startsWith('/')) return existsSync(file) ? file : undefined;
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return directories.flatMap(directory => filesLike(directory, file)).find(executable);
}

/** The newest first, where the pattern stands for a version. */
function filesLike(directory: string, file: string): string[] {
  if (!file.includes('*')) return [join(directory, file)];
  return globSync(file, { cwd: directory })
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map(name => join(directory, name));
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Installs what is missing where that is possible, and says in words what could not be had. */
export function installPrograms(allowed: boolean): string[] {
  const missing = REAL_PROGRAMS.filter(program => !findCommand(program.command));
  if (missing.length === 0) return [];
  const obstacle = whyNot(allowed);
  const failure = obstacle ?? install(missing.map(program => program.package));
  return missing
    .filter(program => !findCommand(program.command))
    .map(program => `tests with ${program.command} are skipped: it is not installed, and ${failure}`);
}

function whyNot(allowed: boolean): string | undefined {
  if (!allowed) return 'nothing is to be installed';
  if (!findCommand('apt-get')) return `there is no apt-get here; install it and run the tests again`;
  if (process.getuid?.() !== 0) return 'only root may install it; run the tests as root once, or install it';
  return undefined;
}

/** Installs packages without starting the services in them; returns what went wrong, in words. */
function install(packages: readonly string[]): string {
  const policyIsOurs = !existsSync(POLICY);
  if (policyIsOurs) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    let complaint = aptInstall(packages);
    if (complaint !== undefined && apt(['update']).status === 0) complaint = aptInstall(packages);
    // One package that the distribution does not have must not keep the others away.
    if (complaint !== undefined) for (const name of packages) aptInstall([name]);
    return complaint === undefined ? 'its package has no such command' : `apt-get failed: ${complaint}`;
  } finally {
    if (policyIsOurs) rmSync(POLICY, { force: true });
  }
}

/** The last line of what apt-get complains of; undefined if it does not. */
function aptInstall(packages: readonly string[]): string | undefined {
  const result = apt(['install', '--no-install-recommends', ...new Set(packages)]);
  return result.status === 0 ? undefined : lastLine(result.stderr);
}

function apt(words: readonly string[]) {
  return spawnSync('apt-get', [...APT, ...words], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

function lastLine(text: string | null): string {
  return text?.trim().split('\n').at(-1) ?? 'it said nothing';
}
