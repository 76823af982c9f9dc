// The main flows with the official Node SDK, unmodified. The server and the scripted model are started by SdkTest.java.
import assert from "node:assert/strict";
import { createReadStream, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { before, test } from "node:test";
import OpenAI from "openai";

const SALES = fileURLToPath(new URL("../../examples/sales.csv", import.meta.url));
const client = new OpenAI();
let sales;

before(async () => {
  sales = (await client.files.create({ file: createReadStream(SALES), purpose: "user_data" })).id;
});

const tool = (...file_ids) => [{ type: "code_interpreter", container: { type: "auto", file_ids } }];
const calls = (response) => response.output.filter((item) => item.type === "code_interpreter_call");
const logs = (call) => (call.outputs ?? []).filter((o) => o.type === "logs").map((o) => o.logs).join("");
const citations = (response) =>
  response.output
    .filter((item) => item.type === "message")
    .flatMap((item) => item.content)
    .flatMap((part) => part.annotations)
    .filter((a) => a.type === "container_file_citation");

test("a question about a file is answered by code that read it", async () => {
  const response = await client.responses.create({
    model: "gpt-5",
    input: "[chart] Chart revenue by product.",
    tools: tool(sales),
    include: ["code_interpreter_call.outputs"],
  });
  const rows = readFileSync(SALES, "utf8").trimEnd().split("\n").length - 1;
  assert.equal(response.status, "completed");
  assert.match(logs(calls(response)[0]), new RegExp(`rows: ${rows}\\b`));
  assert.match(response.output_text, /sandbox:\/mnt\/data\/chart\.png/);
});

test("a chart is cited and can be downloaded", async () => {
  const response = await client.responses.create({
    model: "gpt-5",
    input: "[chart] Chart revenue by product.",
    tools: tool(sales),
  });
  const [cited] = citations(response).filter((c) => c.filename === "chart.png");
  const content = await client.containers.files.content.retrieve(cited.file_id, {
    container_id: cited.container_id,
  });
  const bytes = Buffer.from(await content.arrayBuffer());
  assert.equal(bytes.subarray(1, 4).toString(), "PNG");
});

test("the stream helper sees code and text as they are written", async () => {
  const kinds = [];
  const stream = client.responses.stream({
    model: "gpt-5",
    input: "[chart] Chart revenue by product.",
    tools: tool(sales),
  });
  for await (const event of stream) {
    kinds.push(event.type);
  }
  const final = await stream.finalResponse();
  assert.equal(kinds[0], "response.created");
  assert.equal(kinds.at(-1), "response.completed");
  assert.ok(kinds.filter((k) => k === "response.code_interpreter_call_code.delta").length > 3);
  assert.ok(kinds.filter((k) => k === "response.output_text.delta").length > 3);
  assert.equal(final.status, "completed");
});

test("a follow-up finds the variables in the same container", async () => {
  const first = await client.responses.create({
    model: "gpt-5",
    input: "[remember] Keep 41.",
    tools: tool(),
  });
  const second = await client.responses.create({
    model: "gpt-5",
    input: "[recall] What is one more?",
    previous_response_id: first.id,
    tools: tool(),
    include: ["code_interpreter_call.outputs"],
  });
  assert.equal(logs(calls(second)[0]).trim(), "42");
  assert.equal(calls(second)[0].container_id, calls(first)[0].container_id);
});

test("an error is shown to the model and repaired", async () => {
  const response = await client.responses.create({
    model: "gpt-5",
    input: "[retry] Read the file.",
    tools: tool(sales),
    include: ["code_interpreter_call.outputs"],
  });
  const [failed, repaired] = calls(response);
  assert.match(logs(failed), /FileNotFoundError/);
  assert.match(logs(repaired), /rows: \d+/);
});
