/** Mocha's spec report, and beside it the counts as JSON in the file named by the reporter option `count`. */
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      writeFileSync(options.reporterOptions.count, JSON.stringify({ passes, failures, pending }));
    });
  }
};
