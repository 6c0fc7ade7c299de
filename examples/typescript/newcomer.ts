// What a client does with its mcpServers entry, from nothing to a key that is issued, used, paid for and revoked:
//   node newcomer.ts mcp.json
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import OpenAI from 'openai';

const entry = JSON.parse(readFileSync(process.argv[2] ?? 'mcp.json', 'utf8')).mcpServers.keymesh;
const agent = new Client({ name: 'newcomer', version: '1.0.0' });
await agent.connect(new StdioClientTransport(entry));

async function call(name: string, args: Record<string, unknown> = {}): Promise<any> {
  const answer: any = await agent.callTool({ name, arguments: args });
  if (answer.isError) {
    throw new Error(`${name}: ${answer.content[0].text}`);
  }
  return answer.structuredContent;
}

const { tools } = await agent.listTools();
console.log('Tools:', tools.map((tool) => tool.name).join(', '));

const [first] = (await call('keys_list')).data;
const { allowed } = await call('models_check', { model: 'demo-small', key: first.id });
console.log(`The first key may call demo-small: ${allowed}`);

const key = await call('keys_issue', { title: 'Newcomer', budget: { amount: '0.10', period: 'monthly' } });
console.log(`Issued: ${key.id}`);

// The gateway runs in the process of the entry, or in another on the same folder; that folder says where.
const data = entry.env?.KEYMESH_DATA ?? join(homedir(), '.keymesh');
const { address } = JSON.parse(readFileSync(join(data, 'server.json'), 'utf8'));
const openai = new OpenAI({ baseURL: `${address}/v1`, apiKey: key.secret });
const ask = () =>
  openai.chat.completions.create({ model: 'demo-small', messages: [{ role: 'user', content: 'hello' }] });
console.log('Answer:', (await ask()).choices[0]?.message.content);

// A call is written down a moment after its answer.
let usage = { requests: 0, cost: '0' };
for (let look = 0; look < 50 && usage.requests === 0; look++) {
  await setTimeout(100);
  [usage] = (await call('usage_get', { key: key.id })).data;
}
const [budget] = (await call('budget_get', { scope: `key:${key.id}` })).data;
console.log(`Usage: ${usage.requests} request, ${usage.cost} USD; ${budget.remaining} USD are left`);

const { status } = await call('keys_revoke', { id: key.id, confirm: key.id });
console.log(`The key is ${status}`);
const refusal = await ask().then(
  () => 'not at all',
  (error) => error.message,
);
console.log(`Refused: ${refusal}`);
await agent.close();
