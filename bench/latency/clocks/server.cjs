/** In the server: when it hears of an edit, when the program and the numbers are there, when a panel's state leaves. */
const { monitorEventLoopDelay } = require('node:perf_hooks');
const { recorder } = require('./recorder.cjs');

const RESOLUTION = 1;

exports.watch = (file, stateMethod) => {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  let began;
  const used = () => {
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1000;
  };
  const record = recorder(file, () => {
    const longest = delay.max / 1e6 - RESOLUTION;
    delay.reset();
    return [{ name: 'longest block', longest }, ...(began ? [{ name: 'processor', used: used() }] : [])];
  });
  globalThis.dramatisStage = record;
  process.on('message', ({ method }) => {
    if (method === 'textDocument/didChange' || method === 'textDocument/didOpen') {
      began = process.cpuUsage();
      record('heard');
    }
  });
  const send = process.send.bind(process);
  process.send = (message, ...more) => {
    if (message.method === stateMethod) record('posted', began && { used: used() });
    return send(message, ...more);
  };
};
