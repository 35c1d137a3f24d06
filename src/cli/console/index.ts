import type { Command } from 'commander';
import { addAdd } from './add.ts';
import { addDisable } from './disable.ts';
import { addDrain } from './drain.ts';
import { addEnable } from './enable.ts';
import { addHold } from './hold.ts';
import { addPools } from './pools.ts';
import { addReload } from './reload.ts';
import { addRemove } from './remove.ts';
import { addRestart } from './restart.ts';
import { addResume } from './resume.ts';
import { addSet } from './set.ts';
import { addStatus } from './status.ts';
import { addStop } from './stop.ts';
import { addTop } from './top.ts';
import { addUpgrade } from './upgrade.ts';

/** Adds all commands for a running gateway. */
export function addConsole(program: Command): void {
  addStatus(program);
  addTop(program);
  addPools(program);
  addHold(program);
  addResume(program);
  addDrain(program);
  addDisable(program);
  addEnable(program);
  addSet(program);
  addAdd(program);
  addRemove(program);
  addRestart(program);
  addReload(program);
  addUpgrade(program);
  addStop(program);
}
