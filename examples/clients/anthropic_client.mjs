// The vendor's client `@anthropic-ai/sdk`, unchanged but for the base URL and the key.
import Anthropic from '@anthropic-ai/sdk';
import { check, end, expect, refused, saw } from './checks.mjs';

const tools = [
  {
    name: 'weather',
    input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
];

const client = (key) => new Anthropic({ baseURL: process.env.KEYMESH_BASE_URL, apiKey: process.env[key] });

const body = (text, more = {}) => ({
  model: 'claude-sonnet-5-5',
  max_tokens: 100,
  messages: [{ role: 'user', content: text }],
  ...more,
});

const message = (text, more = {}, key = 'OPEN_KEY') => client(key).messages.create(body(text, more));

function counted(answer) {
  saw(answer.usage.input_tokens, answer.usage.output_tokens);
  return answer.content;
}

await check('a message is answered', async () => {
  expect(counted(await message('hello'))[0].text.startsWith('Hello'), 'another answer');
});

await check('a stream comes in pieces', async () => {
  const pieces = [];
  const stream = client('OPEN_KEY').messages.stream(body('hello'));
  stream.on('text', (piece) => pieces.push(piece));
  counted(await stream.finalMessage());
  expect(pieces.length > 3 && pieces.join('').endsWith('gateway.'), pieces);
});

await check('a tool makes the round trip', async () => {
  const asked = counted(await message('weather', { tools }));
  const use = asked.find((block) => block.type === 'tool_use');
  expect(use.input.city === 'Oslo', use);
  const messages = [
    { role: 'user', content: 'weather' },
    { role: 'assistant', content: asked },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: 'snow' }] },
  ];
  expect(counted(await message('', { tools, messages }))[0].text === 'It snows in Oslo.', 'another answer');
});

await check('a streamed tool use is whole', async () => {
  const blocks = counted(await client('OPEN_KEY').messages.stream(body('weather', { tools })).finalMessage());
  expect(blocks.some((block) => block.type === 'tool_use' && block.input.city === 'Oslo'), blocks);
});

await check('an image passes', async () => {
  const [media_type, data] = process.env.PIXEL.replace('data:', '').split(';base64,');
  const content = [
    { type: 'image', source: { type: 'base64', media_type, data } },
    { type: 'text', text: 'picture' },
  ];
  const told = counted(await message('', { messages: [{ role: 'user', content }] }));
  expect(told[0].text === 'One black pixel.', told);
});

await check('a context that is only cleared passes, as Claude Code sends it', async () => {
  const context_management = { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] };
  const betas = ['context-management-2025-06-27'];
  const told = await client('OPEN_KEY').beta.messages.create(body('hello', { context_management, betas }));
  expect(counted(told)[0].text.startsWith('Hello'), 'another answer');
});

await check('a denied model is PermissionDeniedError', () =>
  refused(Anthropic.PermissionDeniedError, 403, 'claude-haiku-5-5', () =>
    message('hello', { model: 'claude-haiku-5-5' }, 'DENIED_KEY'),
  ),
);

await check('an ended budget is 402, and the call before it is paid', async () => {
  await message('expensive', {}, 'SMALL_KEY');
  await refused(Anthropic.APIError, 402, 'budget', () => message('expensive', {}, 'SMALL_KEY'));
});

await check('a revoked key is AuthenticationError', () =>
  refused(Anthropic.AuthenticationError, 401, 'revoked', () => message('hello', {}, 'REVOKED_KEY')),
);

end();
