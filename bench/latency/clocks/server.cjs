/** In the server: when it hears of an edit, when the program and the numbers are there, when a panel's state leaves. */
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { recorder } = require('./recorder.cjs');

const RESOLUTION = 1;

exports.watch = (file, stateMethod) => {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  const record = recorder(file, () => {
    const longest = delay.max / 1e6 - RESOLUTION;
    delay.reset();
    return [{ name: 'longest block', longest }];
  });
  globalThis.dramatisStage = record;
  process.on('message', ({ method }) => {
    if (method === 'textDocument/didChange') record('heard');
  });
  const send = process.send.bind(process);
  process.send = (message, ...more) => {
    if (message.method === stateMethod) record('posted');
    return send(message, ...more);
  };
};
