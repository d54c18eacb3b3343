/** Stands in for the package `debug`, which @stdlib logs with and nobody here listens to. */
module.exports = () => () => undefined;
