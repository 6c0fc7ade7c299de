// Checks the costs of a file of cases against an independent calculator. Argument: the file, which says what it has.
import { readFileSync } from "node:fs";
import { calcPrice } from "@pydantic/genai-prices";

const [file] = process.argv.slice(2);
const cases = readFileSync(file, "utf8").split("\n").filter((line) => line && !line.startsWith("#"));
let failed = 0;
let equal = 0;
let explained = 0;

for (const line of cases) {
  const [, provider, model, ...rest] = line.split(" ");
  const [input, cached, written, hour, output, searches, audioIn, audioOut, imageIn, imageOut] = rest.map(Number);
  const [at, ours, theirs, why] = rest.slice(10);
  const usage = { input_tokens: input, output_tokens: output };
  const more = {
    cache_read_tokens: cached,
    cache_write_tokens: written + hour,
    cache_write_1h_tokens: hour,
    web_searches: searches,
    input_audio_tokens: audioIn,
    output_audio_tokens: audioOut,
    input_image_tokens: imageIn,
    output_image_tokens: imageOut,
  };
  for (const [name, count] of Object.entries(more)) {
    if (count) usage[name] = count;
  }
  const price = calcPrice(usage, model, { providerId: provider, timestamp: new Date(at) });
  // Their sum is a float of dollars: rounded to a thousandth of a nano-dollar first, then up as ours.
  const found = price === null ? "no price" : String(Math.ceil(Number((price.total_price * 1e9).toFixed(3))));
  if (found !== theirs || (ours !== theirs && !why)) {
    failed++;
    console.log(`FAIL ${line}\n     they say ${found}`);
  } else if (ours === theirs) {
    equal++;
  } else {
    explained++;
    console.log(`differs, explained: ${model} at ${at}: ${why.replaceAll("_", " ")}`);
  }
}
console.log(`${cases.length} cases, ${equal} equal to the nano-dollar, ${explained} explained, ${failed} failed`);
process.exit(failed || cases.length < 30 ? 1 : 0);
