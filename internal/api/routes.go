package api

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/internal/auth"
	"pedigree/ledger"
	"pedigree/proof"
)

// waitMost is how long a request waits for a commit or a header.
const waitMost = 30 * time.Second

// Outcome says how an entry ended.
type Outcome struct {
	ID     proof.Hash
	Height uint64
	Index  int
	Code   uint32
	Err    error // the refusal, nil when accepted
}

// Ledger is what the routes need of the node.
type Ledger interface {
	ChainID() string
	Height() uint64
	BlockTime() uint64
	Submit(ctx context.Context, raw []byte) error
	Outcome(ctx context.Context, id proof.Hash, wait bool) (Outcome, bool, error)
	Receipt(ctx context.Context, id proof.Hash) (proof.Receipt, error)
	StateProof(ctx context.Context, key []byte) (proof.StateProof, error)
	Trust() (proof.Trust, error)
	LastBlock() (height int64, hash proof.Hash, err error)
	Rules() (Rules, error)
	Peers() int
	Misbehaved() int
}

func writeJSON(w io.Writer, v any) { _ = json.NewEncoder(w).Encode(v) }

// EntryState is an entry as the API shows it.
type EntryState struct {
	ID      string `json:"id" doc:"Entry id, 64 hexadecimal digits"`
	State   string `json:"state" enum:"waiting,committed,refused" doc:"waiting: not in a block yet"`
	Height  uint64 `json:"height,omitempty" doc:"Block height"`
	Index   int    `json:"index,omitempty" doc:"Place in the block"`
	Code    string `json:"code,omitempty" doc:"Code of the refusal"`
	Text    string `json:"text,omitempty" doc:"Why it was refused and what to do"`
	Receipt string `json:"receipt,omitempty" doc:"Where the receipt is"`
}

func stateOf(o Outcome) EntryState {
	s := EntryState{ID: o.ID.String(), State: "committed", Height: o.Height, Index: o.Index, Receipt: "/api/v1/entries/" + o.ID.String() + "/receipt"}
	if o.Err != nil {
		s.State, s.Code, s.Text = "refused", ledger.CodeOf(o.Err).Name, o.Err.Error()
	}
	return s
}

// Status is the node as the API shows it.
type Status struct {
	Chain     string    `json:"chain" doc:"Chain id"`
	Org       string    `json:"org" doc:"Organisation that the caller acts for"`
	Height    uint64    `json:"height" doc:"Last committed height"`
	BlockTime time.Time `json:"block_time" doc:"Time of that block"`
	Peers     int       `json:"peers" doc:"Connected nodes"`
	// Misbehaved is not 0 when a validator's key signed twice, say on two machines.
	Misbehaved int  `json:"misbehaved" doc:"Times that a block proved that a validator broke the rules of consensus, at most 1,000"`
	Demo       bool `json:"demo,omitempty" doc:"A demonstration: nothing here is real"`
	Drill      bool `json:"drill,omitempty" doc:"A network for practice: nothing here speaks of real medicine"`
}

// AddLedger registers the ledger's own routes.
func AddLedger(s *Server, l Ledger) {
	type statusOut struct{ Body Status }
	huma.Get(s.API, "/api/v1/status", func(ctx context.Context, _ *struct{}) (*statusOut, error) {
		who, _ := auth.From(ctx)
		return &statusOut{Status{l.ChainID(), who.Org, l.Height(), time.Unix(int64(l.BlockTime()), 0).UTC(), l.Peers(), l.Misbehaved(), s.config.Demo != nil, s.config.Drill}}, nil
	}, described("status", "What this node knows of the ledger"), Needs(auth.ReadLedger))
	addEntries(s, l)
	addProofs(s, l)
}

func described(id, summary string) func(*huma.Operation) {
	return func(o *huma.Operation) { o.OperationID, o.Summary = id, summary }
}

func addEntries(s *Server, l Ledger) {
	type submitIn struct {
		Wait    string `query:"wait" enum:"commit" doc:"commit: answer when the entry is in a block"`
		RawBody []byte `contentType:"application/cbor"`
	}
	type entryOut struct {
		Status   int
		Location string `header:"Location"`
		Height   uint64 `header:"Ledger-Height"`
		Body     EntryState
	}
	answer := func(o Outcome, found bool, id proof.Hash) *entryOut {
		out := &entryOut{Status: http.StatusAccepted, Location: "/api/v1/entries/" + id.String(), Height: l.Height(), Body: EntryState{ID: id.String(), State: "waiting"}}
		if found {
			out.Status, out.Body = http.StatusOK, stateOf(o)
		}
		return out
	}
	huma.Register(s.API, Guarded(huma.Operation{
		OperationID: "submit-entry", Method: http.MethodPost, Path: "/api/v1/entries", MaxBodyBytes: ledger.EnvelopeSizeMax + 1,
		Summary: "Submit a signed envelope", Description: "The body is one envelope, as docs/internals/encoding.md has it.",
	}, auth.Submit), func(ctx context.Context, in *submitIn) (*entryOut, error) {
		env, err := proof.DecodeEnvelope(in.RawBody)
		if err != nil {
			return nil, Refuse(ledger.CodeMalformed.Errorf("%v", err))
		}
		// The body's memory is another request's when this one is answered, and what
		// waits for a block is kept longer than that.
		if err := l.Submit(ctx, bytes.Clone(in.RawBody)); err != nil {
			return nil, Refuse(err)
		}
		ctx, cancel := context.WithTimeout(ctx, waitMost)
		defer cancel()
		o, found, err := l.Outcome(ctx, env.ID(), in.Wait == "commit")
		if err != nil {
			return nil, Refuse(err)
		}
		return answer(o, found, env.ID()), nil
	})
	type idIn struct {
		ID string `path:"id" minLength:"64" maxLength:"64" doc:"Entry id"`
	}
	huma.Get(s.API, "/api/v1/entries/{id}", func(ctx context.Context, in *idIn) (*entryOut, error) {
		id, err := proof.ParseHash(in.ID)
		if err != nil {
			return nil, newProblem(http.StatusUnprocessableEntity, err.Error())
		}
		o, found, err := l.Outcome(ctx, id, false)
		if err != nil {
			return nil, Refuse(err)
		}
		if !found {
			return nil, newProblem(http.StatusNotFound, fmt.Sprintf("entry %s is not on this ledger up to height %d; it may still be waiting", id, l.Height()))
		}
		return answer(o, true, id), nil
	}, described("get-entry", "How an entry ended"), Needs(auth.ReadLedger))
}

// File is a binary answer.
type File struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Height      uint64 `header:"Ledger-Height"`
	Body        []byte
}

// NewFile names a binary answer.
func NewFile(name string, body []byte, height uint64) *File {
	return &File{ContentType: "application/cbor", Disposition: fmt.Sprintf("attachment; filename=%q", name), Height: height, Body: body}
}

func addProofs(s *Server, l Ledger) {
	type idIn struct {
		ID string `path:"id" minLength:"64" maxLength:"64" doc:"Entry id"`
	}
	huma.Get(s.API, "/api/v1/entries/{id}/receipt", func(ctx context.Context, in *idIn) (*File, error) {
		id, err := proof.ParseHash(in.ID)
		if err != nil {
			return nil, newProblem(http.StatusUnprocessableEntity, err.Error())
		}
		switch _, found, err := l.Outcome(ctx, id, false); {
		case err != nil:
			return nil, Refuse(err)
		case !found:
			return nil, newProblem(http.StatusNotFound, fmt.Sprintf("entry %s is not on this ledger up to height %d", id, l.Height()))
		}
		ctx, cancel := context.WithTimeout(ctx, waitMost)
		defer cancel()
		r, err := l.Receipt(ctx, id)
		if err != nil {
			return nil, Refuse(err)
		}
		return NewFile(in.ID[:16]+".receipt.pedigree", r.Encode(), l.Height()), nil
	}, described("get-receipt", "The receipt of an entry, verifiable offline"), Needs(auth.ReadProofs))
	type keyIn struct {
		Key string `path:"key" minLength:"2" maxLength:"256" doc:"Raw state key in hexadecimal; proof/keyspace.go lists the prefixes"`
	}
	huma.Get(s.API, "/api/v1/state/{key}/proof", func(ctx context.Context, in *keyIn) (*File, error) {
		key, err := hex.DecodeString(in.Key)
		if err != nil {
			return nil, newProblem(http.StatusUnprocessableEntity, "the key must be hexadecimal")
		}
		ctx, cancel := context.WithTimeout(ctx, waitMost)
		defer cancel()
		p, err := l.StateProof(ctx, key)
		if err != nil {
			return nil, Refuse(err)
		}
		return NewFile("state-proof.pedigree", p.Encode(), l.Height()), nil
	}, described("prove-state", "Proof of what the state holds under a key, or that it holds nothing"), Needs(auth.ReadProofs))
	type trustOut struct {
		ContentType string `header:"Content-Type"`
		Body        []byte
	}
	huma.Get(s.API, "/api/v1/trust", func(_ context.Context, _ *struct{}) (*trustOut, error) {
		t, err := l.Trust()
		if err != nil {
			return nil, Refuse(err)
		}
		b, err := proof.EncodeTrust(t)
		if err != nil {
			return nil, Refuse(err)
		}
		return &trustOut{"application/json", b}, nil
	}, described("get-trust", "The first validators: what an offline reader of proofs must trust"), Needs(auth.ReadLedger))
	addCheckpoint(s, l)
	addRules(s, l)
}
