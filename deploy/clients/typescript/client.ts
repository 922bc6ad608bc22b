// A link from its making to its end, by openapi-fetch over the types that openapi-typescript makes of our document.

import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./v1.js";

const env = (name: string): string => {
  const value = process.env[name];
  assert(value, `${name} is not set`);
  return value;
};
const [baseUrl, name, channel] = [env("LATCHKEY_URL"), env("LATCHKEY_NAME"), env("LATCHKEY_CHANNEL")];
const headers = { authorization: `Bearer ${env("LATCHKEY_TOKEN")}` };
const me = createClient<paths>({ baseUrl, headers });
const nobody = createClient<paths>({ baseUrl });
const guests = ["typescript-one", "typescript-two", "typescript-three"];

// A link for three: an account, and a place in a channel, where they arrive.
const wish: components["schemas"]["CreateInvitation"] = {
  grants: [{ type: "account" }, { type: "channel", channel, permissions: ["write"] }],
  max_uses: 3,
  landing: { channel, welcome: "Hello" },
};
const make = () =>
  me.POST("/v1/invitations", { params: { header: { "Idempotency-Key": "typescript-link" } }, body: wish });
const made = (await make()).data;
assert(made && "secret" in made);
const again = (await make()).data;
assert(again && "secret" in again && again.id === made.id);
const secret = made.secret.secret;

const preview = (await nobody.POST("/v1/invitation-previews", { body: { secret } })).data;
assert(preview);
assert.deepEqual([preview.inviter, preview.uses_left, preview.landing], [name, 3, "Shed"]);
const [, place] = preview.grants;
assert(place?.type === "channel" && place.channel === channel);

const come = (username: string) =>
  nobody.POST("/v1/redemptions", { body: { secret, account: { username, password: "correct horse" } } });
for (const guest of guests) {
  const { data } = await come(guest);
  assert(data && data.state === "settled" && data.username === guest);
  assert.deepEqual(data.grants.map((one) => one.outcome), ["given", "given"]);
  assert.equal(data.landing?.welcome, "Hello");
}
const refused = (await come("typescript-four")).error;
assert.deepEqual([refused?.status, refused?.code], [410, "invitation-used-up"]);

// Whom it let in, a page of one after the other.
const roster: string[] = [];
let cursor: string | undefined;
do {
  const query = { limit: 1, order: "created_at" as const, ...(cursor ? { cursor } : {}) };
  const params = { path: { inv: made.id }, query };
  const { data } = await me.GET("/v1/invitations/{inv}/redemptions", { params });
  assert(data);
  roster.push(...data.data.map((one) => one.username));
  cursor = data.next ? (new URL(data.next, baseUrl).searchParams.get("cursor") ?? undefined) : undefined;
} while (cursor);
assert.deepEqual(roster, guests);

// What has ended stays so, and what is wrong is told with its place.
const revoke = { params: { path: { inv: made.id } }, body: {} };
const ended = (await me.POST("/v1/invitations/{inv}/revoke", revoke)).error;
assert.equal(ended?.code, "invitation-ended");
const nowhere = { grants: [{ type: "channel" as const, channel: "chn_999999" }] };
const wrong = (await me.POST("/v1/invitations", { body: nowhere })).error;
assert(wrong?.status === 422 && wrong.errors?.[0]?.pointer === "#/grants/0");
