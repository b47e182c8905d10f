package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"pedigree/format/epcis"
	"pedigree/internal/tryfile"
)

func epcisHashCommand(c *cli) *cobra.Command {
	var ignore []string
	var cbv string
	var prehash, lenient bool
	cmd := &cobra.Command{
		Use:   "hash FILE...",
		Short: "Print the hash of each event",
		Long: `Prints the event hash of the CBV, section 8.9, one line per event. It is the same
for every form of the same event: XML 1.2, XML 2.0, JSON-LD, EPC URNs or Digital Links.
Exit code 5: a document, or an event in it, can't be hashed; the others are.`,
		Example: "  pedigree epcis hash shipment.xml\n  pedigree epcis hash --prehash --json events.jsonld\n  pedigree epcis hash --ignore 'https://lab.example.com/ns/#run' shipment.xml",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := hashOptions(ignore, cbv)
			if err != nil {
				return err
			}
			if err := onceStandardInput(args); err != nil {
				return err
			}
			return c.hashDocuments(cmd.Context(), args, &hasher{options: o, prehash: prehash, lenient: lenient})
		},
	}
	cmd.Flags().BoolVar(&prehash, "prehash", false, "also print the canonical text that the hash is taken of")
	cmd.Flags().StringSliceVar(&ignore, "ignore", nil, "extension fields that don't count, as NAMESPACE#NAME; the hash is then one's own")
	cmd.Flags().StringVar(&cbv, "cbv", "2.0", "version of the CBV whose algorithm is used: 2.0, or the draft 2.1")
	lenientFlag(cmd, &lenient)
	completeWords(cmd, "cbv", []string{"2.0", "2.1"})
	return cmd
}

func hashOptions(ignore []string, cbv string) (epcis.HashOptions, error) {
	var o epcis.HashOptions
	version, known := tryfile.HashVersions[cbv]
	if !known {
		return o, failWith(exitUsage, "", fmt.Errorf("--cbv is 2.0 or 2.1, not %q", cbv))
	}
	o.Version = version
	for _, name := range ignore {
		ignored, ok := tryfile.IgnoredName(name)
		if !ok {
			return o, failWith(exitUsage, "write it like https://lab.example.com/ns/#run", fmt.Errorf("--ignore takes NAMESPACE#NAME, not %q", name))
		}
		o.Ignore = append(o.Ignore, ignored)
	}
	return o, nil
}

// hasher prints as it reads, for a document may have millions of events.
type hasher struct {
	options epcis.HashOptions
	prehash bool
	lenient bool
	out     *output
	path    string // of the file at hand
	events  int    // of it, printed as JSON
	files   int    // printed as JSON
	failed  bool   // an event has no hash
}

func (c *cli) hashDocuments(ctx context.Context, paths []string, h *hasher) error {
	h.out = c.out
	code := exitDone
	for _, path := range paths {
		h.path, h.events = path, 0
		header, err := readDocument(ctx, path, epcis.Options{Lenient: h.lenient}, h.event)
		if err != nil {
			err = documentExit(err)
		}
		if errors.Is(err, context.Canceled) || header == nil && len(paths) == 1 {
			return err
		}
		h.end(err)
		if err != nil {
			failed, _ := exitOf(err)
			code = worseExit(code, failed)
		}
	}
	h.close()
	if h.failed {
		code = worseExit(code, exitUnchecked)
	}
	return endWith(code)
}

func (h *hasher) event(e *epcis.Event) error {
	line, err := tryfile.HashEvent(e, h.options, h.prehash)
	h.failed = h.failed || line.HashID == ""
	if h.out.json {
		return h.object(line)
	}
	if err != nil {
		fmt.Fprintf(h.out.words, "error: %s:%d: %v\n", e.Where.File, e.Where.Line, err)
		return nil
	}
	if _, err := fmt.Fprintf(h.out.data, "%s %s:%d %s %s\n", line.HashID, e.Where.File, e.Where.Line, e.Type, e.EventTime.Format(time.RFC3339Nano)); err != nil {
		return fmt.Errorf("couldn't print the hashes: %w", err)
	}
	if h.prehash {
		fmt.Fprintf(h.out.data, "  %s\n", line.PreHash)
	}
	return nil
}

// The JSON document is written piece by piece: {"files":[{"file":…,"events":[…]}]}.

// begin opens the list of a file's events.
func (h *hasher) begin() string {
	h.files++
	start := ","
	if h.files == 1 {
		start = `{"files":[`
	}
	return start + "\n{\"file\":" + quoted(documentName(h.path)) + ",\"events\":["
}

func (h *hasher) object(line tryfile.HashedEvent) error {
	raw, err := json.Marshal(line)
	if err != nil {
		return fmt.Errorf("couldn't print the hashes: %w", err)
	}
	before := ","
	if h.events == 0 {
		before = h.begin()
	}
	h.events++
	if _, err := fmt.Fprintf(h.out.data, "%s\n%s", before, raw); err != nil {
		return fmt.Errorf("couldn't print the hashes: %w", err)
	}
	return nil
}

// end closes the list of a file's events, and says why it is no longer.
func (h *hasher) end(err error) {
	if !h.out.json {
		if err != nil {
			code, hint := exitOf(err)
			h.out.complain(err, code, hint)
		}
		return
	}
	if h.events == 0 {
		fmt.Fprint(h.out.data, h.begin())
	}
	problem := ""
	if err != nil {
		problem = `,"problem":` + quoted(err.Error())
	}
	fmt.Fprintf(h.out.data, "]%s}", problem)
}

func (h *hasher) close() {
	if h.out.json {
		fmt.Fprintln(h.out.data, "]}")
	}
}

// quoted is a text as JSON writes it.
func quoted(text string) string {
	raw, err := json.Marshal(text)
	if err != nil {
		return `""`
	}
	return string(raw)
}
