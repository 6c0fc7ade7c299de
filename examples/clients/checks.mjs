// What a client's script prints: a line a check, then the usage that the client was told of.
const usage = { requests: 0, inputTokens: 0, outputTokens: 0 };

export async function check(name, body) {
  try {
    await body();
    say({ check: name, why: null });
  } catch (error) {
    say({ check: name, why: String(error?.stack ?? error) });
  }
}

export function saw(inputTokens, outputTokens) {
  usage.requests += 1;
  usage.inputTokens += inputTokens;
  usage.outputTokens += outputTokens;
}

export function expect(condition, why) {
  if (!condition) {
    throw new Error(typeof why === 'string' ? why : JSON.stringify(why));
  }
}

/** The call must throw an error of the client with this status and word; `kind` may be left out. */
export async function refused(kind, status, word, call) {
  let error;
  try {
    await call();
  } catch (thrown) {
    error = thrown;
  }
  expect(error !== undefined, 'not refused');
  expect(!kind || error instanceof kind, `another error: ${error}`);
  const found = error.status ?? error.statusCode;
  expect(found === status, `status ${found}, not ${status}: ${error}`);
  expect(error.message.includes(word), `the message has no '${word}': ${error.message}`);
}

export function end() {
  say({ usage });
}

function say(line) {
  console.log(JSON.stringify(line));
}
