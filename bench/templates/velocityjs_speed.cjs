// How long velocityjs takes for the templates in the directory that is the first argument: prints nanoseconds of one rendering,
// warm, the best of several rounds, with the stubs that crates/vtl/examples/render_speed.rs has.

const fs = require('fs');
const path = require('path');
const { createRequire } = require('module');
const { parse, Compile } = createRequire(path.join(process.cwd(), 'any.cjs'))('velocityjs');

const ROUNDS = 20;
const RENDERINGS_PER_ROUND = 2000;

const records = Array.from({ length: 10 }, (_, number) => ({ data: 'x'.repeat(96), 'partition-key': String(number) }));
const data = 'x'.repeat(128);
const input = {
  params: () => 'streaming-0a1b2c3d4e5f-pin',
  json: () => data,
  path: (asked) => (asked === '$.records' ? records : '7528'),
};
const util = { base64Encode: (text) => text };

for (const name of ['put_record', 'put_records']) {
  const parsed = parse(fs.readFileSync(path.join(process.argv[2], `${name}.vtl`), 'utf8'));
  let best = Infinity;
  let text = '';
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = process.hrtime.bigint();
    for (let rendering = 0; rendering < RENDERINGS_PER_ROUND; rendering += 1) {
      text = new Compile(parsed).render({ input, util });
    }
    best = Math.min(best, Number(process.hrtime.bigint() - start) / RENDERINGS_PER_ROUND);
  }
  console.log(`${name} ${Math.round(best)} ${text.length}`);
}
