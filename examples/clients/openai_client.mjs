// The vendor's client `openai`, unchanged but for the base URL and the key.
import OpenAI from 'openai';
import { check, end, expect, refused, saw } from './checks.mjs';

const tools = [
  {
    type: 'function',
    function: {
      name: 'weather',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
];

const client = (key) => new OpenAI({ baseURL: process.env.KEYMESH_BASE_URL + '/v1', apiKey: process.env[key] });

const chat = (text, more = {}, key = 'OPEN_KEY') =>
  client(key).chat.completions.create({
    model: 'gpt-5.4',
    messages: [{ role: 'user', content: text }],
    max_completion_tokens: 100,
    ...more,
  });

function counted(answer) {
  saw(answer.usage.prompt_tokens, answer.usage.completion_tokens);
  return answer.choices[0].message;
}

await check('a chat is answered', async () => {
  expect(counted(await chat('hello')).content.startsWith('Hello'), 'another answer');
});

await check('a stream comes in pieces, its usage last', async () => {
  const pieces = [];
  let usage;
  for await (const chunk of await chat('hello', { stream: true, stream_options: { include_usage: true } })) {
    pieces.push(...chunk.choices.map((choice) => choice.delta.content).filter(Boolean));
    usage = chunk.usage ?? usage;
  }
  expect(pieces.length > 3 && pieces.join('').endsWith('gateway.'), pieces);
  saw(usage.prompt_tokens, usage.completion_tokens);
});

await check('a function call makes the round trip', async () => {
  const asked = counted(await chat('weather', { tools }));
  const [call] = asked.tool_calls;
  expect(JSON.parse(call.function.arguments).city === 'Oslo', call);
  const messages = [
    { role: 'user', content: 'weather' },
    asked,
    { role: 'tool', tool_call_id: call.id, content: 'snow' },
  ];
  expect(counted(await chat('', { tools, messages })).content === 'It snows in Oslo.', 'another answer');
});

await check('the client runs a function by itself', async () => {
  let asked = false;
  const runner = client('OPEN_KEY').chat.completions.runTools({
    model: 'gpt-5.4',
    max_completion_tokens: 100,
    messages: [{ role: 'user', content: 'weather' }],
    stream: true,
    stream_options: { include_usage: true },
    tools: [
      {
        type: 'function',
        function: {
          ...tools[0].function,
          parse: JSON.parse,
          function: ({ city }) => {
            asked = city === 'Oslo';
            return 'snow';
          },
        },
      },
    ],
  });
  runner.on('chunk', (chunk) => chunk.usage && saw(chunk.usage.prompt_tokens, chunk.usage.completion_tokens));
  expect((await runner.finalContent()) === 'It snows in Oslo.' && asked, 'another answer');
});

await check('an image passes', async () => {
  const content = [
    { type: 'text', text: 'picture' },
    { type: 'image_url', image_url: { url: process.env.PIXEL } },
  ];
  const told = counted(await chat('', { messages: [{ role: 'user', content }] }));
  expect(told.content === 'One black pixel.', told);
});

await check('the models are listed', async () => {
  const models = [];
  for await (const model of client('OPEN_KEY').models.list()) {
    models.push(model.id);
  }
  expect(models.includes('gpt-5.4'), models);
});

await check('a response is given, and one that streams', async () => {
  const ask = { model: 'gpt-5.4', input: 'hello', max_output_tokens: 100 };
  const told = await client('OPEN_KEY').responses.create(ask);
  saw(told.usage.input_tokens, told.usage.output_tokens);
  expect(told.output_text.startsWith('Hello'), told.output_text);
  const stream = client('OPEN_KEY').responses.stream(ask);
  const { usage, output_text } = await stream.finalResponse();
  saw(usage.input_tokens, usage.output_tokens);
  expect(output_text.endsWith('gateway.'), output_text);
});

await check('a denied model is PermissionDeniedError', () =>
  refused(OpenAI.PermissionDeniedError, 403, 'gpt-5.4-mini', () =>
    chat('hello', { model: 'gpt-5.4-mini' }, 'DENIED_KEY'),
  ),
);

await check('an ended budget is RateLimitError, and the call before it is paid', async () => {
  await chat('expensive', {}, 'SMALL_KEY');
  await refused(OpenAI.RateLimitError, 429, 'budget', () => chat('expensive', {}, 'SMALL_KEY'));
});

await check('a revoked key is AuthenticationError', () =>
  refused(OpenAI.AuthenticationError, 401, 'revoked', () => chat('hello', {}, 'REVOKED_KEY')),
);

end();
