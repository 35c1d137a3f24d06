import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, globSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const POLICY = '/usr/sbin/policy-rc.d';
/** The answer of a policy that forbids to start a service. */
const FORBIDDEN = 101;

/**
 * Where a program of that name lies, maybe with a version at the end of its name, as php-fpm8.2; undefined: nowhere in
 * the path. Servers often lie where only root's path leads.
 */
export function programPath(program: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap(folder => named(program, folder)).find(isExecutable);
}

function named(program: string, folder: string): string[] {
  const versioned = globSync(`${program}[0-9]*`, { cwd: folder });
  return [program, ...versioned.sort().reverse()].map(name => join(folder, name));
}

/** Whether a program of that name can be found. */
export function isInstalled(program: string): boolean {
  return programPath(program) !== undefined;
}

/** Lets programs be found that Debian keeps out of the path of ordinary users. */
export function extendPath(): void {
  process.env['PATH'] = [process.env['PATH'] ?? '', '/usr/local/sbin', '/usr/sbin', '/sbin'].join(delimiter);
}

/**
 * Installs the Debian packages whose program of the same name is missing, without any of their services being started
 * now or at boot. Returns why it could not, or undefined when nothing is missing any more.
 */
export function install(packages: readonly string[]): string | undefined {
  const missing = packages.filter(name => !isInstalled(name));
  if (missing.length === 0) return undefined;
  if (!isInstalled('apt-get')) return `no apt-get here to install ${missing.join(', ')}`;
  if (process.getuid?.() !== 0) return `only root can install ${missing.join(', ')}`;
  const refused = missing.find(name => existsSync(POLICY) && !forbids(name));
  if (refused !== undefined) return `${POLICY} would let ${refused} be started; install it by hand`;
  const failures = withoutServices(() => missing.map(installOne));
  return failures.filter(failure => failure !== undefined).join('; ') || undefined;
}

/** One package at a time: one that the distribution does not have must not keep the others away. */
function installOne(name: string): string | undefined {
  console.log(`installing ${name}`);
  const failure = apt('install', name) && (apt('update') ?? apt('install', name));
  if (failure !== undefined) return `${name} could not be installed: ${failure}`;
  spawnSync('systemctl', ['disable', '--quiet', serviceOf(name)], { stdio: 'ignore' });
  return undefined;
}

/** The service in a package: php8.2-fpm in php-fpm, which has the program php-fpm8.2; otherwise of the same name. */
function serviceOf(name: string): string {
  const version = /php-fpm([\d.]+)$/.exec(programPath(name) ?? '')?.[1];
  return version === undefined ? name : `php${version}-fpm`;
}

/** Runs apt-get; returns the last line of its complaint, or undefined when it succeeded. */
function apt(...command: readonly string[]): string | undefined {
  const flags = ['-qq', '-y', '-o', 'DPkg::Lock::Timeout=300', '--no-install-recommends'];
  const run = spawnSync('apt-get', [...flags, ...command], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (run.status === 0) return undefined;
  return run.stderr.trim().split('\n').at(-1) || `apt-get ended with status ${run.status}`;
}

/** A policy that was there stays; one of ours is gone afterwards. */
function withoutServices<T>(work: () => T): T {
  if (existsSync(POLICY)) return work();
  writeFileSync(POLICY, `#!/bin/sh\nexit ${FORBIDDEN}\n`, { mode: 0o755 });
  try {
    return work();
  } finally {
    rmSync(POLICY);
  }
}

function forbids(service: string): boolean {
  return spawnSync(POLICY, [service, 'start'], { stdio: 'ignore' }).status === FORBIDDEN;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
