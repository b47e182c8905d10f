package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"pedigree/format/epcis"
	"pedigree/format/gs1"
	"pedigree/internal/tryfile"
)

// convertFlags are the flags of pedigree epcis convert.
type convertFlags struct {
	to, ids, prefixes, out string
	refuseLoss, lenient    bool
	max                    int
}

func epcisConvertCommand(c *cli) *cobra.Command {
	var flags convertFlags
	cmd := &cobra.Command{
		Use:   "convert FILE",
		Short: "Write an EPCIS document in another form, version or style of identifiers",
		Long: `Converts between EPCIS 1.1, 1.2 and 2.0 XML and 2.0 JSON-LD, and between EPC URNs and Digital
Links. What the target can't hold is left out and named as a loss on standard error, or in
the report of --json. The hash of an event is the same before and after.
Exit code 0: converted. 4: there is a loss, and --refuse-loss was given; the file isn't
written. 5: the document can't be read to its end; the file isn't written.`,
		Example: "  pedigree epcis convert shipment.xml --to json --out shipment.jsonld\n  pedigree epcis convert events.jsonld --to xml1.2 --ids urn --prefixes gcpprefixformatlist.json --refuse-loss --out events.xml\n  cat shipment.xml | pedigree epcis convert - --ids link",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := flags.options(c.out.json)
			if err != nil {
				return err
			}
			return c.convertDocument(cmd.Context(), args[0], flags, o)
		},
	}
	cmd.Flags().StringVar(&flags.to, "to", "json", "what to write: xml1.1, xml1.2, xml2.0 or json")
	cmd.Flags().StringVar(&flags.ids, "ids", "keep", "how to write identifiers: keep, urn or link")
	cmd.Flags().StringVar(&flags.prefixes, "prefixes", "", "GS1's list of company prefix lengths (JSON or XML), for --ids urn")
	cmd.Flags().StringVar(&flags.out, "out", "", "file to write (default: standard output)")
	cmd.Flags().BoolVar(&flags.refuseLoss, "refuse-loss", false, "end at the first loss")
	cmd.Flags().IntVar(&flags.max, "max", 100, "losses of each kind that are listed; 0 lists all")
	lenientFlag(cmd, &flags.lenient)
	completeWords(cmd, "to", tryfile.TargetNames)
	completeWords(cmd, "ids", tryfile.IDStyles)
	return cmd
}

func (f convertFlags) options(asJSON bool) (epcis.ConvertOptions, error) {
	o := epcis.ConvertOptions{Indent: "  ", RefuseLoss: f.refuseLoss}
	target, known := tryfile.Targets[f.to]
	style, styled := tryfile.IDStyle(f.ids)
	switch {
	case !known:
		return o, failWith(exitUsage, "", fmt.Errorf("--to is %s, not %q", strings.Join(tryfile.TargetNames, ", "), f.to))
	case !styled:
		return o, failWith(exitUsage, "", fmt.Errorf("--ids is %s, not %q", strings.Join(tryfile.IDStyles, ", "), f.ids))
	case f.max < 0:
		return o, failWith(exitUsage, "", fmt.Errorf("--max must be 0 or more, not %d", f.max))
	case asJSON && f.out == "":
		return o, failWith(exitUsage, "name a file with --out", errors.New("without --out the document goes to standard output, where --json would put its report"))
	case f.prefixes != "" && f.ids != "urn":
		return o, failWith(exitUsage, "add --ids urn, or leave --prefixes out", errors.New("only EPC URNs need the lengths of company prefixes"))
	}
	o.To, o.IDs = target, style
	if f.out != "" {
		if err := canWriteNew(f.out); err != nil {
			return o, err
		}
	}
	var err error
	if f.prefixes != "" {
		o.Prefixes, err = readPrefixes(f.prefixes)
	}
	return o, err
}

func readPrefixes(path string) (gs1.PrefixTable, error) {
	in, _, err := openInput(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	list, err := gs1.ReadPrefixList(in)
	if err != nil {
		return nil, failWith(exitUsage, "--prefixes takes the list that GS1 publishes as GCP Prefix Format List, in JSON or XML", fmt.Errorf("couldn't read the company prefixes in %s: %w", path, err))
	}
	return list, nil
}

func (c *cli) convertDocument(ctx context.Context, path string, flags convertFlags, o epcis.ConvertOptions) error {
	in, _, err := openInput(path)
	if err != nil {
		return err
	}
	defer in.Close()
	report := tryfile.NewConvertedFile(flags.out, flags.max, nil)
	if !c.out.json {
		report.Tell = func(l epcis.Loss) { c.out.say("loss: %s", l) }
	}
	o.From.File, o.From.Lenient = documentName(path), flags.lenient
	convert := func(out io.Writer) error {
		err := report.Run(out, interruptibleInput(ctx, in), o)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return convertExit(err)
	}
	if flags.out == "" {
		err = convert(c.out.data)
	} else {
		err = writeWhole(flags.out, convert)
	}
	if err != nil {
		return err
	}
	if report.Unlisted > 0 {
		c.out.say("%s not listed; --max 0 lists all", counted(report.Unlisted, "further loss is", "further losses are"))
	}
	if flags.out == "" {
		return nil
	}
	return c.out.result(report, func(w io.Writer) {
		fmt.Fprintf(w, "%s: %s, %s\n", flags.out, counted(report.Events, "event", "events"), counted(report.Losses, "loss", "losses"))
	})
}

// convertExit gives an error of a conversion its exit code.
func convertExit(err error) error {
	var fault *epcis.Error
	if errors.As(err, &fault) && strings.HasPrefix(fault.Rule, "loss/") {
		return failWith(exitNo, "leave --refuse-loss out to convert without it, or choose another --to", err)
	}
	if err != nil {
		return documentExit(err)
	}
	return nil
}

// interruptibleInput ends an input when the program is interrupted. A file can
// still be read from its start again.
func interruptibleInput(ctx context.Context, in io.Reader) io.Reader {
	if f, ok := in.(*os.File); ok {
		return interruptible{ctx, f}
	}
	return interruptibleStream{ctx, in}
}

type interruptibleStream struct {
	ctx context.Context
	in  io.Reader
}

func (r interruptibleStream) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.in.Read(p)
}

// writeWhole writes a file that must not exist yet, whole or not at all: beside
// it first, and under its name only when it is on the disk.
func writeWhole(path string, write func(io.Writer) error) error {
	part, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.partial")
	if err != nil {
		return fmt.Errorf("couldn't write %s: %w", path, err)
	}
	defer os.Remove(part.Name())
	if err := write(part); err != nil {
		return errors.Join(err, part.Close())
	}
	if err := errors.Join(part.Chmod(0o644), part.Sync(), part.Close()); err != nil {
		return fmt.Errorf("couldn't write %s: %w", path, err)
	}
	// A link fails where a file has come into being meanwhile; a rename would replace it.
	if os.Link(part.Name(), path) == nil {
		return syncFolder(filepath.Dir(path))
	}
	if err := canWriteNew(path); err != nil {
		return err
	}
	// The file system has no links.
	if err := os.Rename(part.Name(), path); err != nil {
		return fmt.Errorf("couldn't write %s: %w", path, err)
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes a new name in a folder last.
func syncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("couldn't open the folder %s: %w", path, err)
	}
	return errors.Join(dir.Sync(), dir.Close())
}
