// Passkeys need a script: the browser's interface to them is one. This part speaks to
// the node that it came from and to nothing else.

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

// Refused is an answer of the node that is no success.
export class Refused extends Error {
  constructor(res, problem) {
    super([problem.detail || `The node answered ${res.status}.`, problem.hint].filter(Boolean).join(" "));
    this.status = res.status;
  }
}

// ask sends one request and reads what is answered, with its headers.
export async function ask(method, path, body, headers = {}) {
  const init = { method, headers: { Accept: "application/json", ...headers } };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers["Content-Type"] = "application/json";
  }
  const res = await fetch(path, init);
  const raw = await res.text();
  let answer = {};
  if (/\bjson\b/.test(res.headers.get("Content-Type") || "")) answer = JSON.parse(raw);
  return { res, answer };
}

// want is ask for who needs a success.
export async function want(method, path, body, headers) {
  const { res, answer } = await ask(method, path, body, headers);
  if (!res.ok) throw new Refused(res, answer);
  return answer;
}

async function asserted(publicKey) {
  publicKey.challenge = bytes(publicKey.challenge);
  for (const known of publicKey.allowCredentials || []) known.id = bytes(known.id);
  return answerOf(await navigator.credentials.get({ publicKey }));
}

// signIn signs in whoever has a passkey of this node.
export async function signIn() {
  const begun = await want("POST", "/login/passkey/begin", {});
  await want("POST", "/login/passkey/finish", { ceremony: begun.ceremony, answer: await asserted(begun.options.publicKey) });
}

// register makes a passkey for who was invited, and signs in.
export async function register(invitation, name) {
  const begun = await want("POST", "/invitation/begin", { invitation });
  const publicKey = begun.options.publicKey;
  publicKey.challenge = bytes(publicKey.challenge);
  publicKey.user.id = bytes(publicKey.user.id);
  for (const known of publicKey.excludeCredentials || []) known.id = bytes(known.id);
  const credential = await navigator.credentials.create({ publicKey });
  await want("POST", "/invitation/finish", { ceremony: begun.ceremony, name, answer: answerOf(credential) });
}

// act sends an act. Where the node wants it signed, agree is shown what would be
// signed and resolves when the person wants that; then the passkey signs, and the same
// act is sent again. It returns the answer with the signature, if there was one.
export async function act(method, path, body, agree) {
  let { res, answer } = await ask(method, path, body);
  let signature;
  if (res.status === 428) {
    const begun = await want("POST", "/api/v1/signatures/begin", { record: res.headers.get("Pedigree-Record") });
    await agree(begun.record);
    const signed = await asserted(begun.options.publicKey);
    signature = await want("POST", "/api/v1/signatures", { ceremony: begun.ceremony, answer: signed });
    ({ res, answer } = await ask(method, path, body, { "Pedigree-Signature": signature.id }));
  }
  if (!res.ok) throw new Refused(res, answer);
  return { answer, signature, waits: res.headers.get("Pedigree-Pending") };
}

// explain says in words of this page what a browser or the node had against it.
export function explain(error) {
  switch (error.name) {
    case "NotAllowedError":
      return "No passkey was used: it was cancelled, it took too long, or this device has none for this node. Try again.";
    case "InvalidStateError":
      return "This device holds a passkey of yours already: sign in with it, or register another device.";
    case "SecurityError":
      return "Passkeys of this node belong to another address. Open the page at the address that your administrator gave you.";
    case "NotSupportedError":
      return "This device can't make a passkey that asks for your finger, face or PIN. Use another one.";
    case "TypeError":
      return "The node can't be reached. Try again.";
  }
  return error.message;
}

// guarded runs what a person asked for with its button put to rest, and tells what
// went wrong in the element with the role alert, unless tell has told it.
export async function guarded(button, says, work, tell = () => false) {
  says.textContent = "";
  button.disabled = true;
  try {
    await work();
  } catch (error) {
    if (!tell(error)) says.textContent = explain(error);
    says.focus();
  } finally {
    button.disabled = false;
  }
}
