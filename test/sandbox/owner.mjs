// Run by a test as another process: owns the org of a folder until it is killed.
const { openEmbedded } = await import('../../sandbox/embedded.ts');
const org = await openEmbedded({ folder: process.argv[2], seed: 'empty' });
process.stdout.write(`${JSON.stringify({ url: org.url, started: org.started })}\n`);
