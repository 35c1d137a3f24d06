import { connect } from 'node:net';

/** Whether somebody listens at a socket: also one who is too busy to accept, or who would not let this user in. */
export function isAnswered(
  at: { readonly path: string } | { readonly host: string; readonly port: number },
): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(at);
    const settle = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.on('connect', () => settle(true));
    socket.on('error', ({ code }: NodeJS.ErrnoException) =>
      settle(code !== 'ECONNREFUSED' && code !== 'ENOENT'),
    );
  });
}
