package orgview

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/domain/org"
	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/ledger"
	"pedigree/proof"
)

// Proposal is an act under vote.
type Proposal struct {
	ID     proof.Hash `json:"id"`
	Module string     `json:"module"`
	Kind   string     `json:"kind"`
	By     string     `json:"by"`
	Until  time.Time  `json:"until" doc:"Last moment of block time at which it may be decided"`
	Yes    uint64     `json:"yes"`
	No     uint64     `json:"no"`
	Needed uint64     `json:"needed" doc:"Votes that decide it"`
}

// Validator is a member's consensus key.
type Validator struct {
	Member string    `json:"member"`
	Key    proof.Key `json:"key"`
	Power  uint64    `json:"power"`
	Since  uint64    `json:"since" doc:"Height at which it was set last; 0 for the founding"`
}

type listed[T any] struct {
	Height uint64 `header:"Ledger-Height"`
	Body   T
}

// Source gives the acts of the organisation for which a request is made. It is
// asked only for requests that were let in, so it always has one.
type Source func(ctx context.Context) *Acts

// AddRoutes registers the routes of members. What all may read comes from chain.
func AddRoutes(s *api.Server, chain Chain, of Source) {
	addReading(s, chain)
	addActing(s, of)
}

func addReading(s *api.Server, chain Chain) {
	huma.Get(s.API, "/api/v1/organisations", func(context.Context, *struct{}) (*listed[[]Member], error) {
		out := &listed[[]Member]{Height: chain.Height(), Body: []Member{}}
		err := chain.Read(func(st ledger.State) error {
			org.Each(st, func(id string, m proof.Member) bool {
				out.Body = append(out.Body, show(st, id, m))
				return true
			})
			return nil
		})
		return out, api.Refuse(err)
	}, named("list-organisations", "The members of the network"), api.Needs(auth.ReadLedger))
	type idIn struct {
		ID string `path:"id" maxLength:"32"`
	}
	huma.Get(s.API, "/api/v1/organisations/{id}", func(_ context.Context, in *idIn) (*listed[Member], error) {
		out := &listed[Member]{Height: chain.Height()}
		err := chain.Read(func(st ledger.State) error {
			m, ok := org.Get(st, in.ID)
			if !ok {
				return org.CodeUnknownMember.Errorf("there is no organisation %q on this network; list them with pedigree org list", in.ID)
			}
			out.Body = show(st, in.ID, m)
			return nil
		})
		return out, api.Refuse(err)
	}, named("get-organisation", "One member"), api.Needs(auth.ReadLedger))
	huma.Get(s.API, "/api/v1/validators", func(context.Context, *struct{}) (*listed[[]Validator], error) {
		out := &listed[[]Validator]{Height: chain.Height(), Body: []Validator{}}
		err := chain.Read(func(st ledger.State) error {
			org.EachValidator(st, func(v org.Validator) bool {
				out.Body = append(out.Body, Validator{v.Member, v.Key, v.Power, v.Height})
				return true
			})
			return nil
		})
		return out, api.Refuse(err)
	}, named("list-validators", "Who signs blocks: the members' consensus keys and their power"), api.Needs(auth.ReadLedger))
	huma.Get(s.API, "/api/v1/proposals", func(context.Context, *struct{}) (*listed[[]Proposal], error) {
		out := &listed[[]Proposal]{Height: chain.Height(), Body: []Proposal{}}
		err := chain.Read(func(st ledger.State) error {
			org.EachProposal(st, func(p org.OpenProposal) bool {
				out.Body = append(out.Body, Proposal{p.ID, p.Module, p.Kind, p.By, time.Unix(int64(p.Until), 0).UTC(), p.Yes, p.No, p.Needed})
				return true
			})
			return nil
		})
		return out, api.Refuse(err)
	}, named("list-proposals", "Acts under vote"), api.Needs(auth.ReadLedger))
}

// actNeeds is what each act asks of who sends it. One that is not listed is a vote,
// or needs a vote.
var actNeeds = map[string]auth.Permission{
	"add-key": auth.Keys, "retire-key": auth.Keys, "declare-compromised": auth.Keys,
	"set-identifiers": auth.Act, "delegate-prefix": auth.Act, "accept-delegation": auth.Act, "end-delegation": auth.Act,
	"record-licence": auth.Act, "renew-licence": auth.Act, "revoke-licence": auth.Act,
	"veto-recovery": auth.Act, "finish-recovery": auth.Act,
	"publish-peer": auth.Act, "withdraw-peer": auth.Act,
	"publish-mailbox": auth.Keys, "rotate-seal": auth.Keys, "withdraw-mailbox": auth.Keys,
}

func addActing(s *api.Server, of Source) {
	type actIn struct {
		Kind   string          `path:"kind" maxLength:"32" doc:"Such as approve or publish-peer"`
		Module string          `query:"module" default:"org" enum:"org,network" doc:"Whose rules the act is of"`
		Body   json.RawMessage `doc:"The message's fields"`
	}
	huma.Register(s.API, api.Guarded(huma.Operation{
		Method: http.MethodPost, Path: "/api/v1/organisations/acts/{kind}", OperationID: "act", Summary: "Send an act of this organisation, signed with its key",
	}, auth.Govern, api.ByParam("kind", actNeeds)), func(ctx context.Context, in *actIn) (*listed[Done], error) {
		a := of(ctx)
		done, err := a.Send(ctx, in.Module, in.Kind, in.Body)
		if err != nil {
			return nil, api.Refuse(err)
		}
		return &listed[Done]{a.Chain.Height(), done}, nil
	})
	type proposeIn struct {
		Body struct {
			Module  string          `json:"module" doc:"Such as org or trace"`
			Kind    string          `json:"kind" doc:"Such as admit"`
			Message json.RawMessage `json:"message"`
		}
	}
	huma.Register(s.API, api.Guarded(huma.Operation{
		Method: http.MethodPost, Path: "/api/v1/proposals", OperationID: "propose", Summary: "Put an act of the council before the members",
	}, auth.Govern), func(ctx context.Context, in *proposeIn) (*listed[Done], error) {
		a := of(ctx)
		done, err := a.Propose(ctx, in.Body.Module, in.Body.Kind, in.Body.Message)
		if err != nil {
			return nil, api.Refuse(fmt.Errorf("couldn't propose %s/%s: %w", in.Body.Module, in.Body.Kind, err))
		}
		return &listed[Done]{a.Chain.Height(), done}, nil
	})
}

func named(id, summary string) func(*huma.Operation) {
	return func(o *huma.Operation) { o.OperationID, o.Summary = id, summary }
}
