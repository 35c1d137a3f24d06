/** What an application prints behind a redirect is dropped, so many reads of it. */
export const MOST_SURPLUS = 16;

/** A backend that has given its whole answer and goes on is heard for so many reads: its connection may prove clean yet. */
export const MOST_AFTERWARDS = 1_000;

/** So many bytes of a body that nobody is to see are read, for so many milliseconds, so that the connection can be kept. */
export const MOST_UNSEEN = 65_536;
export const UNSEEN_TIME = 1_000;

/** To what a local redirect of an application comes. */
export const LOCAL_REDIRECT = 302;
