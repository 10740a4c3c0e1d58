// The official Node clients against a server with chat-tiny: `clients.mjs URL KEY`, beside their node_modules.
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';

const [url, key] = process.argv.slice(2);
const client = new OpenAI({baseURL: url + '/v1', apiKey: key, maxRetries: 0});
const claude = new Anthropic({baseURL: url, apiKey: key, maxRetries: 0});
const messages = [{role: 'user', content: 'What is the capital of Germany? One word only.'}];
const BERLIN = 'The capital of Germany is Berlin.';

const answer = await client.chat.completions.create({model: 'gpt-4o', temperature: 0, messages});
assert.equal(answer.choices[0].message.content, BERLIN);

let text = '';
for await (const chunk of await client.chat.completions.create({model: 'gpt-4o', temperature: 0, messages, stream: true})) {
  text += chunk.choices[0].delta.content ?? '';
}
assert.equal(text, BERLIN);

const response = await client.responses.create({model: 'gpt-4o', temperature: 0, input: messages});
assert.equal(response.output_text, BERLIN);

const message = await claude.messages.stream({model: 'claude', max_tokens: 50, temperature: 0, messages}).finalMessage();
assert.equal(message.content[0].text, BERLIN);

await assert.rejects(client.chat.completions.create({model: 'gpt-4o', messages: []}), error => error.status === 400);
console.log('node: all');
