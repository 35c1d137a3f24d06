import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { afterwards } from './afterwards.ts';
import { findCommand } from './debian.ts';
import { temporaryFolder } from './socket-path.ts';

/** A git client with a home of its own, and a folder with a bare repository that may be pushed to. */
export class Git {
  /** What git calls the project root. */
  readonly projects: string;
  readonly folder: string;
  readonly #t: TestContext;

  constructor(t: TestContext, folder: string) {
    this.#t = t;
    this.folder = folder;
    this.projects = join(folder, 'projects');
  }

  /** Runs a command of git in a folder to its end; resolves to all that it printed, throws if it fails. */
  async run(folder: string, ...words: readonly string[]): Promise<string> {
    const child = spawn(findCommand('git')!, words, {
      cwd: folder,
      env: { PATH: process.env['PATH'], ...environment(this.folder) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    afterwards(this.#t, () => child.kill('SIGKILL'));
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', text => {
        said += text;
      });
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`git ${words.join(' ')} ended with status ${code}: ${said}`);
    return said;
  }
}

/** Makes an empty bare repository `project.git`; everything is removed after the test. */
export async function makeRepository(t: TestContext): Promise<Git> {
  const folder = temporaryFolder(t);
  const git = new Git(t, folder);
  mkdirSync(git.projects);
  await git.run(git.projects, 'init', '-q', '--bare', '-b', 'main', 'project.git');
  await git.run(join(git.projects, 'project.git'), 'config', 'http.receivepack', 'true');
  return git;
}

/** Nothing that the machine's or the user's configuration says. */
function environment(home: string): Record<string, string> {
  return {
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'A Tester',
    GIT_AUTHOR_EMAIL: 'tester@example.com',
    GIT_COMMITTER_NAME: 'A Tester',
    GIT_COMMITTER_EMAIL: 'tester@example.com',
  };
}
