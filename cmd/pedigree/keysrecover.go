package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"pedigree/domain/org"
)

func keysRecoverCommand(c *cli) *cobra.Command {
	var out, reason string
	var since uint64
	var present bool
	cmd := &cobra.Command{
		Use: "recover", Short: "Make a key for an organisation whose keys are lost or stolen, and what the members vote on", Args: cobra.NoArgs,
		Long: `Makes the key that is to follow the present one, and writes the message with which
the members open a recovery: give it to one of them, and read them the key by
telephone. Seven days later, when a member has finished the recovery, run pedigree
keys rotate organisation, which puts the key in its place, and restart the node.
docs/operate/recovery.md has every step.`,
		Example: "  pedigree keys recover --out recover.json --reason 'laptop stolen' --since 48210\n" +
			"  pedigree keys recover --present --out recover.json --reason 'fire in the server room'",
		RunE: func(*cobra.Command, []string) error {
			e := org.Recover{Since: since, Reason: reason}
			if err := canWriteNew(out); err != nil {
				return err
			}
			if err := c.homeDir().recoverKey(&e, present); err != nil {
				return err
			}
			if err := writeJSONFile(out, e); err != nil {
				return err
			}
			return c.out.result(e, func(w io.Writer) {
				fmt.Fprintf(w, "%s asks for the key %s\n", e.Member, e.Key)
				fmt.Fprintf(w, "next: another member runs pedigree org propose org recover %s\n", out)
			})
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&out, "out", "recover.json", "where to write the members' message")
	fl.StringVar(&reason, "reason", "", "why, for all to read; name no person (required)")
	fl.Uint64Var(&since, "since", 0, "block from which the present keys were in other hands; 0: they are only lost")
	fl.BoolVar(&present, "present", false, "ask for the key that this home has, which the ledger doesn't know: for a home that was set up anew")
	_ = cmd.MarkFlagRequired("reason")
	return cmd
}

// recoverKey completes the members' message with this home's organisation and the
// key that it shall have.
func (h home) recoverKey(e *org.Recover, present bool) error {
	own, err := readCard(h.card())
	if err != nil {
		return failWith(exitUsage, "name the node's home with --home", err)
	}
	e.Member, e.Key = own.Member.ID, own.Member.Key
	if err := e.Validate(); err != nil { // before anything is made
		return failWith(exitUsage, "see pedigree keys recover --help", err)
	}
	if present {
		return nil
	}
	s, err := h.secrets()
	if err != nil {
		return err
	}
	r, err := h.beginRotation(s, 0)
	if err != nil {
		return fmt.Errorf("couldn't make the key that is to follow: %w", err)
	}
	e.Key = r.New
	return nil
}
