package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"pedigree/domain/trace/tiview"
	"pedigree/format/dscsa"
	"pedigree/internal/config"
	"pedigree/internal/courier"
	"pedigree/internal/exchange"
	"pedigree/internal/vault"
	"pedigree/proof"
)

// How often an inlet is looked at that doesn't say: a folder, and a server.
const (
	folderEvery = 30 * time.Second
	serverEvery = 5 * time.Minute
)

// waysOf is the courier of the organisation that a request is for.
func waysOf(ctx context.Context) *courier.Courier { return officeOf(ctx).desk.ways }

// openWays makes an organisation's courier, of its own ways alone.
func openWays(r *running, h home, p *deskParts, org string) (*courier.Courier, error) {
	reach := exchange.Reach{Private: r.exchange.PrivateNetworks, Loopback: r.exchange.Loopback}
	c := courier.Config{
		Vault: p.vault, Org: org, Dir: h.ways(), Take: p.takeEither(taker(p.documents)), Turns: r.turns, Log: r.log, Dialer: reach.Dialer(), Allows: reach.Allows,
	}
	credentials := map[string]courier.Credential{}
	for _, one := range r.ways.Credentials {
		if cmp.Or(one.Org, r.org) == org {
			credentials[one.Name] = r.home.credential(one)
		}
	}
	for _, in := range r.ways.Inlets {
		if cmp.Or(in.Org, r.org) == org {
			c.Inlets = append(c.Inlets, inletOf(in, credentials[in.Credential]))
		}
	}
	for _, out := range r.ways.Outlets {
		if cmp.Or(out.Org, r.org) == org {
			c.Outlets = append(c.Outlets, outletOf(out))
		}
	}
	c.Credentials, c.Node = credentials, byNode{p}
	k, err := courier.New(c)
	if err != nil {
		return nil, failWith(exitUsage, "pedigree.yaml names the ways", err)
	}
	return k, nil
}

// routed tells how far a shipment's document has come by the partner's route, and why.
func (p *deskParts) routed(ctx context.Context, shipment proof.Hash) (state, reason string, found bool, err error) {
	parcel, found, err := p.ways.Newest(ctx, shipment[:])
	return parcel.State, parcel.Reason, found, err
}

func outletOf(out config.Outlet) courier.Outlet {
	return courier.Outlet{Name: out.Name, Folder: out.Folder}
}

func inletOf(in config.Inlet, c courier.Credential) courier.Inlet {
	every := folderEvery
	if in.SFTP != "" {
		every = serverEvery
	}
	if in.EverySeconds > 0 {
		every = time.Duration(in.EverySeconds) * time.Second
	}
	return courier.Inlet{
		Name: in.Name, Partner: in.Partner, Folder: in.Folder, SFTP: in.SFTP, Path: in.Path, Credential: c, Deposit: in.Deposit, After: in.After, Every: every,
	}
}

// credential has the whole paths of its files, which the configuration may name from
// its own folder.
func (h home) credential(c config.Credential) courier.Credential {
	at := func(file string) string {
		if file == "" {
			return ""
		}
		return h.at(file)
	}
	return courier.Credential{
		Name: c.Name, Host: c.Host, User: c.User, KeyFile: at(c.KeyFile), PasswordFile: at(c.PasswordFile), HostKey: c.HostKey,
		TokenFile: at(c.TokenFile), CertFile: at(c.CertFile), CAFile: at(c.CAFile), Method: c.Method,
	}
}

// taker has what comes in kept and checked as transaction data.
func taker(d *tiview.Documents) courier.Taker {
	return func(ctx context.Context, a courier.Arrived) (courier.Taken, error) {
		e, err := d.Take(ctx, tiview.Arrival{Partner: a.Partner, Name: a.Name, Means: a.Inlet, Reader: a.Content, Delivery: a.Key[:]})
		if errors.Is(err, tiview.ErrEmpty) || errors.Is(err, tiview.ErrWanting) || errors.Is(err, vault.ErrTooLarge) {
			return courier.Taken{}, fmt.Errorf("%w: %w", courier.ErrRefused, err)
		}
		if err != nil {
			return courier.Taken{}, err
		}
		return takenOf(ctx, d, e)
	}
}

// giver has a document taken again as another partner's.
func giver(ctx context.Context) courier.Giver {
	d := documentsOf(ctx)
	return func(ctx context.Context, document int64, partner string) (courier.Taken, error) {
		e, err := d.Give(ctx, document, partner)
		if errors.Is(err, tiview.ErrNotGiven) || errors.Is(err, tiview.ErrWanting) {
			err = fmt.Errorf("%w: %w", courier.ErrRefused, err)
		}
		if err != nil {
			return courier.Taken{}, err
		}
		return takenOf(ctx, d, e)
	}
}

// takenOf is what became of a document, for who brought it.
func takenOf(ctx context.Context, d *tiview.Documents, e tiview.Entry) (courier.Taken, error) {
	detail, err := d.Show(ctx, e.Number)
	if err != nil {
		return courier.Taken{}, err
	}
	t := courier.Taken{Document: e.Number, State: e.State.String(), Refused: e.State == tiview.Refused, Reason: detail.Reason, Findings: e.Findings}
	for _, f := range detail.Found {
		t.Holds = t.Holds || f.Fix.Blocks == dscsa.BlocksGoods
		if !slices.Contains(t.Rules, f.Rule) {
			t.Rules = append(t.Rules, f.Rule)
		}
	}
	return t, nil
}
