// Checks a receipt and a bundle many times with the WebAssembly verifier and
// prints the milliseconds of the first check and the medians of one check. Nothing
// may be refused.
import { readFileSync } from "node:fs";
import "./wasm_exec.js";

const runs = Number(process.argv[2]);
const go = new globalThis.Go();
const { instance } = await WebAssembly.instantiate(readFileSync("verify.wasm"), go.importObject);
go.run(instance);
const trust = readFileSync("trust.json", "utf8");
const nobody = new Uint8Array();

function check(object, name) {
  const began = performance.now();
  const report = globalThis.pedigreeVerify(object, trust, nobody);
  const took = performance.now() - began;
  if (JSON.parse(report).outcome === "refused") throw new Error(name + " is refused: " + report);
  return took;
}

function load(name) {
  return new Uint8Array(readFileSync(name));
}

function median(name) {
  const object = load(name);
  const took = [];
  for (let i = 0; i < runs; i++) took.push(check(object, name));
  took.sort((a, b) => a - b);
  return took[Math.floor(took.length / 2)];
}

const First = check(load("bundle"), "bundle");
for (let i = 0; i < runs; i++) check(load("receipt"), "receipt"); // until the engine has compiled it well
process.stdout.write(JSON.stringify({ First, Receipt: median("receipt"), Bundle: median("bundle") }));
process.exit(0);
