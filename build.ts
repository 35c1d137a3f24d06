import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

const root = import.meta.dirname;

/** Compiles src/ and protocols/ to JavaScript in a folder: Node strips no types from files below node_modules. */
function build(folder: string): number {
  rmSync(folder, { recursive: true, force: true });
  const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
  const tsc = join(dirname(manifest), 'bin', 'tsc');
  const { status, error } = spawnSync(
    process.execPath,
    [tsc, '--project', 'tsconfig.build.json', '--outDir', folder],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  if (error) console.error(`build: cannot run the compiler: ${error.message}`);
  return status ?? 1;
}

process.exitCode = build(resolve(process.argv[2] ?? join(root, 'dist')));
