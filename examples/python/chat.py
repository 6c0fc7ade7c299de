import os

from openai import OpenAI

client = OpenAI(
    base_url=os.environ.get("KEYMESH_BASE_URL", "http://localhost:8787") + "/v1",
    api_key=os.environ["KEYMESH_API_KEY"],  # a virtual key, km-...
)
answer = client.chat.completions.create(
    model="gpt-5.4",
    messages=[{"role": "user", "content": "hello"}],
)
print(answer.choices[0].message.content)
