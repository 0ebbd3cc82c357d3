// Whoever reads the output may stop reading (`| head`), and a disk may be full: neither ends the work that was begun, and neither is a fault
// of the program. Plain JavaScript that Node 20 can read.

/** From here on output that nobody takes is dropped. What could not be written for another reason is said, and the command fails. */
export function outputMayEnd({ stdout, stderr } = process) {
  let told = false;
  stderr.on('error', () => {});
  stdout.on('error', ({ code, message }) => {
    if (code === 'EPIPE' || code === 'EOF' || code === 'ERR_STREAM_DESTROYED' || told) return;
    told = true;
    stderr.write(`Error: the output could not be written (${code ?? message}); what the command did is done.\n`);
    process.once('exit', () => {
      process.exitCode ||= 1;
    });
  });
}
