/** Stands in for the package `debug`, which @stdlib logs with and which is not used here. */
module.exports = () => () => undefined;
