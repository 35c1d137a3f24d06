import type { Endpoint } from './endpoint.ts';

/** Of so many endpoints it is told why they are not up. */
const MOST = 5;

/** Why nothing is up, in words for the log. */
export function whyAllDown(endpoints: readonly Endpoint[]): string {
  const told = endpoints.slice(0, MOST).map(({ name, standing }) => {
    const { state, why } = standing.state;
    return why === '' ? `${name} is ${state}` : `${name} is ${state} (${why})`;
  });
  if (endpoints.length > MOST) told.push(`and ${endpoints.length - MOST} more`);
  return `no endpoint is up: ${told.join(', ')}`;
}
