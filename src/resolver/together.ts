import { LATE, LookupFailure, lookupFailure } from './lookup-failure.ts';

/**
 * The outcomes of questions that are asked at once, in their order. When one of them has been answered, the others have so many
 * milliseconds more: there are servers that never answer for a family that they do not care for. Never rejects.
 */
export function together<T>(questions: readonly Promise<T>[], grace: number): Promise<(T | LookupFailure)[]> {
  return new Promise(resolve => {
    const outcomes = new Map<number, T | LookupFailure>();
    let timer: NodeJS.Timeout | undefined;
    const end = () => {
      clearTimeout(timer);
      resolve(questions.map((_, i) => outcomes.get(i) ?? late(grace)));
    };
    const take = (i: number, outcome: T | LookupFailure) => {
      outcomes.set(i, outcome);
      if (outcomes.size === questions.length) end();
      else if (!(outcome instanceof LookupFailure)) timer ??= setTimeout(end, grace).unref();
    };
    questions.forEach((question, i) => {
      question.then(
        answer => take(i, answer),
        thrown => take(i, lookupFailure(thrown)),
      );
    });
  });
}

function late(grace: number): LookupFailure {
  return new LookupFailure(`no answer within ${grace} ms of the other`, false, LATE);
}
