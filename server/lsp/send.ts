/**
 * Messages from the server that the client may answer with an error, or not at all: a client that knows no refresh, or one
 * that has gone, must not end the server.
 */
import { ignoreSuperseded } from '../async/superseded';

/** Watches over a message that was sent; what goes wrong with it is one line in the log. */
export function messageSender(
  log: (what: string, error: unknown) => void,
): (what: string, message: Promise<unknown>) => void {
  return (what, message) => void message.catch(ignoreSuperseded((error) => log(what, error)));
}
