import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: (process.env.KEYMESH_BASE_URL ?? 'http://localhost:8787') + '/v1',
  apiKey: process.env.KEYMESH_API_KEY, // a virtual key, km-...
});
const answer = await client.chat.completions.create({
  model: 'gpt-5.4',
  messages: [{ role: 'user', content: 'hello' }],
});
console.log(answer.choices[0]?.message.content);
