// Files, containers, container files and errors with the official Node SDK: every call.
import assert from "node:assert/strict";
import { renameSync } from "node:fs";
import { after, before, test } from "node:test";
import OpenAI, { toFile } from "openai";

const client = new OpenAI();
const upload = async (name, text = "a,b\n1,2\n") =>
  client.files.create({ file: await toFile(Buffer.from(text), name), purpose: "user_data" });

const all = async (pages) => {
  const found = [];
  for await (const item of pages) found.push(item.id);
  return found;
};

test("a file is made, found, read and deleted", async () => {
  const made = await client.files.create({
    file: await toFile(Buffer.from("a\n1\n"), "data.csv"),
    purpose: "user_data",
    expires_after: { anchor: "created_at", seconds: 3600 },
  });
  assert.equal(made.expires_at - made.created_at, 3600);
  assert.equal((await client.files.retrieve(made.id)).filename, "data.csv");
  assert.equal(await (await client.files.content(made.id)).text(), "a\n1\n");
  assert.deepEqual(await client.files.delete(made.id), { id: made.id, object: "file", deleted: true });
});

test("files are listed page by page", async () => {
  const made = [];
  for (let n = 0; n < 5; n++) made.push((await upload(`page${n}.csv`)).id);
  const page = await client.files.list({ limit: 2, order: "asc" });
  assert.equal(page.data.length, 2);
  assert.ok(page.hasNextPage());
  const listed = await all(client.files.list({ limit: 2 }));
  assert.ok(made.every((id) => listed.includes(id)));
  assert.equal(new Set(listed).size, listed.length);
  for (const id of made) await client.files.delete(id);
});

test("a container is made, found, listed and deleted", async () => {
  const made = await client.containers.create({
    name: "sdk",
    file_ids: [(await upload("in.csv")).id],
    expires_after: { anchor: "last_active_at", minutes: 5 },
  });
  assert.equal((await client.containers.retrieve(made.id)).expires_after.minutes, 5);
  const others = [];
  for (let n = 0; n < 3; n++) others.push((await client.containers.create({ name: "sdk" })).id);
  const listed = await all(client.containers.list({ limit: 2 }));
  assert.ok([made.id, ...others].every((id) => listed.includes(id)));
  for (const id of [made.id, ...others]) await client.containers.delete(id);
  await assert.rejects(client.containers.retrieve(made.id), OpenAI.NotFoundError);
});

let container;
before(async () => {
  container = (await client.containers.create({ name: "files" })).id;
});
after(() => client.containers.delete(container));

test("a container file is made in three ways", async () => {
  const file = await toFile(Buffer.from("up\n"), "up.csv");
  const uploaded = await client.containers.files.create(container, { file });
  assert.deepEqual([uploaded.path, uploaded.bytes, uploaded.source], ["/mnt/data/up.csv", 3, "user"]);
  const copied = await client.containers.files.create(container, { file_id: (await upload("copy.csv")).id });
  assert.equal(copied.path, "/mnt/data/copy.csv");
  const form = new FormData();
  form.set("file_id", (await upload("form.csv")).id);
  const raw = await fetch(`${client.baseURL}/containers/${container}/files`, {
    method: "POST",
    headers: { authorization: `Bearer ${client.apiKey}` },
    body: form,
  });
  assert.equal((await raw.json()).path, "/mnt/data/form.csv");
});

test("container files are found, listed, read and deleted", async () => {
  const file = await toFile(Buffer.from("text"), "found.txt");
  const made = await client.containers.files.create(container, { file });
  const at = { container_id: container };
  assert.equal((await client.containers.files.retrieve(made.id, at)).path, "/mnt/data/found.txt");
  assert.equal(await (await client.containers.files.content.retrieve(made.id, at)).text(), "text");
  assert.ok((await all(client.containers.files.list(container, { limit: 1 }))).includes(made.id));
  await client.containers.files.delete(made.id, at);
  assert.ok(!(await all(client.containers.files.list(container))).includes(made.id));
});

test("the tool's container has all forms", async () => {
  const existing = { type: "existing", container_id: container };
  for (const form of [{ type: "auto" }, { type: "auto", file_ids: [], memory_limit: "1g" }, container, existing]) {
    const response = await client.responses.create({
      model: "gpt-5",
      input: "[remember] Keep 41.",
      tools: [{ type: "code_interpreter", container: form }],
    });
    const call = response.output.find((item) => item.type === "code_interpreter_call");
    if (form === container || form === existing) assert.equal(call.container_id, container);
  }
});

test("the guide's dialect needs no help from the Node SDK", async () => {
  const tools = [{ type: "code_interpreter" }];
  const first = await client.responses.create({
    model: "gpt-5",
    messages: [{ role: "user", content: "[remember] Keep 41." }],
    tools,
  });
  const second = await client.responses.create({
    model: "gpt-5",
    messages: [first.choices[0].message, { role: "user", content: "[recall] One more?" }],
    tools,
  });
  assert.equal(second.tool_outputs[0].logs.trim(), "42");
  assert.equal(second.choices[0].message.content, "See the output.");
});

test("errors have the SDK's own types", async () => {
  const quick = client.withOptions({ maxRetries: 0 });
  await assert.rejects(
    client.responses.create({ model: "gpt-5", input: "x", bogus: 1 }),
    (e) => e instanceof OpenAI.BadRequestError && e.code === "unknown_parameter" && e.requestID !== null,
  );
  await assert.rejects(client.withOptions({ apiKey: "sk-wrong" }).files.list(), OpenAI.AuthenticationError);
  await assert.rejects(client.files.retrieve("file-none"), OpenAI.NotFoundError);
  await assert.rejects(
    upload("big.bin", "x".repeat((1 << 20) + 1)),
    (e) => e instanceof OpenAI.APIError && e.status === 413,
  );
  const made = [];
  await assert.rejects(async () => {
    for (let n = 0; n < 100; n++) made.push((await quick.containers.create({ name: "many" })).id);
  }, OpenAI.RateLimitError);
  for (const id of made) await client.containers.delete(id);
});

// The SDK as it comes, with a listener: what it was answered, before it reads it.
const heard = (listen) =>
  client.withOptions({
    fetch: async (...request) => {
      const answer = await fetch(...request);
      await listen(answer.status);
      return answer;
    },
  });

test("too much at once is sent again by the SDK itself", async () => {
  const made = [];
  const seen = [];
  const patient = heard(async (status) => {
    seen.push(status);
    if (status === 429) await client.containers.delete(made.pop());
  });
  while (!seen.includes(429)) made.push((await patient.containers.create({ name: "many" })).id);
  assert.deepEqual(seen.slice(-2), [429, 200]);
  for (const id of made) await client.containers.delete(id);
});

test("a server that cannot now is asked again by the SDK itself", async () => {
  const incoming = process.env.SANDGLASS_TEST_INCOMING;
  const seen = [];
  const patient = heard((status) => {
    seen.push(status);
    if (status === 503) renameSync(`${incoming}.away`, incoming);
  });
  const file = await toFile(Buffer.from("text"), "late.txt");
  renameSync(incoming, `${incoming}.away`);
  assert.equal((await patient.files.create({ file, purpose: "user_data" })).bytes, 4);
  // Before them the SDK has tried whether its fetch can send forms at all.
  assert.deepEqual(seen.slice(-2), [503, 200]);
});

test("a turn that failed is not done again", async () => {
  const seen = [];
  const patient = heard((status) => seen.push(status));
  await assert.rejects(
    patient.responses.create({ model: "gpt-5", input: "[down] Go." }),
    (e) => e instanceof OpenAI.InternalServerError && e.message.includes("out of order"),
  );
  assert.deepEqual(seen, [502]);
});

test("a client that waits no longer gets the SDK's timeout", async () => {
  await assert.rejects(
    client
      .withOptions({ timeout: 500, maxRetries: 0 })
      .responses.create({ model: "gpt-5", input: "[slow] Wait." }),
    OpenAI.APIConnectionTimeoutError,
  );
});
