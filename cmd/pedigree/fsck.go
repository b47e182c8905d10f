package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"pedigree/domain/trace/traceview"
	"pedigree/internal/care"
	"pedigree/internal/store"
	"pedigree/internal/vault"
	"pedigree/proof"
)

// faultsShown bounds the faults that fsck prints.
const faultsShown = 1000

func fsckCommand(c *cli) *cobra.Command {
	return &cobra.Command{
		Use: "fsck", Short: "Read everything that a stopped node stores, and name what is damaged", Args: cobra.NoArgs,
		Long:    "Computes every root from the stored rows, verifies every block with its signatures and\nresults, every document's hash, and the stock against the ledger. Nothing is mended.",
		Example: "  pedigree fsck --home ./maker",
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.fsck(cmd.Context()) },
	}
}

// fsckReport is the answer of fsck.
type fsckReport struct {
	Home       string     `json:"home"`
	Height     int64      `json:"height"`
	AppHash    proof.Hash `json:"app_hash"`
	Blocks     int64      `json:"blocks"`
	Entries    uint64     `json:"entries"`
	Events     uint64     `json:"events"`
	Keys       uint64     `json:"keys"`
	Documents  int        `json:"documents"`
	Containers int        `json:"containers"`
	Records    int        `json:"records"`
	Lines      uint64     `json:"lines"` // of audit trails
	Seconds    float64    `json:"seconds"`
	Faults     []string   `json:"faults"`
	more       int
}

func (r *fsckReport) fault(err error) {
	if len(r.Faults) == faultsShown {
		r.more++
		return
	}
	r.Faults = append(r.Faults, err.Error())
}

func (c *cli) fsck(ctx context.Context) error {
	h, began := c.homeDir(), time.Now()
	if _, err := readCard(h.card()); err != nil {
		return failWith(exitUsage, "name the node's home with --home", err)
	}
	r := fsckReport{Home: h.dir, Faults: []string{}}
	if err := r.run(ctx, h); err != nil {
		return err
	}
	r.Seconds = time.Since(began).Seconds()
	err := c.out.result(r, func(w io.Writer) {
		for _, f := range r.Faults {
			fmt.Fprintln(w, "FAULT", f)
		}
		if r.more > 0 {
			fmt.Fprintf(w, "and %d faults more\n", r.more)
		}
		fmt.Fprintf(w, "height %d, %d blocks, %d entries, %d events, %d keys, %d documents, %d containers, %d records, %d lines of audit, %.1f s\n",
			r.Height, r.Blocks, r.Entries, r.Events, r.Keys, r.Documents, r.Containers, r.Records, r.Lines, r.Seconds)
	})
	if err != nil || len(r.Faults) == 0 {
		return err
	}
	c.out.say("keep a copy of the home as it is; then restore the newest backup with pedigree restore, or, for the ledger alone, let a new home catch up with the network")
	return &quietExit{exitNo}
}

// run checks the private store first, and the ledger with what the store says of it.
func (r *fsckReport) run(ctx context.Context, h home) error {
	var v *vault.Vault
	v, err := h.openVault(ctx, slog.New(slog.DiscardHandler))
	switch {
	case errors.Is(err, vault.ErrInUse):
		return failWith(exitUnchecked, "stop the node first", err)
	case err != nil:
		r.fault(fmt.Errorf("the private store: %w", err))
	default:
		if r.Documents, err = v.Scrub(ctx, func(err error) { r.fault(fmt.Errorf("the private store: %w", err)) }); err != nil {
			return errors.Join(err, v.Close())
		}
	}
	anchors := map[string]string{}
	homes, err := h.servedHomes()
	if err != nil {
		r.fault(err)
	}
	ledger, err := care.CheckLedger(ctx, h.ledger(), r.fault, func(s *store.Store) error {
		if err := readAnchors(ctx, v, s, homes, anchors); err != nil {
			r.fault(err)
		}
		if v == nil || len(r.Faults) > 0 {
			return nil // it would only say the same again
		}
		return r.stock(ctx, h, v, s)
	})
	r.Height, r.AppHash = ledger.State.Height, ledger.AppHash
	r.Blocks, r.Entries, r.Events, r.Keys = ledger.Blocks.To-ledger.Blocks.From+1, ledger.State.Entries, ledger.State.Events, ledger.State.Keys
	if v != nil {
		err = errors.Join(err, r.trails(ctx, v, anchors), v.Close())
	}
	return errors.Join(err, r.hosted(ctx, h, homes, anchors))
}

func (r *fsckReport) stock(ctx context.Context, h home, v *vault.Vault, s *store.Store) error {
	seed, err := h.custodySeed()
	if err != nil {
		r.fault(err)
		return nil
	}
	found, err := traceview.CheckStock(ctx, v, traceview.NewKeyring(seed), s.Get, func(err error) { r.fault(fmt.Errorf("the stock: %w", err)) })
	r.Containers, r.Records = found.Containers, found.Records
	return err
}
