import { act, ask, guarded, want } from "/passkey.js";

const $ = (id) => document.getElementById(id);
const says = $("says");
const when = (time) => time.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC");

// element makes one with text in it, never markup: names and contents are foreign.
function element(name, text = "", parts = []) {
  const e = document.createElement(name);
  if (text) e.textContent = text;
  e.append(...parts);
  return e;
}

function facts(list, pairs) {
  list.replaceChildren(...pairs.flatMap(([term, value]) => [element("dt", term), element("dd", value)]));
  return list;
}

// run does what a person asked for; when the session has ended meanwhile, it says so.
function run(button, work) {
  $("done").textContent = "";
  return guarded(button, says, work, (error) => {
    if (error.status !== 401) return false;
    const again = element("a", "Sign in again");
    again.href = "/login?next=/access";
    says.replaceChildren("Your session has ended, and nothing was done. ", again);
    return true;
  });
}

function button(text, work, quiet) {
  const b = element("button", text);
  b.type = "button";
  if (quiet) b.className = "quiet";
  b.addEventListener("click", () => run(b, work));
  return b;
}

// agree shows what would be signed and waits for the person's word.
function agree(record) {
  facts($("record"), [
    ["Signer", record.name], ["Meaning", record.meaning], ["Act", record.act],
    ["On", record.object], ["Content", "SHA-256 " + record.content],
  ]);
  const dialog = $("signing");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((go, stop) => {
    dialog.addEventListener("close", () => (dialog.returnValue === "sign" ? go() : stop(new Error("Nothing was signed."))), { once: true });
  });
}

function tell(outcome, signature) {
  const { record } = signature || {};
  $("done").textContent = outcome + (signature ? ` Signed by ${record.name} at ${when(signature.at)}, meaning: ${record.meaning}. Record ${signature.hash}.` : "");
}

function waitingAct(pending, me) {
  const item = element("li", "", [
    element("h3", pending.summary || pending.act),
    facts(element("dl"), [["Asked by", pending.name], ["On", pending.method + " " + pending.path], ["Lapses", when(pending.until)], ["Hash", pending.hash]]),
  ]);
  item.className = "act";
  if (pending.content) item.append(element("pre", pending.content));
  const path = "/api/v1/approvals/" + pending.id;
  const pair = element("div");
  pair.className = "pair";
  const own = pending.asker === me.id;
  if (!own && me.permissions.includes(pending.permission)) {
    pair.append(button("Approve", async () => {
      const { signature } = await act("POST", path, { hash: pending.hash }, agree);
      tell("Approved and done.", signature);
      await show();
    }));
  }
  pair.append(button(own ? "Take back" : "Refuse", async () => {
    const { signature } = await act("DELETE", path, undefined, agree);
    tell(own ? "Taken back." : "Refused.", signature);
    await show();
  }, true));
  item.append(pair);
  return item;
}

function row(text, work) {
  const item = element("li", "", [element("span", text)]);
  if (work) {
    const end = button("End", work, true);
    end.setAttribute("aria-label", "End: " + text);
    item.append(end);
  }
  return item;
}

async function showActs(me) {
  $("approvals").hidden = !me.permissions.includes("approve");
  if ($("approvals").hidden) return;
  const waiting = (await want("GET", "/api/v1/approvals")).filter((p) => !p.outcome && new Date(p.until) > new Date());
  $("acts").replaceChildren(...waiting.map((p) => waitingAct(p, me)));
  $("none").hidden = waiting.length > 0;
}

async function showOwn(me) {
  const keys = me.kind === "person" ? await want("GET", "/api/v1/passkeys") : [];
  $("keys").hidden = keys.length === 0;
  $("keylist").replaceChildren(...keys.map((k) => {
    if (k.blocked) return row(`${k.name}, ended ${when(k.blocked)}`);
    const label = `${k.name}, registered ${when(k.created)}`;
    if (keys.filter((other) => !other.blocked).length === 1) return row(label + ", your only one");
    return row(label, async () => {
      await want("DELETE", "/api/v1/passkeys/" + encodeURIComponent(k.id));
      location.assign("/login?next=/access"); // all sessions have ended with it
    });
  }));
  const sessions = await want("GET", "/api/v1/sessions");
  $("running").hidden = sessions.length === 0;
  $("sessionlist").replaceChildren(...sessions.map((s) => row(`Since ${when(s.began)}, by ${s.method}, last used ${when(s.used)}`, async () => {
    await want("DELETE", "/api/v1/sessions/" + s.id);
    await show();
  })));
}

async function show() {
  const { res, answer: me } = await ask("GET", "/api/v1/me");
  $("drill").hidden = !me?.drill;
  if (res.status === 401) {
    location.assign("/login?next=/access");
    return;
  }
  $("who").hidden = false;
  $("name").textContent = me.name;
  $("org").textContent = me.org;
  $("roles").textContent = me.roles.join(", ") || (me.kind === "owner" ? "owner of the node" : "none yet: ask an administrator");
  $("id").textContent = me.id;
  $("stock").hidden = !me.permissions.includes("read-goods");
  await showActs(me);
  await showOwn(me);
  document.body.dataset.shown = "all";
}

run(document.createElement("button"), show);
