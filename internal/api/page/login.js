// Passkeys need a script: the browser's interface to them is one. This one speaks to
// the node that it came from and to nothing else.
"use strict";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

// answerOf turns what the authenticator answered into what the node reads.
function answerOf(credential) {
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: credential.getClientExtensionResults() };
}

async function post(path, body) {
  const res = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const answer = await res.json();
  if (!res.ok) throw new Error(answer.detail);
  return answer;
}

async function signIn(form) {
  const begun = await post("/login/passkey/begin", {});
  const publicKey = begun.options.publicKey;
  publicKey.challenge = bytes(publicKey.challenge);
  const credential = await navigator.credentials.get({ publicKey });
  await post("/login/passkey/finish", { ceremony: begun.ceremony, answer: answerOf(credential) });
  location.assign(form.dataset.next);
}

async function register(form) {
  // The secret is behind #, which a browser sends to nobody.
  const begun = await post("/invitation/begin", { invitation: location.hash.slice(1) });
  const publicKey = begun.options.publicKey;
  publicKey.challenge = bytes(publicKey.challenge);
  publicKey.user.id = bytes(publicKey.user.id);
  for (const known of publicKey.excludeCredentials || []) known.id = bytes(known.id);
  const credential = await navigator.credentials.create({ publicKey });
  await post("/invitation/finish", { ceremony: begun.ceremony, name: form.elements.name.value, answer: answerOf(credential) });
  location.assign("/");
}

for (const [id, act] of [["passkey", signIn], ["register", register]]) {
  const form = document.getElementById(id);
  if (!form) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const says = document.getElementById("says");
    says.textContent = "";
    try {
      await act(form);
    } catch (error) {
      says.textContent = error.message;
    }
  });
}
