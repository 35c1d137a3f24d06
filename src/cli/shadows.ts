import type { ConditionConfig, RouteConfig } from '../config/config.ts';
import { covers } from './covers.ts';

/** For each route the one that takes all that it matches before it is asked; undefined: there is none. */
export function shadowsOf(routes: readonly RouteConfig[]): readonly (RouteConfig | undefined)[] {
  const before = new Earlier();
  return routes.map((route, i) => {
    const shadow = before.candidates(route).find(place => covers(routes[place]!, route));
    before.add(route, i);
    return shadow === undefined ? undefined : routes[shadow];
  });
}

/** Routes by a host or a path that they ask for, so that among thousands only a few have to be looked at. */
class Earlier {
  readonly #byText = new Map<string, number[]>();
  /** Those that ask for neither, or by regular expressions. */
  readonly #others: number[] = [];

  add(route: RouteConfig, place: number): void {
    const listed = route.conditions.find(isListed);
    if (listed === undefined) {
      this.#others.push(place);
      return;
    }
    for (const value of listed.values) {
      const key = `${listed.kind} ${value}`;
      const places = this.#byText.get(key);
      if (places === undefined) this.#byText.set(key, [place]);
      else places.push(place);
    }
  }

  /** The places of all routes that may take what one matches, in order; most of them do not. */
  candidates({ conditions }: RouteConfig): readonly number[] {
    const found = conditions
      .filter(isListed)
      .flatMap(({ kind, values }) =>
        textsAround(kind, values[0]!).flatMap(text => this.#byText.get(`${kind} ${text}`) ?? []),
      );
    return [...new Set([...this.#others, ...found])].sort((a, b) => a - b);
  }
}

function isListed({ kind, negated, values }: ConditionConfig): boolean {
  return (kind === 'host' || kind === 'path') && !negated && values.every(value => !value.startsWith('~'));
}

/** A host or a path and whatever has it in it, in the notation of conditions. */
function textsAround(kind: ConditionConfig['kind'], text: string): string[] {
  if (kind === 'host') {
    const labels = text.split('.');
    return [text, ...labels.slice(1).map((_, i) => `*.${labels.slice(i + 1).join('.')}`)];
  }
  const parts = text.replace(/\/\*$/, '').split('/');
  return [text, ...parts.map((_, i) => `${parts.slice(0, i + 1).join('/')}/*`)];
}
