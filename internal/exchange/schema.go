package exchange

import "pedigree/internal/vault"

// Schema is the package's part of the private store. Steps are append-only.
//
// A payload stands in the row (payload), or where the kind's Load finds it
// (reference); a document's name and the like are sealed (subject). What a receiver's
// program found is apart (checked) from what a person there made of it (answer). Rows are never deleted: a delivery that nobody can send ends as a
// dead letter with its reason, and one that a person gave up as dropped.
var Schema = vault.Schema{Name: "exchange", Tables: tables, Steps: []string{`
CREATE TABLE exchange_out (
	id BLOB NOT NULL PRIMARY KEY, partner TEXT NOT NULL, kind TEXT NOT NULL, unique_key BLOB NOT NULL,
	reference BLOB, payload BLOB, re BLOB,
	created INTEGER NOT NULL, released INTEGER NOT NULL, state INTEGER NOT NULL,
	attempts INTEGER NOT NULL, next_at INTEGER NOT NULL, reason TEXT NOT NULL,
	head BLOB, receipt BLOB, ended INTEGER NOT NULL,
	answer INTEGER NOT NULL, answer_text TEXT NOT NULL);
CREATE INDEX exchange_out_due ON exchange_out (partner, next_at) WHERE state = 2;
CREATE INDEX exchange_out_listing ON exchange_out (state, created);
CREATE TABLE exchange_in (
	id BLOB NOT NULL PRIMARY KEY, partner TEXT NOT NULL, kind TEXT NOT NULL, re BLOB,
	created INTEGER NOT NULL, received INTEGER NOT NULL, size INTEGER NOT NULL, hash BLOB NOT NULL, document INTEGER NOT NULL,
	receipt BLOB NOT NULL, state INTEGER NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL,
	attempts INTEGER NOT NULL, next_at INTEGER NOT NULL, ended INTEGER NOT NULL);
CREATE INDEX exchange_in_due ON exchange_in (next_at) WHERE state = 1;
CREATE INDEX exchange_in_listing ON exchange_in (state, received);
CREATE INDEX exchange_in_partner ON exchange_in (partner, state);
CREATE TABLE exchange_key (
	hash BLOB NOT NULL PRIMARY KEY, secret BLOB, public BLOB NOT NULL, made INTEGER NOT NULL, closed INTEGER NOT NULL);
`, `
ALTER TABLE exchange_out ADD COLUMN subject BLOB;
ALTER TABLE exchange_out ADD COLUMN answered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE exchange_out ADD COLUMN checked BLOB;
ALTER TABLE exchange_out ADD COLUMN checked_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE exchange_in ADD COLUMN subject BLOB;
ALTER TABLE exchange_in ADD COLUMN checked BLOB;
`, vault.SealStep("exchange_out.reason", "exchange_out.answer_text", "exchange_out.checked", "exchange_in.reason", "exchange_in.verdict", "exchange_in.checked")}}

// State is how far a delivery has come.
type State int

// States of a delivery in the outbox.
const (
	Held      State = 1 // waits for its sender's own work, such as an offer on the ledger
	Sending   State = 2 // to be sent, or on its way
	Delivered State = 3 // the receiver signed for it
	Dead      State = 4 // given up; a person must look at it
	Dropped   State = 5 // given up by a person, or withdrawn
)

// States of a delivery in the inbox.
const (
	Arrived  State = 1 // signed for, not yet looked at
	Waiting  State = 2 // looked at; a person must decide
	Done     State = 3 // dealt with
	Rejected State = 4 // sent back, or refused by its kind
	Stuck    State = 5 // could not be dealt with for so long that a person must look
)

var (
	outStates = map[State]string{Held: "held", Sending: "sending", Delivered: "delivered", Dead: "dead", Dropped: "dropped"}
	inStates  = map[State]string{Arrived: "arrived", Waiting: "waiting", Done: "done", Rejected: "rejected", Stuck: "stuck"}
)

// stateNamed finds a state by its word.
func stateNamed(names map[State]string, word string) (State, bool) {
	for s, n := range names {
		if n == word {
			return s, true
		}
	}
	return 0, false
}
