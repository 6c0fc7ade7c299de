#!/bin/sh
# One chat with a virtual key, KEYMESH_API_KEY.
curl --fail-with-body --silent --show-error "${KEYMESH_BASE_URL:-http://localhost:8787}/v1/chat/completions" \
  -H "Authorization: Bearer $KEYMESH_API_KEY" \
  -H 'Content-Type: application/json' \
  -d '{"model":"gpt-5.4","messages":[{"role":"user","content":"hello"}]}'
