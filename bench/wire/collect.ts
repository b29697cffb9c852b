/** Loaded into a measured process with `--expose-gc`: collects garbage on SIGUSR2. */
process.on('SIGUSR2', () => globalThis.gc?.())
