import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({
  baseURL: process.env.KEYMESH_BASE_URL ?? 'http://localhost:8787', // without /v1
  apiKey: process.env.KEYMESH_API_KEY, // a virtual key, km-...
});
const answer = await client.messages.create({
  model: 'claude-sonnet-5-5',
  max_tokens: 200,
  messages: [{ role: 'user', content: 'hello' }],
});
for (const block of answer.content) {
  if (block.type === 'text') {
    console.log(block.text);
  }
}
