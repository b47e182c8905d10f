package main

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/internal/exchange"
	"pedigree/proof"
)

// mediaTypes are what files are sent as by their ending, whatever the machine knows.
var mediaTypes = map[string]string{
	".xml": "application/xml", ".json": "application/json", ".jsonld": "application/ld+json", ".pdf": "application/pdf", ".txt": "text/plain",
	".csv": "text/csv", ".png": "image/png", ".jpg": "image/jpeg", ".zip": "application/zip",
}

func sendCommand(c *cli) *cobra.Command {
	var to, kind, name, mediaType, reference string
	cmd := &cobra.Command{
		Use: "send FILE", Short: "Send a document to a partner's node", Args: cobra.ExactArgs(1),
		Long: `The document is sealed to the partner and goes when its node can be reached. The same
document to the same partner is sent once. An EPCIS document (--kind epcis) is checked
by the partner's node as it arrives; pedigree outbox show says what it found.`,
		Example: "  pedigree send --to wholesaler invoice.pdf --reference INV-2031\n  pedigree send --to wholesaler --kind epcis shipment.xml",
		RunE: func(cmd *cobra.Command, args []string) error {
			body, file, err := openInput(args[0])
			if err != nil {
				return err
			}
			defer body.Close()
			n, err := c.node()
			if err != nil {
				return err
			}
			q := url.Values{"to": {to}, "kind": {kind}, "name": {cmp.Or(name, file)}, "media_type": {cmp.Or(mediaType, mediaTypes[strings.ToLower(filepath.Ext(file))], "application/octet-stream")}}
			if reference != "" {
				q.Set("reference", reference)
			}
			var r struct {
				Known    bool          `json:"known"`
				Delivery exchange.Sent `json:"delivery"`
			}
			if err := n.Upload(cmd.Context(), "/api/v1/outbox?"+q.Encode(), "application/octet-stream", body, &r); err != nil {
				return err
			}
			return c.out.result(r, func(w io.Writer) {
				if r.Known {
					fmt.Fprintln(w, "this document was sent there before; this is what became of it")
				}
				printSent(w, r.Delivery)
				fmt.Fprintf(w, "next: pedigree outbox show %s\n", r.Delivery.ID)
			})
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&to, "to", "", "organisation that is to have it (required)")
	fl.StringVar(&kind, "kind", exchange.KindDocument, "document: a person reads it; epcis: checked on arrival")
	fl.StringVar(&name, "name", "", "name for the receiver (default: the file's)")
	fl.StringVar(&mediaType, "media-type", "", "such as application/pdf (default: by the file's ending)")
	fl.StringVar(&reference, "reference", "", "a number for the receiver, such as an order's")
	_ = cmd.MarkFlagRequired("to")
	return cmd
}

// titled is a document's name for a list.
func titled(s *exchange.Subject) string {
	if s == nil {
		return ""
	}
	return fmt.Sprintf("  %q", s.Name)
}

// saying is a check in a word.
func saying(c *exchange.Check) string {
	if c == nil {
		return ""
	}
	return c.Result
}

func printSubject(w io.Writer, s *exchange.Subject) {
	if s == nil {
		return
	}
	fmt.Fprintf(w, "  document %q, %s, %d bytes, SHA-256 %s\n", s.Name, s.MediaType, s.Size, s.Hash)
	if s.Reference != "" {
		fmt.Fprintf(w, "  reference %q\n", s.Reference)
	}
}

// printCheck shows what a node found in a document.
func printCheck(w io.Writer, who string, k *exchange.Check) {
	if k == nil {
		return
	}
	at := ""
	if !k.At.IsZero() {
		at = " at " + shortTime(k.At)
	}
	fmt.Fprintf(w, "  %s checked it%s: %s (%s)\n", who, at, k.Result, k.Text)
	for _, f := range k.Findings {
		fmt.Fprintf(w, "    %s: %s\n", f.Item, f.Reason)
	}
}

// saveContent writes what a delivery carries to a new file, and compares a document
// with its hash. The row at path is read into item first.
func (c *cli) saveContent(cmd *cobra.Command, path, out string, item any, of func() (s *exchange.Subject, kind string)) error {
	n, err := c.node()
	if err != nil {
		return err
	}
	if err := n.Get(cmd.Context(), path, item); err != nil {
		return err
	}
	s, kind := of()
	if out == "" {
		if s == nil {
			return failWith(exitUsage, "say where to with --out", fmt.Errorf("a delivery of kind %s has no name of its own", kind))
		}
		out = filepath.Base(s.Name)
	}
	if err := canWriteNew(out); err != nil {
		return err
	}
	content, err := n.Download(cmd.Context(), path+"/content")
	if err != nil {
		return err
	}
	defer content.Close()
	size, sum, err := writeNewFrom(out, content)
	if err == nil && s != nil && (size != s.Size || sum != s.Hash) {
		err = errors.Join(fmt.Errorf("couldn't save the document: %d of %d bytes came; try again", size, s.Size), os.Remove(out))
	}
	if err != nil {
		return err
	}
	return c.out.result(map[string]any{"file": out, "bytes": size}, func(w io.Writer) { fmt.Fprintf(w, "%s (%d bytes)\n", out, size) })
}

// writeNewFrom writes a file that must not exist yet, as it comes. One that didn't
// come whole is removed.
func writeNewFrom(path string, r io.Reader) (size int64, sum proof.Hash, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return 0, sum, failWith(exitUsage, "choose another name, or move the file away", fmt.Errorf("couldn't write %s: it exists", path))
	}
	if err != nil {
		return 0, sum, fmt.Errorf("couldn't write %s: %w", path, err)
	}
	h := sha256.New()
	size, err = io.Copy(io.MultiWriter(f, h), r)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return size, sum, fmt.Errorf("couldn't write %s: %w", path, errors.Join(err, os.Remove(path)))
	}
	return size, proof.Hash(h.Sum(nil)), nil
}
