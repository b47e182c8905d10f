package caseview

import (
	"time"

	"pedigree/domain/trace/caseview/deadline"
	"pedigree/internal/api"
	"pedigree/proof"
)

// State is how far a case has come.
type State int

// The states of a case.
const (
	Open      State = 1 // found here and not sent, or a partner's and not answered
	Sent      State = 2 // told to the partner
	Answered  State = 3 // not all of it accepted
	Agreed    State = 4 // all of it accepted, and not yet done
	Settled   State = 5 // done
	Withdrawn State = 6 // the side that asked wants nothing any more
	Escalated State = 7 // its goods are under investigation
)

var stateNames = map[State]string{
	Open: "open", Sent: "sent", Answered: "answered", Agreed: "agreed", Settled: "settled", Withdrawn: "withdrawn", Escalated: "escalated",
}

// String returns the state's word.
func (s State) String() string { return stateNames[s] }

// MarshalText gives the state's word.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a state's word.
func (s *State) UnmarshalText(text []byte) error {
	for state, name := range stateNames {
		if name == string(text) {
			*s = state
			return nil
		}
	}
	return invalid("%q is no state of a case; use open, sent, answered, agreed, settled, withdrawn or escalated", text)
}

func (s State) closed() bool { return s == Settled || s == Withdrawn }

// Whose turn it is.
const (
	TurnOurs   = "ours"
	TurnTheirs = "theirs"
	TurnNobody = "nobody"
)

// Case is an exception case.
type Case struct {
	Number   int64        `json:"number"`
	ID       string       `json:"id" doc:"The same on both sides"`
	Asking   bool         `json:"asking" doc:"This side found it and asks; else the partner does"`
	Category Category     `json:"category"`
	Scenario string       `json:"scenario"`
	What     string       `json:"what" doc:"What is wrong, in words"`
	State    State        `json:"state" doc:"open, sent, answered, agreed, settled, withdrawn or escalated"`
	Turn     string       `json:"turn" doc:"Who has to act: ours, theirs or nobody"`
	Owner    string       `json:"owner" doc:"Person or role who acts on this side"`
	Next     string       `json:"next" doc:"What to do now, in words"`
	Step     Step         `json:"step,omitempty" enum:"investigate,send,answer,name-partner,tell,wait,decide,settle,await-settling" doc:"The same as a word: what to do now"`
	Partner  int64        `json:"partner,omitempty" doc:"Number in the address book"`
	Org      string       `json:"org,omitempty" doc:"The partner's id on the ledger"`
	Site     string       `json:"site,omitempty" doc:"GLN of the own place it is about"`
	PO       string       `json:"po,omitempty"`
	Shipment string       `json:"shipment,omitempty"`
	Document string       `json:"document,omitempty" doc:"Number that the data's sender gave it"`
	Opened   time.Time    `json:"opened"`
	Changed  time.Time    `json:"changed"`
	Closed   time.Time    `json:"closed,omitzero"`
	Overdue  bool         `json:"overdue,omitempty"`
	Due      deadline.Due `json:"due" doc:"By when the next step is due: the earliest of all limits"`
	Suspect  time.Time    `json:"suspect,omitzero" doc:"When it was escalated"`
	Items    int          `json:"items"`
	Note     string       `json:"note,omitempty" doc:"What is odd about it"`

	by          string    // who opened it
	escalatedBy string    // who clears it has to be another
	state       State     // as it is without the escalation
	deadline    time.Time // of the shipment's offer
	carry       bool      // a message waits to be carried by hand
	ours        bool      // something that was agreed is for this side to do
}

// ItemState is how far one item of a case has come.
type ItemState int

// The states of an item.
const (
	Asked       ItemState = 1
	Accepted    ItemState = 2
	Refused     ItemState = 3
	Alternative ItemState = 4 // refused, with something else offered
	Done        ItemState = 5
	Dropped     ItemState = 6
)

var itemStates = map[ItemState]string{Asked: "asked", Accepted: "accepted", Refused: "rejected", Alternative: "alternative", Done: "done", Dropped: "withdrawn"}

// String returns the state's word.
func (s ItemState) String() string { return itemStates[s] }

// Claim is what data says of a product, where it says something else.
type Claim struct {
	GTIN   string `json:"gtin,omitempty"`
	Lot    string `json:"lot,omitempty"`
	Expiry string `json:"expiry,omitempty" doc:"YYYY-MM-DD"`
	Serial string `json:"serial,omitempty"`
}

// Item is one thing that a case is about: a package, or a quantity of a product, or a
// wrong identifier.
type Item struct {
	UUID       string `json:"uuid,omitempty" doc:"The same on both sides; made when it is empty"`
	Path       string `json:"path,omitempty" doc:"The thing, as a GS1 Digital Link path"`
	GTIN       string `json:"gtin,omitempty"`
	Lot        string `json:"lot,omitempty"`
	Expiry     string `json:"expiry,omitempty" doc:"YYYY-MM-DD"`
	Serial     string `json:"serial,omitempty"`
	In         string `json:"in,omitempty" doc:"What it is or was in"`
	Ordered    int    `json:"ordered,omitempty" minimum:"0" doc:"What the data says or was ordered"`
	Received   int    `json:"received,omitempty" minimum:"0"`
	Claim      string `json:"claim,omitempty" doc:"What the data says, in words"`
	Says       Claim  `json:"says,omitzero" doc:"What the data says"`
	Wrong      string `json:"wrong,omitempty" doc:"A wrong GLN or GTIN"`
	Right      string `json:"right,omitempty" doc:"What it should be"`
	Rule       string `json:"rule,omitempty" doc:"The finding"`
	Source     string `json:"source,omitempty" doc:"How it was seen: Scan, Packing Slip, ASN or Other"`
	Resolution string `json:"resolution,omitempty" doc:"What is asked for"`
	State      string `json:"state,omitempty" doc:"asked, accepted, rejected, alternative, done or withdrawn"`
	Offered    string `json:"offered,omitempty" doc:"What the partner would do instead"`
	FollowUp   string `json:"follow_up,omitempty" doc:"How the partner wants to go on: Email or Phone, and details"`
	Comment    string `json:"comment,omitempty" doc:"What the answer says"`
	Doubt      string `json:"doubt,omitempty" doc:"What of it may mean something else"`

	state           ItemState
	asked, answered int64
}

// New is what a case is opened with. The same key opens the same case.
type New struct {
	Key      proof.Hash
	Category Category
	Scenario string // "1.1A"; the category's usual one without it
	Partner  int64  // number in the address book
	Org      string // id on the ledger
	Site     string // GLN of the own place; its zone and holidays count
	PO       string
	Shipment string // id of the shipment on the ledger
	Document string // number that the data's sender gave it
	Items    []Item
	Found    time.Time // now, when zero
	Deadline time.Time // of the shipment's offer; zero when there is none
	By       string
	Note     string
}

// Kinds of evidence.
const (
	EvidenceDocument  = "document"
	EvidenceScan      = "scan"
	EvidenceEntry     = "entry"
	EvidenceAuthority = "authority"
	EvidenceMessage   = "message"
	EvidenceWord      = "word"
	EvidencePhoto     = "photo"
)

var evidenceKinds = []string{EvidenceDocument, EvidenceScan, EvidenceEntry, EvidenceAuthority, EvidenceMessage, EvidenceWord, EvidencePhoto}

// Evidence is one thing that speaks for what a case says.
type Evidence struct {
	N        int        `json:"n"`
	At       time.Time  `json:"at"`
	Kind     string     `json:"kind" enum:"document,scan,entry,authority,message,word,photo"`
	Document int64      `json:"document,omitempty" doc:"Number in the private store, of transaction data, of a check or of a photo"`
	Hash     proof.Hash `json:"hash,omitzero" doc:"Of an entry on the ledger, or of what was seen"`
	Text     string     `json:"text"`
	Says     api.Said   `json:"says,omitzero" doc:"The code of text; what a person wrote has none"`
	By       string     `json:"by,omitempty"`
}
