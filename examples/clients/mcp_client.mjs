// MCP's client for TypeScript over the transport that the first argument names: stdio or http.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { check, end, expect, saw } from './checks.mjs';

const { KEYMESH_BASE_URL, KEYMESH } = process.env;
const NO_SUCH_TOOL = -32602;

function transport(key) {
  if (process.argv[2] === 'http') {
    const requestInit = { headers: { Authorization: `Bearer ${key}` } };
    return new StreamableHTTPClientTransport(new URL(KEYMESH_BASE_URL + '/mcp'), { requestInit });
  }
  const env = { KEYMESH_BASE_URL, KEYMESH_API_KEY: key };
  return new StdioClientTransport({ command: KEYMESH, args: ['mcp'], env });
}

/** Runs with a client that has this key; with `answer` the client can ask a person, who answers so. */
async function connected(key, body, answer) {
  const client = new Client({ name: 'keymesh-clients', version: '1.0.0' });
  if (answer) {
    client.registerCapabilities({ elicitation: {} });
    client.setRequestHandler(ElicitRequestSchema, answer);
  }
  await client.connect(transport(process.env[key]));
  try {
    return await body(client);
  } finally {
    await client.close();
  }
}

/** The list comes first: the client then holds every answer against its output schema. */
async function names(client) {
  const { tools } = await client.listTools();
  return tools.map((tool) => tool.name);
}

const call = (client, name, args = {}) => client.callTool({ name, arguments: args });

async function done(client, name, args) {
  const answer = await call(client, name, args);
  expect(!answer.isError, answer.content[0]?.text);
  expect(JSON.stringify(JSON.parse(answer.content[0].text)) === JSON.stringify(answer.structuredContent), answer);
  return answer.structuredContent;
}

/** The call must end in a result that says so, with this word in it. */
async function failed(client, word, name, args) {
  const answer = await call(client, name, args);
  expect(answer.isError && answer.content[0].text.includes(word), answer);
}

async function fault(client, name) {
  try {
    return { answer: await call(client, name) };
  } catch ({ code, message, data }) {
    return { code, message, data };
  }
}

async function hidden(client, name) {
  const [found, absent] = [await fault(client, name), await fault(client, 'no_such_tool')];
  expect(found.code === NO_SUCH_TOOL, found);
  expect(JSON.stringify(found) === JSON.stringify(absent), [found, absent]);
}

const chat = (content, model = 'gpt-5.4') => ({ model, messages: [{ role: 'user', content }], maxOutputTokens: 100 });

await check('an administrator lists its tools and calls them', () =>
  connected('ROOT_KEY', async (client) => {
    const listed = await names(client);
    expect(listed.includes('workspaces_list') && !listed.includes('chat_complete'), listed);
    const { data } = await done(client, 'workspaces_list');
    expect(data.some(({ id }) => id === 'clients'), data);
    await hidden(client, 'chat_complete');
  }),
);

await check('a virtual key lists its tools, and one that is hidden is -32602 as one that is absent', () =>
  connected('OPEN_KEY', async (client) => {
    const listed = await names(client);
    expect(listed.includes('chat_complete') && !listed.includes('workspaces_list'), listed);
    await hidden(client, 'workspaces_list');
    await hidden(client, 'budget_set');
  }),
);

await check('models are checked, a chat is completed, a denied model and wrong arguments say why', () =>
  connected('OPEN_KEY', async (client) => {
    await names(client);
    expect((await done(client, 'models_check', { model: 'gpt-5.4' })).allowed, 'not allowed');
    const { allowed, reasons } = await done(client, 'models_check', { model: 'gpt-5.4-mini' });
    expect(!allowed && reasons.length > 0, reasons);
    const { text, usage } = await done(client, 'chat_complete', chat('hello'));
    saw(usage.inputTokens, usage.outputTokens);
    expect(text.startsWith('Hello'), text);
    await failed(client, 'gpt-5.4-mini', 'chat_complete', chat('hello', 'gpt-5.4-mini'));
    await failed(client, 'model', 'chat_complete', { ...chat('hello'), model: 7 });
  }),
);

await check('an ended budget says so, and the call before it is paid', () =>
  connected('SMALL_KEY', async (client) => {
    await done(client, 'chat_complete', chat('expensive'));
    await failed(client, 'budget', 'chat_complete', chat('expensive'));
  }),
);

await check('a key issues a child, which is revoked only when its id is confirmed', () =>
  connected('OPEN_KEY', async (client) => {
    await names(client);
    const { id } = await done(client, 'keys_issue', { title: 'Child', budget: { amount: '0.10', period: 'monthly' } });
    await failed(client, 'confirm', 'keys_revoke', { id });
    expect((await done(client, 'keys_revoke', { id, confirm: id })).status === 'revoked', 'not revoked');
  }),
);

await check('a client that can ask a person is told to, and the answer counts', async () => {
  const answers = ['decline', 'accept'];
  const asked = [];
  const person = ({ params }) => {
    asked.push(params.message);
    const action = answers.shift();
    return action === 'accept' ? { action, content: { confirm: true } } : { action };
  };
  await connected(
    'OPEN_KEY',
    async (client) => {
      await names(client);
      const { id } = await done(client, 'keys_issue', { title: 'Child' });
      await failed(client, 'not revoked', 'keys_revoke', { id });
      expect((await done(client, 'keys_revoke', { id })).status === 'revoked', 'not revoked');
      expect(asked.length === 2 && asked.every((message) => message.includes(id)), asked);
    },
    person,
  );
});

await check('a revoked key is refused', async () => {
  const refusal = await connected('REVOKED_KEY', names).catch((error) => error);
  expect(refusal instanceof Error && refusal.message.includes('revoked'), String(refusal));
});

end();
