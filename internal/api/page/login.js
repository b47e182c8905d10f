import { guarded, register, signIn } from "/passkey.js";

const says = document.getElementById("says");
const able = Boolean(window.PublicKeyCredential);
const acts = {
  passkey: async (form) => {
    await signIn();
    location.assign(form.dataset.next);
  },
  register: async (form) => {
    // The secret is behind #, which a browser sends to nobody.
    await register(location.hash.slice(1), form.elements.name.value);
    location.replace("/access");
  },
};

for (const [id, act] of Object.entries(acts)) {
  const form = document.getElementById(id);
  if (!form) continue;
  if (!able) {
    says.textContent = "This browser has no passkeys, or this address is not safe enough for them: they need https://, or http://localhost.";
    continue;
  }
  if (id === "register" && !/^#[0-9a-f]{64}$/.test(location.hash)) {
    says.textContent = "This link is not whole. Open it as it was given to you, or ask for another.";
    continue;
  }
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    guarded(form.querySelector("button"), says, () => act(form));
  });
}

// Whoever stands here is signed out: what the console kept to answer from without a
// connection is another's now. What a person did and waits to be sent stays.
window.indexedDB?.deleteDatabase("pedigree-list");
