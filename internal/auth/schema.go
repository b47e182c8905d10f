package auth

import "pedigree/internal/vault"

// Schema is the package's part of the private store. Times are milliseconds since
// 1970, hashes hexadecimal; a secret is there as its hash alone. Rows of the audit
// trail, of signatures and of people are never deleted: they are evidence. auth_moved says, in a host's store, in
// which organisation's store the hash of a secret is that was handed out before hosted
// organisations had stores of their own for this. auth_seal and the columns named seal
// have the keyed hashes of the rows that give somebody a right.
var Schema = vault.Schema{Name: "auth", Tables: tables, Go: map[string]vault.StepFunc{stepSeals: sealStore, stepRestores: sealRestores}, Steps: []string{`
CREATE TABLE auth_person (
	id TEXT NOT NULL PRIMARY KEY, org TEXT NOT NULL, name TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL,
	created BIGINT NOT NULL, removed BIGINT NOT NULL);
CREATE INDEX auth_person_org ON auth_person (org, id);
CREATE INDEX auth_person_subject ON auth_person (org, issuer, subject);
CREATE TABLE auth_grant (person TEXT NOT NULL, role TEXT NOT NULL, given BIGINT NOT NULL, given_by TEXT NOT NULL, PRIMARY KEY (person, role));
CREATE TABLE auth_passkey (
	id TEXT NOT NULL PRIMARY KEY, person TEXT NOT NULL, name TEXT NOT NULL, credential TEXT NOT NULL,
	created BIGINT NOT NULL, used BIGINT NOT NULL, blocked BIGINT NOT NULL);
CREATE INDEX auth_passkey_person ON auth_passkey (person);
CREATE TABLE auth_invite (hash TEXT NOT NULL PRIMARY KEY, person TEXT NOT NULL, until BIGINT NOT NULL, used BIGINT NOT NULL);
CREATE TABLE auth_machine (
	id TEXT NOT NULL PRIMARY KEY, org TEXT NOT NULL, name TEXT NOT NULL, roles TEXT NOT NULL, prefix TEXT NOT NULL,
	hash TEXT NOT NULL UNIQUE, created BIGINT NOT NULL, created_by TEXT NOT NULL, until BIGINT NOT NULL, used BIGINT NOT NULL, revoked BIGINT NOT NULL);
CREATE INDEX auth_machine_org ON auth_machine (org, id);
CREATE TABLE auth_session (
	hash TEXT NOT NULL PRIMARY KEY, id TEXT NOT NULL UNIQUE, org TEXT NOT NULL, principal TEXT NOT NULL, kind TEXT NOT NULL, method TEXT NOT NULL,
	roles TEXT NOT NULL, began BIGINT NOT NULL, used BIGINT NOT NULL, until BIGINT NOT NULL);
CREATE INDEX auth_session_org ON auth_session (org, principal, began);
CREATE TABLE auth_audit (
	org TEXT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL, who TEXT NOT NULL, act TEXT NOT NULL, object TEXT NOT NULL,
	outcome TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (org, seq));
`, `
CREATE TABLE auth_signature (
	id TEXT NOT NULL PRIMARY KEY, org TEXT NOT NULL, signer TEXT NOT NULL, at BIGINT NOT NULL, record TEXT NOT NULL, hash TEXT NOT NULL,
	method TEXT NOT NULL, evidence TEXT NOT NULL, used BIGINT NOT NULL);
CREATE INDEX auth_signature_org ON auth_signature (org, at);
CREATE TABLE auth_pending (
	id TEXT NOT NULL PRIMARY KEY, org TEXT NOT NULL, asker TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, roles TEXT NOT NULL,
	act TEXT NOT NULL, permission TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, media TEXT NOT NULL, content TEXT NOT NULL, hash TEXT NOT NULL,
	created BIGINT NOT NULL, until BIGINT NOT NULL, decided BIGINT NOT NULL, decided_by TEXT NOT NULL, outcome TEXT NOT NULL);
CREATE INDEX auth_pending_org ON auth_pending (org, created);
`, `
CREATE TABLE auth_moved (mark TEXT NOT NULL PRIMARY KEY, org TEXT NOT NULL);
`, `
CREATE TABLE auth_seal (org TEXT NOT NULL, name TEXT NOT NULL, content BLOB NOT NULL, mac BLOB NOT NULL, PRIMARY KEY (org, name));
ALTER TABLE auth_session ADD COLUMN seal BLOB;
ALTER TABLE auth_invite ADD COLUMN seal BLOB;
`, vault.GoStep(stepSeals), `
CREATE INDEX auth_audit_act ON auth_audit (org, act, seq);
CREATE INDEX auth_audit_hash ON auth_audit (org, hash);
`, vault.GoStep(stepRestores)}}
