package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"pedigree/proof"
	"pedigree/web/verify"
)

func pageCommand(c *cli) *cobra.Command {
	var trust, out string
	cmd := &cobra.Command{
		Use:     "page [FILE]",
		Short:   "Write a page that verifies by itself in a browser, offline, with a bundle or receipt inside",
		Long:    "One file without outside requests: it holds the verifier, the trust file and, when given, the proof.\nWithout FILE the reader chooses one in the page.",
		Example: `  pedigree page pack.bundle.pedigree --trust trust.json --out pack.html`,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			t, err := c.trust(trust)
			if err != nil {
				return failWith(exitUsage, "name a trust file with --trust, or a node's home with --home", err)
			}
			var object []byte
			name := ""
			if len(args) == 1 {
				name = args[0]
				if object, err = os.ReadFile(name); err != nil {
					return failWith(exitNotFound, "", fmt.Errorf("couldn't read the proof: %w", err))
				}
			}
			page, err := verifyPage(object, name, t)
			if err != nil {
				return err
			}
			if err := writeNew(out, page); err != nil {
				return err
			}
			return c.out.result(map[string]any{"file": out, "bytes": len(page)}, func(w io.Writer) { fmt.Fprintf(w, "%s (%d bytes)\n", out, len(page)) })
		},
	}
	cmd.Flags().StringVar(&trust, "trust", "", "trust file, or founding file (default: founding.json in --home)")
	cmd.Flags().StringVar(&out, "out", "verify.html", "file to write")
	return cmd
}

func verifyPage(object []byte, name string, t proof.Trust) ([]byte, error) {
	if !verify.Ready() {
		return nil, failWith(exitFailed, "build the program with make build", errors.New("this program was built without the verifier for browsers"))
	}
	raw, err := proof.EncodeTrust(t)
	if err != nil {
		return nil, err
	}
	return verify.Page(verify.Given{Object: object, Trust: raw, Name: name})
}
