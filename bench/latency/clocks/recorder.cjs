/**
 * Writes down when something happened, in milliseconds since the epoch, on the clock that every process of this machine
 * shares. Lines go to the file only while nothing happens, so that writing does not stand in the way of a key.
 */
const { appendFile } = require('node:fs');

const QUIET = 60;

exports.recorder = (file, more = () => []) => {
  let lines = [];
  let waiting;
  const write = () => {
    const text = [...lines, ...more()].map((line) => `${JSON.stringify(line)}\n`).join('');
    lines = [];
    if (text) appendFile(file, text, () => undefined);
  };
  return (name, facts) => {
    lines.push({ name, at: performance.timeOrigin + performance.now(), ...facts });
    clearTimeout(waiting);
    waiting = setTimeout(write, QUIET);
  };
};
