// The AI SDK (`ai`) over the API that the first argument names: chat, responses (both OpenAI's) or messages (Anthropic's).
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { APICallError, RetryError, generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import { check, end, expect, refused, saw } from './checks.mjs';

globalThis.AI_SDK_LOG_WARNINGS = false;
const api = process.argv[2];
const openai = api !== 'messages';
const names = openai ? ['gpt-5.4', 'gpt-5.4-mini'] : ['claude-sonnet-5-5', 'claude-haiku-5-5'];
const [allowed, denied] = names;

// Both providers of the AI SDK want the /v1.
function model(key, name) {
  const settings = { baseURL: process.env.KEYMESH_BASE_URL + '/v1', apiKey: process.env[key] };
  return openai ? createOpenAI(settings)[api](name) : createAnthropic(settings)(name);
}

const call = (text, more = {}, key = 'OPEN_KEY', name = allowed) => ({
  model: model(key, name),
  maxOutputTokens: 100,
  prompt: text,
  ...more,
});

const weather = (ask) => ({
  weather: tool({
    description: 'The weather of a city.',
    inputSchema: jsonSchema({ type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }),
    execute: ask,
  }),
});

function counted(steps) {
  for (const { usage } of steps) {
    saw(usage.inputTokens, usage.outputTokens);
  }
}

/** The AI SDK wraps the last refusal when it has tried again. */
const unwrapped = (promise) =>
  promise.catch((error) => {
    throw RetryError.isInstance(error) ? error.lastError : error;
  });

await check('a text is generated', async () => {
  const { text, steps } = await generateText(call('hello'));
  counted(steps);
  expect(text.startsWith('Hello'), text);
});

await check('a stream comes in pieces', async () => {
  const stream = streamText(call('hello'));
  const pieces = [];
  for await (const piece of stream.textStream) {
    pieces.push(piece);
  }
  counted(await stream.steps);
  expect(pieces.length > 3 && pieces.join('').endsWith('gateway.'), pieces);
});

await check('a tool runs between two steps', async () => {
  let asked;
  const tools = weather(({ city }) => {
    asked = city;
    return 'snow';
  });
  const { text, steps } = await generateText(call('weather', { tools, stopWhen: stepCountIs(3) }));
  counted(steps);
  expect(asked === 'Oslo' && text === 'It snows in Oslo.', `${asked}: ${text}`);
});

await check('a tool runs between two streamed steps', async () => {
  const stream = streamText(call('weather', { tools: weather(() => 'snow'), stopWhen: stepCountIs(3) }));
  const text = await stream.text;
  counted(await stream.steps);
  expect(text === 'It snows in Oslo.', text);
});

await check('an image passes', async () => {
  const [mediaType, data] = process.env.PIXEL.replace('data:', '').split(';base64,');
  const content = [
    { type: 'text', text: 'picture' },
    { type: 'file', data, mediaType },
  ];
  const { text, steps } = await generateText(call('', { prompt: undefined, messages: [{ role: 'user', content }] }));
  counted(steps);
  expect(text === 'One black pixel.', text);
});

await check('a denied model is refused with 403', () =>
  refused(APICallError, 403, denied, () => unwrapped(generateText(call('hello', {}, 'DENIED_KEY', denied)))),
);

await check(`an ended budget is refused with ${openai ? 429 : 402}, and the call before it is paid`, async () => {
  await generateText(call('expensive', {}, 'SMALL_KEY'));
  await refused(APICallError, openai ? 429 : 402, 'budget', () =>
    unwrapped(generateText(call('expensive', {}, 'SMALL_KEY'))),
  );
});

await check('a revoked key is refused with 401', () =>
  refused(APICallError, 401, 'revoked', () => unwrapped(generateText(call('hello', {}, 'REVOKED_KEY')))),
);

end();
