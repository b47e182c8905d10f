package main

import (
	"bufio"
	"bytes"
	_ "embed" // for the sheet's page
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pedigree/internal/keys"
)

//go:embed page/sheet.html
var sheetPage string

// sheetTries is how often a line may be typed wrongly.
const sheetTries = 10

// sheet is what is printed of a custody seed.
type sheet struct {
	Organisation string   `json:"organisation"`
	Name         string   `json:"name"`
	Printed      string   `json:"printed"`
	Fingerprint  string   `json:"fingerprint"`
	Lines        []string `json:"lines"`
}

func keysSheetCommand(c *cli) *cobra.Command {
	var asHTML bool
	var out string
	cmd := &cobra.Command{
		Use: "sheet", Short: "Print the sheet of paper that restores the custody seed", Args: cobra.NoArgs,
		Long: `Writes a page with the custody seed in nine lines of nine characters, each with a
check of its own. Who has the page has the seed: print it where nobody else reads
along, keep it locked away, and destroy the file.`,
		Example: "  pedigree keys sheet --home ./maker\n  pedigree keys sheet --home ./maker --html --out sheet.html",
		RunE:    func(*cobra.Command, []string) error { return c.keysSheet(asHTML, out) },
	}
	cmd.Flags().BoolVar(&asHTML, "html", false, "write a page for a browser's printer")
	cmd.Flags().StringVar(&out, "out", "", "write to this new file, which only you can read (default: standard output)")
	return cmd
}

func (c *cli) keysSheet(asHTML bool, out string) error {
	h := c.homeDir()
	own, err := readCard(h.card())
	if err != nil {
		return failWith(exitUsage, "name the node's home with --home", err)
	}
	seed, err := h.custodySeed()
	if err != nil {
		return err
	}
	s := sheet{
		Organisation: own.Member.ID, Name: own.Member.Name, Printed: time.Now().UTC().Format(time.DateOnly),
		Fingerprint: fingerprintOf(keys.Custody, seed), Lines: keys.Sheet(own.Member.ID, seed),
	}
	var page bytes.Buffer
	if err := s.write(&page, asHTML); err != nil {
		return err
	}
	if out == "" {
		return c.out.result(s, func(w io.Writer) { _, _ = w.Write(page.Bytes()) })
	}
	if err := writeOwn(out, page.Bytes()); err != nil {
		return err
	}
	return c.out.result(map[string]string{"file": out, "fingerprint": s.Fingerprint}, func(w io.Writer) {
		fmt.Fprintf(w, "%s: print it, lock the paper away, destroy the file\n", out)
	})
}

// writeOwn writes a new file that only its owner may read.
func writeOwn(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return failWith(exitUsage, "choose another name, or move the file away", fmt.Errorf("couldn't write %s: it exists", path))
	}
	if err != nil {
		return fmt.Errorf("couldn't write %s: %w", path, err)
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}

func (s sheet) write(w io.Writer, asHTML bool) error {
	if asHTML {
		t, err := template.New("sheet").Parse(sheetPage)
		if err != nil {
			return fmt.Errorf("couldn't write the sheet: %w", err)
		}
		return t.Execute(w, s)
	}
	fmt.Fprintf(w, "CUSTODY SEED: SECRET\n\norganisation  %s (%s)\nprinted       %s\nfingerprint   %s\n\n", s.Organisation, s.Name, s.Printed, s.Fingerprint)
	for i, l := range s.Lines {
		fmt.Fprintf(w, "    %d   %s\n", i+1, l)
	}
	_, err := io.WriteString(w, `
It restores: the keys with which this organisation holds goods on the ledger, the
key that opens shipments sent to it, and the secret behind its commissions.
It does not restore: the private store (documents, serial numbers, prices), the
organisation's signing key, the other keys. Those come from a backup and a copy of
the home's keys.

How: pedigree keys restore-seed --home HOME
Type the nine lines, without their numbers. Capitals and spaces don't matter; there
is no I, L, O or U in them. A line that was mistyped is asked for again.

Who reads this page can move the organisation's goods. Lock it away; keep a second
one in another place.
`)
	return err
}

func keysRestoreCommand(c *cli) *cobra.Command {
	var organisation string
	var replace bool
	cmd := &cobra.Command{
		Use: "restore-seed [FILE]", Short: "Type the custody seed back from its sheet", Args: cobra.MaximumNArgs(1),
		Long: `Asks for the nine lines and checks each as it is typed, or reads them from FILE.
A seed that is there already is not replaced, unless --replace says so: it is then
kept beside the new one, under another name.`,
		Example: "  pedigree keys restore-seed --home ./maker\n  pedigree keys restore-seed lines.txt --home ./maker --replace",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.restoreSeed(args, organisation, replace)
		},
	}
	cmd.Flags().StringVar(&organisation, "org", "", "id of the organisation on the sheet (default: that of the home)")
	cmd.Flags().BoolVar(&replace, "replace", false, "set the home's present seed aside")
	return cmd
}

func (c *cli) restoreSeed(args []string, organisation string, replace bool) error {
	h := c.homeDir()
	if organisation == "" {
		own, err := readCard(h.card())
		if err != nil {
			return failWith(exitUsage, "name the organisation of the sheet with --org, or the node's home with --home", err)
		}
		organisation = own.Member.ID
	}
	if _, err := os.Stat(h.address()); err == nil {
		return failWith(exitRefused, "stop the node first; if it was killed, remove "+h.address(), errors.New("the node in "+h.dir+" runs with the seed that it has"))
	}
	seed, err := c.readSheet(args, organisation)
	if err != nil {
		return err
	}
	s, err := h.secrets()
	if err != nil {
		return err
	}
	aside, err := s.putSeed(seed, replace)
	if err != nil {
		return err
	}
	type answer struct {
		Organisation string `json:"organisation"`
		Fingerprint  string `json:"fingerprint"`
		SetAside     string `json:"set_aside,omitempty"`
	}
	a := answer{organisation, fingerprintOf(keys.Custody, seed), aside}
	return c.out.result(a, func(w io.Writer) {
		fmt.Fprintf(w, "the custody seed of %s is in place, fingerprint %s\n", a.Organisation, a.Fingerprint)
		if aside != "" {
			fmt.Fprintf(w, "the one that was there is kept as %s\n", aside)
		}
	})
}

// putSeed keeps a seed, and sets another one aside only when it may.
func (s secrets) putSeed(seed [32]byte, replace bool) (aside string, err error) {
	if s.Has(keys.Custody) {
		present, err := s.bytes(keys.Custody)
		if err == nil && present == seed {
			return "", nil
		}
		if !replace {
			return "", failWith(exitRefused, "compare the fingerprints (pedigree keys status --check); --replace sets the present seed aside",
				errors.Join(errors.New("the home has another custody seed, which may hold goods"), err))
		}
		if aside, err = s.SetAside(keys.Custody); err != nil {
			return "", err
		}
	}
	return aside, s.Create(keys.Custody, digitsFile(keys.Custody, seed))
}

// readSheet reads the lines from a file, or one by one from who types them.
func (c *cli) readSheet(args []string, organisation string) ([32]byte, error) {
	if len(args) == 1 && args[0] != "-" {
		raw, err := os.ReadFile(args[0])
		if err != nil {
			return [32]byte{}, failWith(exitNotFound, "name the file with the nine lines, or none to type them", fmt.Errorf("couldn't read the sheet: %w", err))
		}
		return judged(keys.ParseSheet(organisation, string(raw)))
	}
	in := bufio.NewScanner(os.Stdin)
	var lines []string
	for number := 1; number <= keys.SheetLines; number++ {
		line, err := c.askLine(in, number)
		if err != nil {
			return [32]byte{}, err
		}
		lines = append(lines, line)
	}
	return judged(keys.ParseSheet(organisation, strings.Join(lines, "\n")))
}

func judged(seed [32]byte, err error) ([32]byte, error) {
	if err != nil {
		return seed, failWith(exitNo, "type what the sheet says, line by line; nothing was changed", err)
	}
	return seed, nil
}

// askLine asks for a line until it is one that a sheet can have.
func (c *cli) askLine(in *bufio.Scanner, number int) (string, error) {
	var last error
	for range sheetTries {
		if !c.out.quiet && !c.out.json {
			fmt.Fprintf(c.out.words, "line %d: ", number)
		}
		if !in.Scan() {
			err := errors.Join(fmt.Errorf("line %d is missing: nothing more was typed", number), last, in.Err())
			return "", failWith(exitNo, "type all nine lines; nothing was changed", err)
		}
		if _, last = keys.ParseSheetLine(number, in.Text()); last == nil {
			return in.Text(), nil
		}
		c.out.say("%v", last)
	}
	return "", failWith(exitNo, "is it the right sheet? nothing was changed", last)
}
