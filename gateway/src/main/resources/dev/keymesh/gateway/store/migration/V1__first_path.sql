-- Times are epoch milliseconds, money is nano-dollars, JSON and sealed bytes are text: the same types on both databases.
-- clustered: a table that is its primary key's tree, where the database has that; one tree less to write.

CREATE TABLE account (
  id TEXT PRIMARY KEY,
  plan TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

-- disabled_at: since when every key of it is refused.
CREATE TABLE space (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  disabled_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE workspace (
  space TEXT NOT NULL REFERENCES space (id),
  id TEXT NOT NULL,
  title TEXT NOT NULL,
  environment TEXT NOT NULL,
  policy TEXT NOT NULL,
  key_defaults TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (space, id)
);

CREATE TABLE virtual_key (
  id TEXT PRIMARY KEY,
  space TEXT NOT NULL,
  workspace TEXT NOT NULL,
  parent TEXT REFERENCES virtual_key (id),
  title TEXT NOT NULL,
  status TEXT NOT NULL,
  lookup TEXT NOT NULL UNIQUE,
  mac TEXT NOT NULL,
  pepper TEXT NOT NULL,
  hint TEXT NOT NULL,
  fields TEXT NOT NULL,
  owner TEXT,
  tags TEXT NOT NULL,
  external_id TEXT,
  uses TEXT NOT NULL,
  policy TEXT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  expires_at BIGINT,
  revoked_at BIGINT,
  FOREIGN KEY (space, workspace) REFERENCES workspace (space, id)
);
CREATE INDEX virtual_key_by_workspace ON virtual_key (space, workspace, id);
CREATE INDEX virtual_key_by_parent ON virtual_key (parent);
CREATE INDEX virtual_key_by_end ON virtual_key (expires_at) WHERE expires_at IS NOT NULL;

-- Links by which a new key's secret is shown once. id is the token's MAC; secret is sealed, and gone once it was shown
-- or the link has ended.
CREATE TABLE claim (
  id TEXT PRIMARY KEY,
  key TEXT NOT NULL REFERENCES virtual_key (id),
  secret TEXT,
  expires_at BIGINT NOT NULL,
  claimed_at BIGINT
);
CREATE INDEX claim_by_end ON claim (expires_at);

CREATE TABLE management_key (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  permission_set TEXT NOT NULL,
  space TEXT,
  status TEXT NOT NULL,
  lookup TEXT NOT NULL UNIQUE,
  mac TEXT NOT NULL,
  pepper TEXT NOT NULL,
  hint TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  revoked_at BIGINT
);

-- Who is signed in to the dashboard: id is the hash of the cookie's token, management_key a reference to the key.
CREATE TABLE page_session (
  id TEXT PRIMARY KEY,
  management_key TEXT NOT NULL,
  csrf TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL
);

-- The sets that users made; the built-in ones are the program's.
CREATE TABLE permission_set (
  name TEXT PRIMARY KEY,
  permissions TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE provider (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  base_url TEXT NOT NULL,
  credential TEXT NOT NULL,
  hint TEXT NOT NULL,
  cap_field TEXT,
  enabled BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE TABLE price (
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  effective_from BIGINT NOT NULL,
  version TEXT NOT NULL UNIQUE,
  terms TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (provider, model, effective_from)
);

-- amount NULL is an explicit no-limit.
-- provider and model '' are all; an increase counts until its end.
CREATE TABLE budget (
  scope TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  unit TEXT NOT NULL,
  period TEXT NOT NULL,
  amount BIGINT,
  thresholds TEXT NOT NULL,
  increase_amount BIGINT,
  increase_until BIGINT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (scope, provider, model, unit, period)
);

-- The thresholds that were told, by the first day of their window.
CREATE TABLE budget_threshold (
  scope TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  unit TEXT NOT NULL,
  period TEXT NOT NULL,
  day INTEGER NOT NULL,
  threshold INTEGER NOT NULL,
  PRIMARY KEY (scope, provider, model, unit, period, day, threshold)
);

-- One row for each scope and UTC day, from the first call on: any window is a sum of days,
-- so a budget that is set later counts its whole window.
-- The row of all providers and models ('') is there always; others are where a budget counts those only.
CREATE TABLE balance (
  scope TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  day INTEGER NOT NULL,
  spent BIGINT NOT NULL,
  held BIGINT NOT NULL,
  requests BIGINT NOT NULL,
  held_requests BIGINT NOT NULL,
  tokens BIGINT NOT NULL,
  held_tokens BIGINT NOT NULL,
  PRIMARY KEY (scope, provider, model, day)
) ${clustered};

-- The holds that are open. A settle removes the row and writes the call.
CREATE TABLE hold (
  id TEXT PRIMARY KEY,
  instance TEXT NOT NULL,
  kind TEXT NOT NULL,
  space TEXT NOT NULL,
  workspace TEXT NOT NULL,
  key TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  operation TEXT NOT NULL,
  price_version TEXT,
  amount BIGINT NOT NULL,
  tokens BIGINT NOT NULL,
  day INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
) ${clustered};

-- What providers keep for callers, by the provider's own ids: who made it, so that nobody else finds it.
-- facts: of a file for batches what its requests ask for; of a batch what it is settled by, until it is.
CREATE TABLE provider_object (
  provider TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  space TEXT NOT NULL,
  workspace TEXT NOT NULL,
  key TEXT NOT NULL,
  facts TEXT NOT NULL,
  unsettled BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (provider, id)
);
CREATE INDEX provider_object_by_workspace ON provider_object (space, workspace, kind);
CREATE INDEX provider_object_unsettled ON provider_object (id) WHERE unsettled;

-- Every call that ended, admitted or refused: the append-only account of the money and what usage and requests read.
CREATE TABLE call (
  id TEXT PRIMARY KEY,
  space TEXT NOT NULL,
  workspace TEXT NOT NULL,
  key TEXT NOT NULL,
  provider TEXT,
  model TEXT,
  operation TEXT NOT NULL,
  status INTEGER NOT NULL,
  upstream_status INTEGER,
  outcome TEXT NOT NULL,
  error_code TEXT,
  stream BOOLEAN NOT NULL,
  input_tokens BIGINT NOT NULL,
  cached_input_tokens BIGINT NOT NULL,
  output_tokens BIGINT NOT NULL,
  cost BIGINT,
  held BIGINT NOT NULL,
  settlement TEXT NOT NULL,
  price_version TEXT,
  facts TEXT,
  day INTEGER NOT NULL,
  started_at BIGINT NOT NULL,
  duration_ms BIGINT NOT NULL,
  first_byte_ms BIGINT,
  corrects TEXT,
  -- What budgets of tokens are charged.
  tokens BIGINT NOT NULL
) ${clustered};
-- Ids are ordered by time, so the table itself is the index by time. Both have what lists of calls are narrowed to, a fifth of
-- a row's size: no row is read that is not shown.
CREATE INDEX call_by_key ON call (key, id, space, workspace, model, outcome);
-- In the order in which calls come: searched from its end.
CREATE INDEX call_by_time ON call (id, space, workspace, model, outcome);

-- What calls of closed days came to, kept for ever: a call is counted here from the moment its day is rolled up.
-- model '' is a call that named none.
CREATE TABLE usage_day (
  day INTEGER NOT NULL,
  space TEXT NOT NULL,
  workspace TEXT NOT NULL,
  key TEXT NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  requests BIGINT NOT NULL,
  input_tokens BIGINT NOT NULL,
  cached_input_tokens BIGINT NOT NULL,
  output_tokens BIGINT NOT NULL,
  cost BIGINT NOT NULL,
  -- What budgets of calls and of tokens are charged.
  charged_requests BIGINT NOT NULL,
  tokens BIGINT NOT NULL,
  PRIMARY KEY (day, space, workspace, key, provider, model)
) ${clustered};

-- How far the books are condensed, one row. Through day rolled: usage_day is whole; through pruned: calls may be gone;
-- through folded: balances are summed in day 0. Every call that comes late raises late.
CREATE TABLE keeping (
  id INTEGER PRIMARY KEY,
  rolled INTEGER NOT NULL,
  pruned INTEGER NOT NULL,
  folded INTEGER NOT NULL,
  late BIGINT NOT NULL
);
INSERT INTO keeping (id, rolled, pruned, folded, late) VALUES (1, 0, 0, 0, 0);

CREATE TABLE meter (
  name TEXT NOT NULL,
  month TEXT NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (name, month)
);

CREATE TABLE event (
  seq ${identity},
  id TEXT NOT NULL UNIQUE,
  actor_type TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  at BIGINT NOT NULL,
  data TEXT NOT NULL
);
${event_order}

-- Where events are told. address is sealed: the URL, which may hold a token, or the mail addresses.
CREATE TABLE webhook_endpoint (
  id TEXT PRIMARY KEY,
  space TEXT,
  format TEXT NOT NULL,
  address TEXT NOT NULL,
  events TEXT NOT NULL,
  description TEXT,
  secret TEXT,
  old_secret TEXT,
  old_secret_until BIGINT,
  enabled BOOLEAN NOT NULL,
  disabled_reason TEXT,
  -- The first failure since the last success.
  failing_since BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

-- What is told to an endpoint: written by following the event log, sent until it is delivered or given up.
-- claim names the attempt that runs; where its process died, the row is due again at next_at.
CREATE TABLE webhook_delivery (
  id TEXT PRIMARY KEY,
  endpoint TEXT NOT NULL,
  message TEXT NOT NULL,
  type TEXT NOT NULL,
  body TEXT NOT NULL,
  status TEXT NOT NULL,
  tries INTEGER NOT NULL,
  attempts TEXT NOT NULL,
  claim TEXT,
  next_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint, next_at) WHERE status = 'pending';
CREATE INDEX webhook_delivery_by_endpoint ON webhook_delivery (endpoint, id);

-- Through which event of the log deliveries are written; one row.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  seq BIGINT NOT NULL
);
INSERT INTO outbox (id, seq) VALUES (1, 0);

-- What is told once, or once in a while, and when it was.
CREATE TABLE told (
  what TEXT NOT NULL,
  subject TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (what, subject)
);

-- The processes that write to a database that several share; one that has not beaten for 10 s is dead, and the others
-- resolve what it holds.
CREATE TABLE node (
  instance TEXT PRIMARY KEY,
  beat_at BIGINT NOT NULL
);

-- A sealed word: the master key that cannot open it is not this installation's.
CREATE TABLE master_key_check (
  id INTEGER PRIMARY KEY,
  sealed TEXT NOT NULL
);

-- Answers of the API that are given again for the same Idempotency-Key.
CREATE TABLE replay (
  id TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  status INTEGER NOT NULL,
  answer TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);
