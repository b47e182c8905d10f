package verdict

import "time"

// How something is known, from the strongest ground to the weakest.
const (
	Proved   = 1 // by the ledger: anyone can check it with the founding file alone
	Signed   = 2 // by somebody's signature, which names him
	Reported = 3 // by somebody's document or list, without a proof
	Own      = 4 // by what was done or entered in this organisation
)

// Basis says how a fact is known and as of when.
type Basis struct {
	Known    int       `json:"known" doc:"1 proved by the ledger, 2 signed, 3 reported, 4 known here"`
	Stale    bool      `json:"stale,omitempty" doc:"It is older than it may be"`
	AsOf     time.Time `json:"as_of" doc:"The time it speaks of"`
	Height   uint64    `json:"height,omitempty" doc:"The ledger's height it was read at; 0 for what is not from the ledger"`
	Source   string    `json:"source" doc:"ledger, partner, file, list or here"`
	Evidence string    `json:"evidence,omitempty" doc:"What can be shown for it: a document, an entry, a kept check"`
}

// Fact is one thing that speaks for or against goods.
type Fact struct {
	Word  Word   `json:"word" doc:"What this fact alone would answer"`
	Rule  string `json:"rule" doc:"Its stable name, as in docs/reference/verdicts.md"`
	Path  string `json:"path,omitempty" doc:"The thing concerned, which may be what the goods are in"`
	Text  string `json:"text" doc:"What is so"`
	Next  string `json:"next,omitempty" doc:"What to do now"`
	Basis Basis  `json:"basis"`

	Command string `json:"command,omitempty" doc:"What helps with the next step on the command line; screens have buttons for it"`

	Case string `json:"case,omitempty" doc:"Number of the exception case about it"`
}

// Answer is what a person is told about one thing.
type Answer struct {
	Path    string    `json:"path" doc:"The thing asked about, as a GS1 Digital Link path; empty when it could not be read"`
	Product string    `json:"product,omitempty" doc:"What it is called, where the catalogue knows"`
	Lot     string    `json:"lot,omitempty" doc:"Its lot, where this organisation has data of it"`
	Expiry  string    `json:"expiry,omitempty" doc:"Its expiry date, YYYY-MM-DD, where this organisation has data of it"`
	Word    Word      `json:"word"`
	Rule    string    `json:"rule" doc:"The fact that decides"`
	Text    string    `json:"text"`
	Next    string    `json:"next"`
	Command string    `json:"command,omitempty" doc:"What helps with the next step on the command line"`
	Facts   []Fact    `json:"facts" doc:"All of them, the gravest first"`
	Notices []Fact    `json:"notices,omitempty" doc:"What is worth knowing and changes nothing"`
	Height  uint64    `json:"height" doc:"The ledger's height at which it was read"`
	At      time.Time `json:"at"`
}
