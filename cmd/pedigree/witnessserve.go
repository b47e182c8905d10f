package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"pedigree/internal/api"
	"pedigree/internal/obs"
	"pedigree/internal/witness"
	"pedigree/proof"
)

// How long a request to a witness may take to come.
const (
	witnessHeadWait = 5 * time.Second
	witnessBodyWait = 30 * time.Second
	witnessStopWait = 5 * time.Second
)

func witnessServeCommand(c *cli) *cobra.Command {
	var f watchFlags
	var listen string
	cmd := &cobra.Command{
		Use: "serve", Short: "Let nodes ask for cosignatures, and watch one beside it", Args: cobra.NoArgs,
		Long: `Answers the nodes that name this witness in their configuration: POST /v1/cosign,
GET /v1/checkpoint and GET /v1/fork. What travels is public and proves itself; put a
proxy in front for TLS. A witness that only answers sees what it is shown: with --node
it asks a node too. Ends with 4 when it finds a fork, and keeps fork.pedigree.`,
		Example: "  pedigree witness serve --home ./witness --listen 127.0.0.1:8490 --node https://maker.example --token-file /run/secrets/maker-token",
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.witnessServe(cmd.Context(), listen, f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&listen, "listen", "", "address to answer on, as host:port (required)")
	fl.StringVar(&f.node, "node", "", "a node to ask too: address of its HTTP interface")
	fl.StringVar(&f.token, "token-file", "", "with --node: file with a key for it that may read proofs")
	fl.DurationVar(&f.every, "every", watchEvery, "with --node: how often to ask, at least 1s")
	_ = cmd.MarkFlagRequired("listen")
	return cmd
}

func (c *cli) witnessServe(ctx context.Context, listen string, f watchFlags) error {
	if f.every < watchLeast {
		return failWith(exitUsage, "", fmt.Errorf("--every %s: give at least %s", f.every, watchLeast))
	}
	if (f.node == "") != (f.token == "") {
		return failWith(exitUsage, "", errors.New("--node and --token-file belong together"))
	}
	w, err := c.homeDir().openWitness()
	if err != nil {
		return err
	}
	log, err := obs.NewLogger(os.Stderr, obs.Options{Level: "info", Format: "auto"})
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("couldn't listen on %s: %w; choose another --listen", listen, err)
	}
	door := witness.NewServer(w, log)
	server := &http.Server{Handler: door.Handler(), ReadHeaderTimeout: witnessHeadWait, ReadTimeout: witnessBodyWait, MaxHeaderBytes: 16 << 10}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	c.out.say("%s answers at http://%s", w.Key().Name, l.Addr())
	err = c.serveUntil(ctx, door, f, served)
	// The proof of a fork is worth a last moment for whoever asks for it just now.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), witnessStopWait)
	defer cancel()
	return errors.Join(err, server.Shutdown(ctx))
}

// serveUntil watches a node, if there is one, until the end or a fork.
func (c *cli) serveUntil(ctx context.Context, door *witness.Server, f watchFlags, served <-chan error) error {
	look, name := func() error { return nil }, func() error { return nil }
	if f.node != "" {
		n, err := nodeWithKey(f.node, f.token)
		if err != nil {
			return err
		}
		look = func() error {
			return door.With(func(w *witness.Witness) error { return c.witnessOnce(ctx, n, w) })
		}
		name = func() error { return door.Name(validatorProver(ctx, n)) }
	}
	for {
		err := look()
		if fork := door.Forked(); fork != nil {
			return failWith(exitNo, "show fork.pedigree to every member: docs/operate/witness.md", errors.Join(fork, name()))
		}
		if err != nil {
			c.out.say("nothing cosigned: %v", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case err := <-served:
			return fmt.Errorf("couldn't answer any more: %w", err)
		case <-door.Found():
		case <-time.After(f.every):
		}
	}
}

func witnessAttachCommand(c *cli) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use: "attach FILE", Short: "Put a checkpoint that witnesses cosigned beside a receipt, bundle or proof", Args: cobra.ExactArgs(1),
		Long: `Asks the node of --home, which asks the witnesses that its configuration names. The
file that is written holds the one that was given, whole; pedigree verify
--witness-policy says whether enough witnesses vouch.`,
		Example: "  pedigree witness attach ship.receipt.pedigree --home ./maker --out ship.witnessed.pedigree",
		RunE: func(cmd *cobra.Command, args []string) error {
			raw, err := os.ReadFile(args[0])
			if err != nil {
				return failWith(exitNotFound, "", fmt.Errorf("couldn't read the file: %w", err))
			}
			return c.attach(cmd.Context(), raw, out)
		},
	}
	cmd.Flags().StringVar(&out, "out", "witnessed.pedigree", "file to write")
	return cmd
}

// attach writes a file with the checkpoint that the node puts beside an object.
func (c *cli) attach(ctx context.Context, object []byte, out string) error {
	opened, err := proof.Open(object)
	if err != nil {
		return failWith(exitUsage, "give a receipt, bundle or proof", err)
	}
	shown, err := proof.LogOf(opened)
	if err != nil {
		return failWith(exitUsage, "witnesses vouch for events only", err)
	}
	n, err := c.node()
	if err != nil {
		return err
	}
	first, count := shown.First, len(shown.Leaves)
	if count == 0 {
		first = shown.Events
	}
	var v api.Vouched
	if err := n.Get(ctx, fmt.Sprintf("/api/v1/checkpoint/vouching?first=%d&count=%d", first, count), &v); err != nil {
		return err
	}
	w := proof.Witnessed{Object: object, Note: []byte(v.Note), Path: v.Path}
	point, _, err := proof.OpenNote(w.Note, nil)
	if err == nil {
		err = shown.LeadsTo(point, w.Path)
	}
	if err != nil {
		return failWith(exitNo, "compare the file with another node: pedigree witness compare", fmt.Errorf("the node's log isn't the one that the file is of: %w", err))
	}
	raw := w.Encode()
	if err := writeNew(out, raw); err != nil {
		return err
	}
	return c.out.result(map[string]any{"file": out, "bytes": len(raw)}, func(w io.Writer) { fmt.Fprintf(w, "%s (%d bytes)\n", out, len(raw)) })
}
