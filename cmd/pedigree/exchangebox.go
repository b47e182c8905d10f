package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"pedigree/domain/network"
	"pedigree/domain/org/orgview"
	"pedigree/internal/api"
	"pedigree/internal/auth"
	"pedigree/internal/exchange"
	"pedigree/ledger"
	"pedigree/proof"
)

// mailboxView is this organisation's mailbox, here and on the ledger.
type mailboxView struct {
	Org       string                `json:"org"`
	Published bool                  `json:"published" doc:"The ledger has a mailbox of this organisation"`
	Address   string                `json:"address,omitempty" doc:"Where partners bring deliveries, by the ledger"`
	Listening string                `json:"listening,omitempty" doc:"Where this node listens for them"`
	Matches   bool                  `json:"matches" doc:"The ledger names the connection key of this node, and a sealing key that it can open with"`
	Key       proof.Key             `json:"key" doc:"Connection key of this node"`
	SealKeys  []exchange.OwnSealKey `json:"seal_keys" doc:"Keys that partners seal to, the newest first"`
	Height    uint64                `json:"height"`
}

// addMailbox registers the organisation's own mailbox.
func addMailbox(s *api.Server) {
	type out struct{ Body mailboxView }
	answer := func(ctx context.Context, do func(*office) error) (*out, error) {
		o := officeOf(ctx)
		if err := do(o); err != nil {
			return nil, api.Refuse(err)
		}
		v, err := o.mailbox(ctx)
		return &out{v}, api.Refuse(err)
	}
	route := func(need auth.Permission, method, path, id, summary string) huma.Operation {
		return api.Guarded(huma.Operation{Method: method, Path: "/api/v1/mailbox" + path, OperationID: id, Summary: summary, MaxBodyBytes: api.BodyBytesDefault}, need)
	}
	huma.Register(s.API, route(auth.ReadLedger, http.MethodGet, "", "get-mailbox", "This organisation's mailbox"), func(ctx context.Context, _ *struct{}) (*out, error) {
		return answer(ctx, func(*office) error { return nil })
	})
	type publishIn struct {
		Body struct {
			Address string `json:"address,omitempty" maxLength:"259" doc:"host:port as partners see it; empty takes the configuration's"`
		}
	}
	huma.Register(s.API, route(auth.Act, http.MethodPost, "", "publish-mailbox", "Put this organisation's mailbox on the ledger, or move it"), func(ctx context.Context, in *publishIn) (*out, error) {
		return answer(ctx, func(o *office) error { return o.publish(ctx, in.Body.Address) })
	})
	huma.Register(s.API, route(auth.Act, http.MethodPost, "/rotate", "rotate-seal-key", "Give the mailbox a new sealing key"), func(ctx context.Context, _ *struct{}) (*out, error) {
		return answer(ctx, func(o *office) error { return o.rotate(ctx) })
	})
}

// mailbox compares what this node has with what the ledger says.
func (o *office) mailbox(ctx context.Context) (mailboxView, error) {
	v := mailboxView{Org: o.org, Key: o.desk.mail.ConnectionKey(), Height: o.acts.Chain.Height(), Listening: o.desk.mail.Addr()}
	keys, err := o.desk.mail.SealKeys(ctx)
	if err != nil {
		return v, err
	}
	v.SealKeys = keys
	m, ok, err := o.onLedger()
	if err != nil || !ok {
		return v, err
	}
	v.Published, v.Address = true, m.Addr
	for _, k := range keys {
		v.Matches = v.Matches || m.TLS == v.Key && !k.Gone && len(m.Seal) > 0 && string(m.Seal[len(m.Seal)-1].Key) == string(k.Public)
	}
	return v, nil
}

func (o *office) onLedger() (m network.Mailbox, ok bool, err error) {
	err = o.acts.Chain.Read(func(s ledger.State) error {
		m, ok = network.MailboxOf(s, o.org)
		return nil
	})
	return m, ok, err
}

// publish opens the mailbox, or moves it to another address. Done again after an
// interruption it makes no second key.
func (o *office) publish(ctx context.Context, addr string) error {
	if addr == "" {
		addr = o.advertise
	}
	if addr == "" {
		return api.Coded(errNoDoor, ledger.Conflict, "exchange/no-listener")
	}
	_, open, err := o.onLedger()
	if err != nil {
		return err
	}
	p := network.PublishMailbox{Member: o.org, Host: o.host, Addr: addr, TLS: o.desk.mail.ConnectionKey()}
	if open {
		return o.act(ctx, "publish-mailbox", p)
	}
	k, err := o.newestSealKey(ctx)
	if err != nil {
		return err
	}
	p.Seal = k.Public
	return o.act(ctx, "publish-mailbox", p)
}

// newestSealKey is the newest key that is not closed, or a new one.
func (o *office) newestSealKey(ctx context.Context) (exchange.OwnSealKey, error) {
	list, err := o.desk.mail.SealKeys(ctx)
	if err != nil {
		return exchange.OwnSealKey{}, err
	}
	for _, k := range list {
		if k.Closed.IsZero() && !k.Gone {
			return k, nil
		}
	}
	return o.desk.mail.NewSealKey(ctx)
}

// rotate puts a new sealing key on the ledger. The former one opens what is under
// way for as long as exchange.SealKeyKept. Done again after an interruption it takes
// the key that is not on the ledger yet.
func (o *office) rotate(ctx context.Context) error {
	m, open, err := o.onLedger()
	if err != nil {
		return err
	}
	if !open {
		return api.Coded(errors.New("there is no mailbox to rotate a key of; publish it first: pedigree exchange publish"), ledger.Conflict, "exchange/no-mailbox")
	}
	k, err := o.newestSealKey(ctx)
	if err != nil {
		return err
	}
	for _, known := range m.Seal {
		if string(known.Key) != string(k.Public) {
			continue
		}
		if k, err = o.desk.mail.NewSealKey(ctx); err != nil {
			return err
		}
	}
	if err := o.act(ctx, "rotate-seal", network.RotateSeal{Member: o.org, Seal: k.Public}); err != nil {
		return err
	}
	return o.desk.mail.CloseSealKeys(ctx, k.Hash)
}

// act sends an act of this organisation about the network.
func (o *office) act(ctx context.Context, kind string, message any) error {
	raw, err := json.Marshal(message)
	if err != nil {
		return fmt.Errorf("couldn't write the act: %w", err)
	}
	var done orgview.Done
	done, err = o.acts.Send(ctx, "network", kind, raw)
	if err != nil {
		return fmt.Errorf("couldn't %s (entry %s): %w", kind, done.ID, err)
	}
	return nil
}
