/** `node --import ./bench/peak-memory.mjs …` tells the peak of its own resident memory on stderr when it ends. */
process.on('exit', () => process.stderr.write(`peak ${process.resourceUsage().maxRSS} kB\n`));
